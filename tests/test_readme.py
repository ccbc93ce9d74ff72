"""The README's first model runs as it stands, and its error is the one that is shown."""

import re
from pathlib import Path

import numpy as np
import pytest

from recurra.utils import clear_session

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_first_model(capsys):
    program = re.search(r"## A first model.*?```python\n(.*?)```", README, re.DOTALL)
    assert program is not None
    clear_session()  # names of models count from here
    names: dict = {}
    exec(compile(program[1], "first.py", "exec"), names)
    printed = capsys.readouterr().out
    # 4 * 8 * (1 + 8 + 1) = 320 and 8 + 1 = 9 parameters
    assert "320" in printed and "329" in printed and "Epoch 10/10" in printed

    shown = re.search(r"ShapeError: (.*?)\n```", README, re.DOTALL)
    assert shown is not None
    with pytest.raises(names["rc"].ShapeError) as caught:
        names["model"].predict(names["X"].transpose(0, 2, 1))
    assert _without_origin(str(caught.value)) == _without_origin(shown[1])


def test_from_a_table_to_a_forecast(capsys):
    program = re.search(r"## From a table.*?```python\n(.*?)```", README, re.DOTALL)
    assert program is not None
    months = np.arange("2000-01", "2010-01", dtype="M8[M]")
    co2 = 370 + np.arange(120) / 6 + 3 * np.sin(np.arange(120) / 6 * np.pi)
    names = {"table": {"month": months, "co2": co2}}
    exec(compile(program[1], "second.py", "exec"), names)
    assert capsys.readouterr().out.startswith("The forecast is ")
    made = names["forecaster"].forecast()
    assert f"forecaster.forecast()  # {', '.join(made)}\n" in program[1]


def _without_origin(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "set by" not in line]


def test_the_commands_of_the_readme_are_those_of_the_makefile():
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert f"\n{command}:" in makefile
    ci = (Path(__file__).parents[1] / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in ci
