"""The needed columns of a CSV file, read block by block."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recurra.engine.errors import FileError
from recurra.forecasting.tables.blocks import blocks
from recurra.forecasting.tables.csvs import Layout, first_uneven

#: Rows of a block from which the types of columns are told; all where these do not do.
LOOKED_AT = 10_000


def read(
    path: Path,
    layout: Layout,
    wanted: Sequence[str],
    progress: Callable[[float], None] | None = None,
) -> tuple[Any, np.ndarray | None]:
    """Read columns of a CSV file.

    Args:
        path: of the file.
        layout: how it is written.
        wanted: the columns, in the order of the file.
        progress: is told which share of the file has been read.

    Returns:
        A polars frame, and the line that each row begins in, (rows,), None where it is not known.

    Raises:
        FileError: for lines of different lengths, and open quotation marks.
        UnicodeDecodeError: where the encoding is another one.
    """
    import polars as pl

    texts = set(layout.texts) & set(wanted)
    while True:
        frames, lines = _frames(path, layout, wanted, texts, progress)
        types = _types(frames)
        several = {name for name, found in types.items() if found is None}
        if not several:
            break
        texts |= several  # text somewhere: all of it is read as it is written
    whole = pl.concat([f.cast({n: t for n, t in types.items() if n in f.columns}) for f in frames])
    return whole, None if any(n is None for n in lines) else np.concatenate(lines)


def _frames(
    path: Path,
    layout: Layout,
    wanted: Sequence[str],
    texts: set[str],
    progress: Callable[[float], None] | None,
) -> tuple[list[Any], list[Any]]:
    """A frame for each block, and the lines of its rows."""
    import polars as pl

    frames: list[Any] = []
    lines: list[Any] = []
    checked = False
    known: dict[str, Any] = dict.fromkeys(texts, pl.String)
    for block in blocks(path, layout.encoding, layout.separator, layout.header_line, progress):
        frame = _parsed(path, block.text, layout, wanted, known)
        if not checked and block.separators != len(frame) * (len(layout.names) - 1):
            uneven, checked = first_uneven(path, layout), True  # looks at the whole file
            if uneven is not None:
                raise uneven
        frames.append(frame)
        lines.append(block.lines if len(block.lines) == len(frame) else None)
        known |= {s.name: s.dtype for s in frame if s.null_count() < len(s) and s.name not in texts}
    if not frames:
        return [_parsed(path, b"", layout, wanted, known)], [np.arange(0)]
    return frames, lines


def _parsed(
    path: Path, text: bytes, layout: Layout, wanted: Sequence[str], known: dict[str, Any]
) -> Any:
    """Records as a frame: of the types that those before them had, where they do."""
    import polars as pl

    names = layout.separator.join(f"c{k}" for k in range(len(layout.names))).encode()
    texts = {name: kind for name, kind in known.items() if kind == pl.String}
    for types, looked_at in ((known, LOOKED_AT), (texts, LOOKED_AT), (texts, None)):
        try:
            lazy = pl.scan_csv(
                io.BytesIO(names + b"\n" + text),
                separator=layout.separator,
                decimal_comma=layout.decimal_comma,
                new_columns=layout.names,
                schema_overrides=types,
                infer_schema_length=looked_at,
            )
            return lazy.select(wanted).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            problem = error
    raise first_uneven(path, layout) or FileError(
        f"{path} cannot be read as CSV: a quotation mark may be open."
    ) from problem


def _types(frames: list[Any]) -> dict[str, Any]:
    """The type of each column that all blocks can have; None for text in some of them alone."""
    import polars as pl

    types: dict[str, Any] = {}
    for name in frames[0].columns:
        found = {f[name].dtype for f in frames if f[name].null_count() < len(f)}
        if len(found) < 2:
            types[name] = found.pop() if found else frames[0][name].dtype
        else:
            types[name] = pl.Float64 if found <= {pl.Int64, pl.Float64} else None
    return types
