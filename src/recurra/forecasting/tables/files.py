"""Tables in CSV and Parquet files, for the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from recurra.engine.errors import FileError
from recurra.forecasting.tables import csv_frames
from recurra.forecasting.tables.blocks import encoding_of, undefined
from recurra.forecasting.tables.csv_numbers import as_numbers
from recurra.forecasting.tables.csvs import Layout, layout_of
from recurra.forecasting.tables.frames import listed, with_index
from recurra.forecasting.tables.source import Part, Source
from recurra.saving.files import as_path, first_bytes, replacing

#: How files begin that are no text, and what to do with them.
_OTHERS = {
    b"PK\x03\x04": ("an Excel workbook or a zip archive", "save the sheet as CSV"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "save the sheet as CSV"),
    b"\x1f\x8b": ("compressed with gzip", "gunzip {}"),
    b"SQLite f": ("a database of SQLite", "write the table as CSV"),
    b"\x89HDF\r\n": ("an HDF5 file", "write the table as CSV or Parquet"),
}
ENDINGS = (".csv", ".parquet")
#: Is told which share of a file has been read.
Progress = Callable[[float], None] | None


def read_table(path: Any, columns: Iterable[str] | None = None, progress: Progress = None) -> Any:
    """Read a table from a CSV or Parquet file.

    A CSV file has the names of its columns in its first line. Its separator (comma, semicolon,
    tab, |), decimal commas and its encoding (UTF-8, UTF-16 with a mark, Windows-1252) are found.
    Columns of text that are numbers as people write them (1.234,50, 5 %, n/a) become numbers where
    it is clear which. Dates stay text. Only the columns asked for, and a block of some megabytes,
    are in memory.

    Args:
        path: of the file.
        columns: the columns that are needed; None for all, which is what comes, too, where one
            of them is not there.
        progress: is told which share of a CSV file has been read.

    Returns:
        A polars frame, which remembers the lines of its rows for messages.

    Raises:
        FileError: for a file that is not there, empty, damaged, no table, or has lines of
            different lengths.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_table(f"{folder}/sales.csv", {"month": ["2024-01"], "sales": [3.5]})
        ...     read_table(f"{folder}/sales.csv").rows()
        [('2024-01', 3.5)]
    """
    path = as_path(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FileError(f"{path} is a pipe or a device; a file is needed.")
    begins = first_bytes(path, "a table")
    if not begins:
        raise FileError(f"{path} is empty.")
    if begins.startswith(b"PAR1"):
        return _parquet(path, columns)
    for mark, (what, fix) in _OTHERS.items():
        if begins.startswith(mark):
            raise FileError(
                f"{path} is {what}, no CSV or Parquet file.", fixes=[fix.format(path.name)]
            )
    if path.suffix.lower() == ".parquet":
        raise FileError(
            f"{path} is no Parquet file: it does not begin with PAR1.",
            fixes=["name it .csv if it is text with a line of names"],
        )
    return _csv(path, columns, progress)


def output_path(path: Any) -> Path:
    """The path of a file that a table can be written to.

    Raises:
        FileError: for other endings than .csv and .parquet.
    """
    path = as_path(path)
    if path.suffix.lower() not in ENDINGS:
        raise FileError(
            f"{path} does not end in .csv or .parquet.",
            fixes=[f"{path.with_suffix('')}.csv"],
        )
    if path.is_dir():
        raise FileError(f"{path} is a directory; the name of a file is needed.")
    return path


def write_table(path: Any, frame: Any) -> None:
    """Write a table of any kind to a CSV or Parquet file, which appears complete or not at all.

    Args:
        path: ends in .csv or .parquet. A file that is there is replaced.
        frame: what narwhals reads, or a dict of arrays.

    Raises:
        FileError: where the file cannot be written.
    """
    import polars as pl

    path = output_path(path)
    table: pl.DataFrame
    if isinstance(frame, dict):
        table = pl.DataFrame(frame)
    else:
        table = nw.from_native(with_index(frame)[0]).to_polars()
    with replacing(path, overwrite=True) as temporary:
        if path.suffix.lower() == ".parquet":
            table.write_parquet(temporary)
        else:
            _dated(table).write_csv(temporary, datetime_format="%Y-%m-%dT%H:%M:%S%.f")


def _dated(table: Any) -> Any:
    """Times without a time of day as dates, and those of a zone with their offset."""
    import polars as pl

    for name, dtype in table.schema.items():
        if isinstance(dtype, pl.Datetime) and dtype.time_zone:
            text = pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z")
            table = table.with_columns(text)
        elif isinstance(dtype, pl.Datetime) and (table[name].dt.date() == table[name]).all():
            table = table.with_columns(pl.col(name).dt.date())
    return table


def _parquet(path: Path, columns: Iterable[str] | None) -> Any:
    import polars as pl

    try:
        lazy = pl.scan_parquet(path)
        names = lazy.collect_schema().names()
        wanted = _wanted(columns, names)
        frame: Any = lazy.select(wanted).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise FileError(f"{path} cannot be read: it is a damaged Parquet file.") from error
    left = _left(names, wanted)
    frame.recurra_source = Source((Part(path.name, "row", range(len(frame))),), tuple(left))
    return frame


def _left(names: Sequence[str], taken: Sequence[str]) -> list[str]:
    """A sentence about columns that are not read."""
    left = [name for name in names if name not in taken]
    return [f"Not used: {listed([f'`{name}`' for name in left], 20)}."] if left else []


def _wanted(columns: Iterable[str] | None, there: Sequence[str]) -> list[str]:
    wanted = list(there if columns is None else columns)
    return [name for name in there if name in wanted] if set(wanted) <= set(there) else list(there)


def _csv(path: Path, columns: Iterable[str] | None, progress: Progress) -> Any:
    import polars as pl

    encoding = encoding_of(path)
    try:
        layout, frame, numbers = _as_written(path, encoding, columns, progress)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise undefined(path, encoding, error) from None
        try:
            layout, frame, numbers = _as_written(path, "cp1252", columns, progress)
        except UnicodeDecodeError as other:
            raise undefined(path, "cp1252", other) from None
    word = "line" if numbers is not None else "row"
    numbers = np.arange(len(frame)) if numbers is None else numbers
    notes = [*layout.notes, *_left(layout.names, frame.columns)]
    if layout.unnamed in frame.columns and _counts(frame[layout.unnamed]):
        frame = frame.drop(layout.unnamed)
        notes.append("The first column has no name and counts the rows; it is left out.")
    there = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    if not there.all():
        blank = int((~there).sum())
        notes.append("1 line is blank." if blank == 1 else f"{blank:,} lines are blank.")
        frame, numbers = frame.filter(there), numbers[there.to_numpy()]
    if not len(frame):
        raise FileError(
            f"{path} has a line of names and no rows.", came=f"columns {', '.join(layout.names)}"
        )
    for column in frame:
        if column.dtype == pl.String and column.name not in layout.texts:
            made, told = as_numbers(column, layout.decimal_comma)
            frame, notes = frame.with_columns(made), notes + told
    frame.recurra_source = Source((Part(path.name, word, numbers),), tuple(notes))
    return frame


def _as_written(
    path: Path, encoding: str, columns: Iterable[str] | None, progress: Progress
) -> tuple[Layout, Any, np.ndarray | None]:
    """How a CSV file is written, its columns, and the lines of the rows."""
    layout = layout_of(path, encoding)
    return layout, *csv_frames.read(path, layout, _wanted(columns, layout.names), progress)


def _counts(column: Any) -> bool:
    """Whether a column holds 0, 1, 2, ... or 1, 2, 3, ..., as the index of a pandas frame does."""
    values = column.drop_nulls().to_numpy()
    if not len(values) or values.dtype.kind != "i" or values[0] not in (0, 1):
        return False
    return bool((values == np.arange(len(values)) + values[0]).all())
