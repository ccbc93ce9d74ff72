"""How a CSV file is written: its encoding, its separator, its decimal mark."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recurra.engine.errors import FileError
from recurra.forecasting.tables.dates import looks_like_date

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "'|'"}
_HEAD = 1 << 16
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,.])\d{3}(\1\d{3})*")


@dataclass(frozen=True)
class Layout:
    """How the columns of a CSV file are written.

    Args:
        encoding: by Python's name.
        separator: between fields.
        decimal_comma: whether numbers are written as 1,5.
        header_line: the line with the names, from 1.
        names: of the columns.
        unnamed: the name given to the first column where it has none.
        texts: columns whose numbers begin with 0, such as 007, and are names.
        notes: sentences for the user.
    """

    encoding: str
    separator: str
    decimal_comma: bool
    header_line: int
    names: list[str]
    unnamed: str | None
    texts: list[str]
    notes: list[str]


def layout_of(path: Path, encoding: str) -> Layout:
    """Find out how a CSV file is written, from its first lines.

    Raises:
        FileError: for a first line that does not hold names.
        UnicodeDecodeError: where the encoding is another one.
    """
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(_HEAD)
    if "\0" in head:
        line = head[: head.index("\0")].count("\n") + 1
        raise FileError(f"{path} is no text: line {line} holds a byte 0.")
    lines = head.splitlines(keepends=True)
    if len(head) == _HEAD and len(lines) > 1:
        lines.pop()  # cut off
    first = next((k for k, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise FileError(f"{path} is blank.")
    separator, rows = _separator(lines[first:])
    names = [name.strip() or f"column_{k + 1}" for k, name in enumerate(rows[0])]
    unnamed = None if rows[0][0].strip() else names[0]
    _check_names(path, names, rows[0], first + 1)
    fields = [value.strip() for row in rows[1:] for value in row]
    commas = [v for v in fields if _COMMA_NUMBER.fullmatch(v)]
    decimal_comma = (
        separator != ","
        and any(not _THOUSANDS.fullmatch(v) for v in commas)
        and not any(_POINT_NUMBER.fullmatch(v) and not _THOUSANDS.fullmatch(v) for v in fields)
    )
    texts = [
        name
        for k, name in enumerate(names)
        if any(k < len(row) and re.fullmatch(r"0\d+", row[k].strip()) for row in rows[1:])
    ]
    notes = []
    if encoding == "cp1252":
        notes.append(f"{path.name} is not UTF-8; it is read as Windows-1252.")
    if decimal_comma:
        notes.append(
            f"Fields are separated by {SEPARATORS[separator]}, numbers have decimal commas."
        )
    return Layout(encoding, separator, decimal_comma, first + 1, names, unnamed, texts, notes)


def _separator(lines: list[str]) -> tuple[str, list[list[str]]]:
    """The separator by which most lines have as many fields as the first, and the fields."""
    best: tuple[float, int] = (0.0, 1)
    chosen = ","
    for mark in SEPARATORS:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        alike = sum(count == counts[0] for count in counts) / len(counts)
        if counts[0] > 1 and (alike, counts[0]) > best:
            best, chosen = (alike, counts[0]), mark
    if best[1] == 1 and all(_COMMA_NUMBER.fullmatch(line.strip()) for line in lines[1:]):
        chosen = ";"  # one column of numbers with decimal commas
    return chosen, [row for row in csv.reader(lines, delimiter=chosen) if row]


def _check_names(path: Path, names: list[str], first: list[str], line: int) -> None:
    if all(_is_value(value.strip()) for value in first):
        raise FileError(
            f"{path}: line {line} holds values, not the names of the columns.",
            came=", ".join(first[:8]),
            fixes=["write a line of names above it, such as " + ",".join(["date", "y"])],
        )
    for name in names:
        if names.count(name) > 1:
            raise FileError(
                f"{path}: {names.count(name)} columns are called {name!r}.",
                fixes=["give each column a name of its own"],
            )


def _is_value(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return looks_like_date(text)
    return True


def first_uneven(path: Path, layout: Layout) -> FileError | None:
    """The error for the first line that has more or fewer fields than there are names."""
    with path.open(encoding=layout.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=layout.separator)
        for row in _rows(reader):
            if row and len(row) != len(layout.names):
                fields = f"{len(row)} field" + ("s" if len(row) != 1 else "")
                names = len(layout.names)
                return FileError(
                    f"{path}: line {reader.line_num} has {fields}, and line {layout.header_line} "
                    f"names {names} column{'s' if names != 1 else ''}.",
                    came=layout.separator.join(row)[:80],
                    expected=layout.separator.join(layout.names)[:80],
                    fixes=_even(layout, len(row)),
                )
    return None


def _rows(reader: Any) -> Iterator[list[str]]:
    """Rows up to a field that is too long to be one."""
    try:
        yield from reader
    except csv.Error:
        return


def _even(layout: Layout, fields: int) -> list[str]:
    """What may make a line as long as the line of names."""
    if len(layout.names) == 1:
        return ["delete the lines above the names of the columns"]
    if fields > len(layout.names) and layout.separator == ",":
        return ["write numbers as 1.5, not 1,5, and text that has commas in quotation marks"]
    return []
