"""What is typed behind a command: the columns of the table, and the words for what was wrong."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from pathlib import Path
from typing import Any

from recurra.engine.errors import ArgumentError

#: Options which name several columns, one each time they are typed.
SEVERAL = ("target", "known", "past", "static", "categorical")
#: Options with a meaning of their own in Python, where messages may name them.
OPTIONS = (
    *(*SEVERAL, "time", "by", "values", "group"),
    *("horizon", "lookback", "model", "missing", "levels", "future"),
)
#: What a saved model has learnt and cannot be told.
LEARNT = ("lookback", "levels", "missing", "seed")

_SEVERAL_HELP = {
    "target": "the column to forecast",
    "known": "a column that is known of the future too, such as a price",
    "past": "a column that is known up to now only",
    "static": "a column with one value a series",
    "categorical": "which of these holds categories; columns of text do",
}


def add_columns(parser: argparse.ArgumentParser) -> None:
    """The options which say what is what in a table of series."""
    parser.add_argument("table", help="a CSV or Parquet file")
    group = parser.add_argument_group("columns", "What is not named is guessed, and said.")
    group.add_argument("--time", metavar="COLUMN", help="the times")
    for name in SEVERAL:
        words = _SEVERAL_HELP[name] + "; may be repeated"
        group.add_argument(f"--{name}", metavar="COLUMN", action="append", default=[], help=words)
    group.add_argument("--by", metavar="COLUMN", help="which series a row belongs to")
    group.add_argument(
        "--every", metavar="STEP",
        help="make one row of all in each step first, their mean: 15min, 1h, 1D, 1W, or a number",
    )  # fmt: skip


def add_learning(parser: argparse.ArgumentParser) -> None:
    """The options which say how to learn."""
    group = parser.add_argument_group("learning")
    group.add_argument("--horizon", type=int, metavar="ROWS", help="how many rows to forecast")
    group.add_argument("--lookback", type=int, metavar="ROWS", help="rows to forecast from")
    group.add_argument(
        "--model", default="lstm", help="lstm, gru, tcn, seq2seq, or a file that --save wrote"
    )
    group.add_argument(
        "--levels", type=percents, metavar="PERCENT",
        help="of the intervals: 90 by default, or 50,80,95",
    )  # fmt: skip
    group.add_argument(
        "--missing", metavar="WAY",
        help="how missing values of the past are filled: forward by default, mean, seasonal, zero; "
        "or skip",
    )  # fmt: skip
    group.add_argument("--seed", type=int, help="makes results repeat; 0 by default")


def percents(text: str) -> tuple[float, ...]:
    """Levels such as 0.9 from `90` or `50,80`."""
    try:
        found = tuple(round(float(word) / 100, 12) for word in text.split(","))
    except ValueError:
        found = (0.0,)
    if not all(0.01 <= level < 1 for level in found):
        raise argparse.ArgumentTypeError(f"{text!r}: per cent such as 90 or 50,80,95 are needed")
    return found


def columns(given: argparse.Namespace) -> dict[str, Any]:
    """The roles of columns that were typed."""
    roles = {name: getattr(given, name) for name in ("time", "by", *SEVERAL)}
    return {name: value for name, value in roles.items() if value}


def needed(given: argparse.Namespace) -> list[str] | None:
    """The columns that have to be read; None for all, where some are to be guessed."""
    roles = columns(given)
    if "time" not in roles or "target" not in roles:
        return None
    named = [[value] if isinstance(value, str) else value for value in roles.values()]
    return list(dict.fromkeys(name for names in named for name in names))


def saved_model(text: str) -> Path | None:
    """The file of a saved forecaster that `--model` names; None for a kind of network.

    Raises:
        ArgumentError: where it names neither.
    """
    from recurra.engine.suggestions import did_you_mean
    from recurra.forecasting.networks import KINDS

    if text in KINDS:
        return None
    path = Path(text).expanduser()
    if not path.exists():
        raise ArgumentError(
            f"--model {text}: there is no such network and no such file"
            f"{did_you_mean(text, KINDS) or '.'}",
            expected=f"{', '.join(KINDS)}, or a file that --save wrote",
        )
    return path


# Python's words as those of the command line -----------------------------------------------------

_NAMED = re.compile(rf"\b({'|'.join(OPTIONS)})=('[^']*'|\"[^\"]*\"|\[[^\]]*\]|\([^)]*\)|[\w.]+)?")
_CALL = re.compile(r"^(?:Forecaster|forecast|fit)\((.*?)(?:, \.\.\.)?\)(.*)$")


def as_options(text: str) -> str:
    """What a message says about arguments in Python, as it is typed: `--horizon 5`."""
    return _NAMED.sub(_option, _CALL.sub(r"\1\2", text))


def _option(found: re.Match[str]) -> str:
    name, text = found.groups()
    if text is None or name == "future":
        return f"--{name}" if text is None else "--future FILE"
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    values = value if isinstance(value, (list, tuple)) else [value]
    return " ".join(f"--{name} {shlex.quote(str(v))}" for v in values)
