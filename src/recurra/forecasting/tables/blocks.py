"""The records of a file of text, block by block, so that a huge one needs little memory."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recurra.engine.errors import FileError
from recurra.saving.files import first_bytes

#: Bytes of a block, and of one record at most.
SIZE = 1 << 23
LONGEST = 1 << 26
_QUOTE, _BREAK = ord('"'), ord("\n")
#: Bytes that Windows-1252 gives no meaning.
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)


@dataclass(frozen=True)
class Block:
    """Whole records.

    Args:
        text: in UTF-8.
        lines: the line that each record begins in, (records,), from 1.
        separators: outside of quotation marks.
    """

    text: bytes
    lines: np.ndarray
    separators: int


def encoding_of(path: Path) -> str:
    """UTF-16 for a file with its mark, else UTF-8, until a byte of it says otherwise.

    Raises:
        FileError: for a file that is no text.
    """
    begins = first_bytes(path, "a table")
    if begins.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def blocks(
    path: Path,
    encoding: str,
    separator: str,
    header: int,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Block]:
    """The records of a file, some megabytes at a time.

    Args:
        path: of the file.
        encoding: by Python's name.
        separator: between fields.
        header: the line of the names; records behind it come.
        progress: is told which share of the file has been read.

    Raises:
        FileError: for a byte 0, with the line, and where a quotation mark stays open.
        UnicodeDecodeError: where the encoding is another one.
    """
    line, rest = 1, b""
    for piece, share in _pieces(path, encoding):
        rest += piece
        end = _end(rest)
        if end:
            block = _block(path, rest[:end], line, separator, header)
            line += rest.count(b"\n", 0, end)
            rest = rest[end:]
            if len(block.lines):
                yield block
        elif len(rest) > LONGEST:
            raise _open(path, line)
        if progress is not None:
            progress(share)
    if rest:
        block = _block(path, rest, line, separator, header)
        if rest.count(b'"') % 2:
            raise _open(path, int(block.lines[-1]) if len(block.lines) else line)
        if len(block.lines):
            yield block


def _open(path: Path, line: int) -> FileError:
    return FileError(
        f"{path} cannot be read as CSV: line {line} opens a quotation mark that no other closes."
    )


def undefined(path: Path, encoding: str, error: UnicodeDecodeError) -> FileError:
    """The error for a file in none of the encodings that are tried."""
    if encoding == "utf-16":
        return FileError(f"{path} begins as UTF-16 and goes on otherwise: {error.reason}.")
    line, byte = 1, error.object[error.start]
    with path.open("rb") as file:
        while piece := file.read(SIZE):
            values = np.frombuffer(piece, np.uint8)
            bad = np.isin(values, _UNDEFINED)
            if bad.any():
                byte = int(values[bad.argmax()])
                line += piece.count(b"\n", 0, int(bad.argmax()))
                break
            line += piece.count(b"\n")
    return FileError(
        f"{path} is neither UTF-8 nor Windows-1252: line {line} holds the byte 0x{byte:02x}.",
        fixes=[f"iconv -f ENCODING -t UTF-8 {path.name} > utf8.csv"],
    )


def _pieces(path: Path, encoding: str) -> Iterator[tuple[bytes, float]]:
    """The text in UTF-8, and which share of the file has been read."""
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        decoder = codecs.getincrementaldecoder(encoding)()
        while piece := file.read(SIZE):
            share = file.tell() / size
            plain = encoding != "utf-16" and piece.isascii() and not decoder.getstate()[0]
            yield (piece if plain else decoder.decode(piece).encode()), min(share, 1.0)
        yield decoder.decode(b"", final=True).encode(), 1.0


def _end(text: bytes) -> int:
    """How much of a text is whole records: up to its last line break outside of quotes."""
    if b'"' not in text:
        return text.rfind(b"\n") + 1
    ends = np.flatnonzero(_outside(text, _BREAK))
    return int(ends[-1]) + 1 if len(ends) else 0


def _outside(text: bytes, mark: int) -> np.ndarray:
    """Where a mark stands outside of quotation marks, (bytes,)."""
    values = np.frombuffer(text, np.uint8)
    found = values == mark
    if b'"' in text:
        found &= ~np.logical_xor.accumulate(values == _QUOTE)
    return np.asarray(found)


def _block(path: Path, text: bytes, line: int, separator: str, header: int) -> Block:
    if b"\0" in text:
        where = line + text.count(b"\n", 0, text.index(b"\0"))
        raise FileError(f"{path} is no text: line {where} holds a byte 0.")
    count = text.count(b"\n") + (not text.endswith(b"\n"))
    lines = np.arange(line, line + count)
    if b'"' in text:
        breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == _BREAK)
        ends = _outside(text, _BREAK)[breaks]
        lines = lines[np.concatenate([[True], ends])[: len(lines)]]
    names = int(np.searchsorted(lines, header, "right"))
    if names:
        ends = np.flatnonzero(_outside(text, _BREAK))
        text = text[ends[names - 1] + 1 :] if names <= len(ends) else b""
    if b'"' in text:
        return Block(text, lines[names:], int(_outside(text, ord(separator)).sum()))
    return Block(text, lines[names:], text.count(separator.encode()))
