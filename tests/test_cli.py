"""`recurra run` is `python script.py` where keras means recurra; `recurra info` says what is."""

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import jax
import pytest

from recurra import cli
from recurra.kernels import library

PROGRAM = str(Path(sys.executable).parent / "recurra")


@pytest.fixture
def script(tmp_path):
    def write(text, name="script.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def run(*words, python=False, **options):
    command = [sys.executable] if python else [PROGRAM, "run"]
    return subprocess.run([*command, *map(str, words)], capture_output=True, text=True, **options)


def same_as_python(path, *words, **options):
    """Runs a script both ways and checks that nobody can tell them apart."""
    ours, pythons = run(path, *words, **options), run(path, *words, python=True, **options)
    assert (ours.stdout, ours.stderr, ours.returncode) == (
        pythons.stdout,
        pythons.stderr,
        pythons.returncode,
    )
    return ours


def test_name_arguments_path_and_file(script):
    script("x = 3\n", "neighbour.py")
    path = script(
        "import sys, neighbour\n"
        "print(__name__, sys.argv, __file__, sys.path[0], neighbour.x, __doc__)\n"
        "print(sys.modules['__main__'].neighbour is neighbour, __builtins__.len('abc'))\n"
    )
    done = same_as_python(path, "--flag", "-h", "word")
    assert "'--flag', '-h', 'word'" in done.stdout
    same_as_python(path.name, cwd=path.parent)


@pytest.mark.parametrize("end", ["", "import sys; sys.exit(3)", "raise SystemExit('stop')"])
def test_exit_codes(script, end):
    same_as_python(script(f"print('before')\n{end}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return 1 / x\n\n\nprint(f(0))\n",
        "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e\n",
        "x = (1,\n",
        "import sys\nsys.excepthook = lambda *error: print('own', error[0].__name__)\n1 / 0\n",
    ],
)
def test_tracebacks(script, text):
    assert same_as_python(script(text)).returncode == 1


def test_a_file_that_is_not_there(tmp_path):
    done = run(tmp_path / "nothing.py")
    assert done.returncode == 2
    assert done.stderr == (
        f"recurra: can't open file '{tmp_path}/nothing.py': No such file or directory\n"
    )


def test_keras_and_tensorflow_mean_recurra_whatever_is_installed(script):
    path = script(
        "import sys\n"
        "import keras, tensorflow as tf\n"
        "import recurra\n"
        "from tensorflow.keras import layers\n"
        "print(keras.layers.LSTM is recurra.layers.LSTM is tf.keras.layers.LSTM is layers.LSTM)\n"
        "real = ('keras.src', 'tensorflow.python')\n"
        "print(sorted(m for m in sys.modules if m.startswith(real)))\n"
    )
    done = run(path)
    assert (done.stdout, done.stderr) == ("True\n[]\n", "")


def test_old_spellings_are_said_on_stderr_at_their_line(script):
    path = script("from keras.layers import LSTM\n\nLSTM(output_dim=4)\nLSTM(output_dim=4)\n")
    done = run(path)
    assert (done.stdout, done.returncode) == ("", 0)
    assert done.stderr == (
        f"{path}:3: OldSpelling: `output_dim` is now `units`: LSTM(..., units=4)\n"
        "  LSTM(output_dim=4)\n"
    )


def test_info():
    rows, _, _ = cli.info().partition("\n\n")
    lines = dict(line.split(maxsplit=1) for line in rows.splitlines())
    assert lines["recurra"] == version("recurra") and lines["jax"] == jax.__version__
    assert lines["device"].endswith("(cpu)") and int(lines["cores"]) >= 1
    assert lines["machine"].endswith(f"({platform.machine()})")
    assert lines["kernels"] == str(library.PATH)
    assert lines["isa"] in library.ISAS and int(lines["threads"]) >= 1


def test_info_without_kernels():
    command = [PROGRAM, "info"]
    off = {**os.environ, "RECURRA_NATIVE": "0"}
    done = subprocess.run(command, capture_output=True, text=True, env=off)
    lines = dict(line.split(maxsplit=1) for line in done.stdout.partition("\n\n")[0].splitlines())
    assert lines["kernels"] == "none: RECURRA_NATIVE=0 turns it off"
    assert "isa" not in lines and "threads" not in lines


def test_help(capsys):
    assert cli.main([]) == 2
    printed = capsys.readouterr().out
    assert "run a script written for Keras 1, 2 or 3" in printed
    assert "print versions, machine and kernels" in printed
    with pytest.raises(SystemExit) as caught:
        cli.main(["run", "--help"])
    assert caught.value.code == 0 and "script" in capsys.readouterr().out
