"""What is typed becomes arguments, and Python's words become what is typed."""

import argparse

import pytest

from recurra.commands.options import add_columns, as_options, columns, needed, percents, saved_model
from recurra.engine.errors import ArgumentError


@pytest.mark.parametrize(
    "text, levels", [("90", (0.9,)), ("50,80,95", (0.5, 0.8, 0.95)), ("99.5", (0.995,))]
)
def test_levels_are_per_cent(text, levels):
    assert percents(text) == levels


@pytest.mark.parametrize("text", ["0", "100", "90,", "high", "-5", "nan", "0.9"])
def test_other_levels_are_refused(text):
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        percents(text)
    assert str(caught.value) == f"{text!r}: per cent such as 90 or 50,80,95 are needed"


def typed(*words):
    parser = argparse.ArgumentParser()
    add_columns(parser)
    return parser.parse_args(["t.csv", *words])


def test_columns_that_were_named():
    given = typed("--time", "day", "--target", "y", "--known", "a", "--known", "b, c", "--by", "k")
    assert columns(given) == {"time": "day", "by": "k", "target": ["y"], "known": ["a", "b, c"]}
    assert needed(given) == ["day", "k", "y", "a", "b, c"]


@pytest.mark.parametrize("words", [(), ("--time", "day"), ("--target", "y")])
def test_all_columns_are_read_where_some_are_guessed(words):
    assert needed(typed(*words)) is None


@pytest.mark.parametrize(
    "python, options",
    [
        ("Forecaster(horizon=5, ...)", "--horizon 5"),
        ("Forecaster(lookback=9, ...)  # and fit again", "--lookback 9  # and fit again"),
        ("target='sales of shoes'", "--target 'sales of shoes'"),
        ("known=['a', 'b']  # or past=, static=", "--known a --known b  # or --past, --static"),
        ("forecast(future=table)  # with date, price", "--future FILE  # with date, price"),
        ("horizon=0 has to be a whole number", "--horizon 0 has to be a whole number"),
        ("`known=`, `past=` or `static=` takes columns in.",
         "`--known`, `--past` or `--static` takes columns in."),
        ("leave one row for each time", "leave one row for each time"),
        ("mytime=3", "mytime=3"),
    ],
)  # fmt: skip
def test_arguments_as_they_are_typed(python, options):
    assert as_options(python) == options


def test_models(tmp_path):
    assert saved_model("gru") is None
    file = tmp_path / "gru2"
    file.touch()
    assert saved_model(str(file)) == file
    with pytest.raises(ArgumentError) as caught:
        saved_model("grru")
    assert str(caught.value) == (
        "--model grru: there is no such network and no such file. Did you mean 'gru'?\n"
        "  expected: lstm, gru, tcn, seq2seq, or a file that --save wrote"
    )
