"""Running a command: mistakes of the user become a message and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Packages of the extra `forecast`.
EXTRA = {"polars": "polars", "sklearn": "scikit-learn", "matplotlib": "matplotlib"}
#: Who speaks in Python.
WHO = ("Forecaster", "backtest", "classify", "SequenceClassifier")


def run(name: str, work: Callable[[argparse.Namespace], str], given: argparse.Namespace) -> int:
    """Do the work of a command and print what it has to say.

    Args:
        name: of the command, for messages.
        work: gives what is to be printed.
        given: what was typed.

    Returns:
        0; 2 after a mistake of the user's, which is told on stderr; 130 after Ctrl-C.
    """
    try:
        import recurra  # noqa: F401 - errors get their words
        from recurra.engine.errors import RecurraError

        try:
            return _printed(name, work(given))
        except RecurraError as error:
            print(shown(told(name, error)), file=sys.stderr)
            return 2
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        print(
            f"recurra {name} needs {EXTRA[error.name]}, which is not installed.\n"
            "  fix:      pip install 'recurra[forecast]'",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print(f"recurra {name}: stopped; nothing was written.", file=sys.stderr)
        return 130


def told(name: str, error: Exception) -> str:
    """The message of an error, in the words of the command line."""
    from recurra.commands.options import as_options

    lines = []
    for line in str(error).splitlines():
        label, colon, fix = line.partition(":")
        if label.strip() == "fix" and colon:
            space = len(fix) - len(fix.lstrip())
            line = f"{label}:{fix[:space]}{as_options(fix[space:])}"
        else:
            line = as_options(line)
        lines.append(line)
    first = lines[0]
    for who in WHO:
        first = first.removeprefix(f"{who}: ")
    return "\n".join([f"recurra {name}: {first}", *dict.fromkeys(lines[1:])])


def shown(text: str) -> str:
    """Text as a terminal may show it: names from a file cannot move its cursor."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def _printed(name: str, text: str) -> int:
    if sys.stdout is None:  # it was closed by whoever called
        return 0
    try:
        print(shown(text))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"recurra {name}: what was found cannot be printed: {error}.", file=sys.stderr)
        return 2
    return 0


@contextmanager
def noted() -> Iterator[list[str]]:
    """Warnings of recurra become sentences, as they come; others are shown as ever."""
    said: list[str] = []

    def note(message: Any, category: type[Warning], *rest: Any, **named: Any) -> None:
        if category is not UserWarning:
            before(message, category, *rest, **named)
            return
        text = str(message)
        for who in WHO:
            text = text.removeprefix(f"{who}: ")
        said.append(text[:1].upper() + text[1:])

    with warnings.catch_warnings():
        before, warnings.showwarning = warnings.showwarning, note
        yield said
