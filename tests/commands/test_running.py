"""Exit codes, messages and progress."""

import io
import sys

import pytest

from recurra.commands.running import run
from recurra.commands.stages import Stages
from recurra.engine.errors import ArgumentError


def raising(error):
    def work(given):
        raise error

    return work


def test_what_work_gives_is_printed(capsys):
    assert run("forecast", lambda given: f"{given}\ndone", "table") == 0
    assert capsys.readouterr() == ("table\ndone\n", "")


def test_a_mistake(capsys):
    error = ArgumentError(
        "Forecaster: horizon=0 is no length.", came="columns a, b", fixes=["horizon=5", "horizon=5"]
    )
    assert run("forecast", raising(error), None) == 2
    assert capsys.readouterr() == (
        "",
        "recurra forecast: --horizon 0 is no length.\n"
        "  came:     columns a, b\n"
        "  fix:      --horizon 5\n",
    )


@pytest.mark.parametrize("module, package", [("polars", "polars"), ("sklearn", "scikit-learn")])
def test_a_package_that_lacks(capsys, module, package):
    assert run("backtest", raising(ModuleNotFoundError(name=module)), None) == 2
    assert capsys.readouterr() == (
        "",
        f"recurra backtest needs {package}, which is not installed.\n"
        "  fix:      pip install 'recurra[forecast]'\n",
    )


def test_other_modules_are_a_fault_of_ours():
    with pytest.raises(ModuleNotFoundError):
        run("backtest", raising(ModuleNotFoundError(name="recurra.nothing")), None)


def test_control_c(capsys):
    assert run("classify", raising(KeyboardInterrupt()), None) == 130
    assert capsys.readouterr() == ("", "recurra classify: stopped; nothing was written.\n")


def test_names_of_a_table_cannot_move_the_cursor(capsys):
    assert run("forecast", lambda given: "`a\x1b[2J\u202eb` is ä €", None) == 0
    assert capsys.readouterr().out == "`a?[2J?b` is ä €\n"
    run("forecast", raising(ArgumentError("no \x1b[31m")), None)
    assert capsys.readouterr().err == "recurra forecast: no ?[31m\n"


def test_stages_are_lines_where_nobody_watches(capsys):
    with Stages() as stages:
        stages.begin("Reading a.csv")
        stages.begin("Learning")
        stages.epoch(0, {"val_loss": 0.5})
    assert capsys.readouterr() == ("", "Reading a.csv ...\nLearning ...\n")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_stages_move_in_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Stages() as stages:
        stages.begin("Learning [b]")
        stages.callback().on_epoch_end(11, {"loss": 1.0, "val_loss": 0.25})
        stages._status._live.refresh()
    shown = terminal.getvalue()
    assert "Learning [b]: epoch 12, error 0.25 on the held-out part" in shown
    assert shown.endswith("\x1b[?25h\r\x1b[1A\x1b[2K") or "\x1b[?25h" in shown  # the cursor is back
