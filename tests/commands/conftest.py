"""Commands that run in an empty directory, and a training that ends soon."""

import pytest

from recurra.cli import main
from recurra.forecasting.forecaster import Forecaster


@pytest.fixture(scope="session")
def soon():
    """Forecasters that nobody tells otherwise train for two epochs."""
    defaults = Forecaster.__init__.__kwdefaults__
    before = defaults["epochs"]
    defaults["epochs"] = 2
    yield
    defaults["epochs"] = before


@pytest.fixture
def recurra(capsys, tmp_path, monkeypatch, soon):
    """Runs a command in an empty directory: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:  # of argparse
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
