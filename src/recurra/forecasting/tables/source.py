"""Which files a table was read from, and where its rows stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Part:
    """The rows that came from one file, or from one of several tables.

    Args:
        file: its name, or what the table is called.
        word: "line" where the lines of the rows are known, else "row".
        numbers: of the rows, (rows,).
    """

    file: str
    word: str
    numbers: np.ndarray | range

    def without(self, rows: np.ndarray) -> Part:
        """The same but for some rows of it."""
        return replace(self, numbers=np.delete(np.asarray(self.numbers), rows))


@dataclass(frozen=True)
class Source:
    """The files that a table was read from; they are written onto the frame as `recurra_source`.

    Args:
        parts: one a file, in the order of the rows.
        notes: sentences for the user about the files.
    """

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def place(self, rows: Sequence[int]) -> str:
        """Where rows are: `line 19`, and of several files `line 3 of future.csv`."""
        found = [self._find(row) for row in rows]
        said = []
        for part, those in groupby(found, key=lambda pair: pair[0]):
            where = numbered(part.word, [number for _, number in those])
            said.append(f"{where} of {part.file}" if len(self.parts) > 1 else where)
        return " and ".join(said)

    def _find(self, row: int) -> tuple[Part, int]:
        for part in self.parts:
            if row < len(part.numbers):
                return part, int(part.numbers[row])
            row -= len(part.numbers)
        raise IndexError(row)


def numbered(word: str, numbers: Sequence[int]) -> str:
    """`row 17`, `rows 3, 4 and 17`."""
    said = [f"{number:,}" if number > 9999 else str(number) for number in numbers]
    if len(said) == 1:
        return f"{word} {said[0]}"
    return f"{word}s {', '.join(said[:-1])} and {said[-1]}"


def keep_sources(made: Any, *tables: Any) -> Any:
    """Let a table that holds the rows of others, one below the other, know where they came from.

    Args:
        made: the table of all rows.
        tables: those that it was made from.

    Returns:
        `made`.
    """
    sources = [s for table in tables if (s := getattr(table, "recurra_source", None)) is not None]
    if len(sources) == len(tables):
        parts = tuple(part for source in sources for part in source.parts)
        notes = tuple(dict.fromkeys(note for source in sources for note in source.notes))
        made.recurra_source = Source(parts, notes)
    return made
