"""Exit codes, messages and progress."""

import io
import os
import sys
import warnings

import pytest

from recurra.commands.running import noted, run
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


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")

    def fileno(self):
        return os.open(os.devnull, os.O_WRONLY)


def test_output_that_cannot_be_printed(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Full())
    assert run("forecast", lambda given: "done", None) == 2
    assert capsys.readouterr().err == (
        "recurra forecast: what was found cannot be printed: [Errno 28] No space left on device.\n"
    )
    monkeypatch.setattr(sys, "stdout", None)  # closed by whoever called
    assert run("forecast", lambda given: "done", None) == 0


def test_warnings_of_recurra_are_notes(recwarn):
    with noted() as said:
        warnings.warn("Forecaster: series 'a' is short.", stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert said == ["Series 'a' is short."]


def test_names_of_a_table_cannot_move_the_cursor(capsys):
    assert run("forecast", lambda given: "`a\x1b[2J\u202eb` is ä €", None) == 0
    assert capsys.readouterr().out == "`a?[2J?b` is ä €\n"
    run("forecast", raising(ArgumentError("no \x1b[31m")), None)
    assert capsys.readouterr().err == "recurra forecast: no ?[31m\n"


def test_stages_are_lines_where_nobody_watches(capsys):
    with Stages() as stages:
        stages.begin("Reading a.csv")
        told = stages.training("Learning")
        for _ in range(2):  # two networks
            told.on_train_begin({})
            told.on_epoch_end(0, {"val_loss": 0.5})
    assert capsys.readouterr() == ("", "Reading a.csv ...\nLearning ...\n")


def test_long_reading_is_told_now_and_then(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("recurra.commands.stages.monotonic", lambda: now[0])
    with Stages() as stages:
        told = stages.reading("Reading a.csv")
        for seconds, share in ((1, 0.1), (3, 0.3), (4, 0.4), (6, 0.6), (10, 1.0)):
            now[0] = seconds
            told(share)
    assert capsys.readouterr().err.splitlines() == [
        "Reading a.csv ...",
        "Reading a.csv: 30 %, 7 s to go",
        "Reading a.csv: 60 %, 4 s to go",
    ]


def test_long_training_is_told_now_and_then(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("recurra.commands.stages.monotonic", lambda: now[0])
    with Stages() as stages:
        stages.begin("Learning")
        for epoch, seconds in enumerate((6, 12, 18, 24)):
            now[0] = seconds
            stages.epoch(epoch, {"val_loss": 0.5})
    assert capsys.readouterr().err.splitlines() == [
        "Learning ...",
        "Learning: epoch 2, error 0.5 on the held-out part",
        "Learning: epoch 4, error 0.5 on the held-out part",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_stages_move_in_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Stages() as stages:
        stages.begin("Learning [b]")
        stages.training("Learning [b]").on_epoch_end(11, {"loss": 1.0, "val_loss": 0.25})
        stages._status._live.refresh()
    shown = terminal.getvalue()
    assert "Learning [b]: epoch 12, error 0.25 on the held-out part" in shown
    assert shown.endswith("\x1b[?25h\r\x1b[1A\x1b[2K") or "\x1b[?25h" in shown  # the cursor is back
