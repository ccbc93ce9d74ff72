"""How a CSV file is written: its encoding, its separator, its decimal mark."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from recurra.engine.errors import FileError
from recurra.forecasting.dates import looks_like_date
from recurra.saving.files import first_bytes

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "'|'"}
_CHUNK = 1 << 24
_HEAD = 1 << 16
#: Files with quotation marks are checked line by line if they are smaller.
_CHECKED = 1 << 26
_COMMA_NUMBER = re.compile(r"[+-]?\d+,\d+")
_POINT_NUMBER = re.compile(r"[+-]?\d*\.\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


@dataclass
class Text:
    """What a pass over a file of text has found.

    Args:
        path: of the file.
        encoding: by Python's name.
        line_count: of all lines.
        counts: of each separator.
        quoted: whether there are quotation marks.
    """

    path: Path
    encoding: str = "utf-8-sig"
    line_count: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SEPARATORS, 0))
    quoted: bool = False

    @property
    def as_it_is(self) -> bool:
        """Whether polars can read the file itself."""
        return self.encoding == "utf-8-sig"

    def read(self, size: int = -1) -> str:
        """The text, or its beginning."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            return file.read(size)

    def fields_differ(self, layout: Layout, rows: int) -> bool:
        """Whether some line may have more or fewer fields than there are names."""
        if self.quoted:  # separators in quotes count for nothing
            return self.path.stat().st_size < _CHECKED
        return self.counts[layout.separator] != (rows + 1) * (len(layout.names) - 1)


@dataclass(frozen=True)
class Layout:
    """How the columns of a CSV file are written.

    Args:
        separator: between fields.
        decimal_comma: whether numbers are written as 1,5.
        header_line: the line with the names, from 1.
        names: of the columns.
        unnamed: the name given to the first column where it has none.
        texts: columns whose numbers begin with 0, such as 007, and are names.
        notes: sentences for the user.
    """

    separator: str
    decimal_comma: bool
    header_line: int
    names: list[str]
    unnamed: str | None
    texts: list[str]
    notes: list[str]


def scanned(path: Path) -> Text:
    """Pass over a file of text once: find its encoding, count its lines.

    Raises:
        FileError: for a file that is no text, with the line.
    """
    if first_bytes(path, "a table").startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(Text(path, "utf-16"))
    text = Text(path)
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends, size = b"", path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if b"\0" in chunk:
                line = text.line_count + chunk[: chunk.index(b"\0")].count(b"\n") + 1
                raise FileError(f"{path} is no text: line {line} holds a byte 0.")
            ends = chunk[-1:]
            try:
                decoder.decode(chunk, final=file.tell() == size)
            except UnicodeDecodeError:
                return _decoded(Text(path, "cp1252"))
            text.line_count += chunk.count(b"\n")
            text.quoted = text.quoted or b'"' in chunk
            for mark in SEPARATORS:
                text.counts[mark] += chunk.count(mark.encode())
    text.line_count += ends not in (b"\n", b"")
    return text


def _decoded(text: Text) -> Text:
    """A file that is not UTF-8, which is small enough to be in memory."""
    try:
        content = text.read()
    except UnicodeDecodeError as error:
        before = text.path.read_bytes()[: error.start]
        raise FileError(
            f"{text.path} is neither UTF-8 nor Windows-1252: line {before.count(10) + 1} holds the "
            f"byte 0x{error.object[error.start]:02x}.",
            fixes=[f"iconv -f ENCODING -t UTF-8 {text.path.name} > utf8.csv"],
        ) from None
    text.line_count = content.count("\n") + (not content.endswith("\n"))
    text.quoted = '"' in content
    text.counts = {mark: content.count(mark) for mark in SEPARATORS}
    return text


def layout_of(path: Path, text: Text) -> Layout:
    """Find out how a CSV file is written, from its first lines.

    Raises:
        FileError: for a first line that does not hold names.
    """
    head = text.read(_HEAD)
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
        and not any(_POINT_NUMBER.fullmatch(v) for v in fields)
    )
    texts = [
        name
        for k, name in enumerate(names)
        if any(k < len(row) and re.fullmatch(r"0\d+", row[k].strip()) for row in rows[1:])
    ]
    notes = []
    if text.encoding == "cp1252":
        notes.append(f"{path.name} is not UTF-8; it is read as Windows-1252.")
    if decimal_comma:
        notes.append(
            f"Fields are separated by {SEPARATORS[separator]}, numbers have decimal commas."
        )
    return Layout(separator, decimal_comma, first + 1, names, unnamed, texts, notes)


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


def first_uneven(path: Path, text: Text, layout: Layout) -> FileError | None:
    """The error for the first line that has more or fewer fields than there are names."""
    with path.open(encoding=text.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=layout.separator)
        for row in reader:
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


def _even(layout: Layout, fields: int) -> list[str]:
    """What may make a line as long as the line of names."""
    if len(layout.names) == 1:
        return ["delete the lines above the names of the columns"]
    if fields > len(layout.names) and layout.separator == ",":
        return ["write numbers as 1.5, not 1,5, and text that has commas in quotation marks"]
    return []
