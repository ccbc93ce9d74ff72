"""Series one below the other in one table of numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.kinds import check_kind
from recurra.engine.placed import aligned

#: So many numbers are looked at once.
AT_ONCE = 2**18


class Series(NamedTuple):
    """Series in one table.

    Args:
        name: of the argument.
        table: (rows, columns), float32 or int32.
        lengths: the number of rows of each series.
        listed: whether the series came as a list of arrays.
    """

    name: str
    table: np.ndarray
    lengths: list[int]
    listed: bool = False

    def rows_without_numbers(self) -> np.ndarray:
        """The rows that hold NaN or infinity, in order."""
        if self.table.dtype.kind != "f":
            return np.zeros(0, np.int64)
        block = max(1, AT_ONCE // max(self.table.shape[1], 1))
        found = [
            first + np.flatnonzero(~np.isfinite(self.table[first : first + block]).all(axis=1))
            for first in range(0, len(self.table), block)
        ]
        return np.concatenate(found)

    def first_of(self, rows: np.ndarray) -> str:
        """The first place without a number, in words.

        Args:
            rows: all rows that hold such a place.
        """
        row = int(rows[0])
        column = int(np.flatnonzero(~np.isfinite(self.table[row]))[0])
        kind = "NaN" if np.isnan(self.table[row, column]) else "infinity"
        name = self.name
        if self.listed:
            ends = np.cumsum(self.lengths)
            k = int(np.searchsorted(ends, row, side="right"))
            name, row = f"{name}[{k}]", row - int(ends[k]) + self.lengths[k]
        return f"{kind} in row {row}, column {column} of `{name}`"


def read_series(values: Any, argument: str) -> Series:
    """One series, or a list of them, from what a user gave.

    Args:
        values: (rows, columns) or (rows,), or a list of such arrays, one for each series.
        argument: under which they came.

    Returns:
        The table itself where it holds float32 or int32, otherwise a converted copy.
    """
    if isinstance(values, (list, tuple)) and any(np.ndim(v) > 0 for v in values):
        return _stacked(values, argument)
    table = _numbers(values, argument)
    return Series(argument, table, [len(table)])


def _numbers(values: Any, argument: str) -> np.ndarray:
    """(rows, columns), float32 or int32."""
    table = check_kind(np.asarray(values), "windows", argument)
    if table.ndim not in (1, 2):
        raise DataError(
            f"windows: `{argument}` has shape {table.shape}: (rows, columns) or (rows,) is needed."
        )
    table = table[:, None] if table.ndim == 1 else table
    dtype = np.int32 if table.dtype.kind in "biu" else np.float32
    if table.dtype == dtype:
        return table
    numbers = aligned(table.shape, dtype)
    with np.errstate(over="ignore"):  # numbers beyond float32 count as infinity
        numbers[...] = table
    return numbers


def _stacked(values: Any, argument: str) -> Series:
    """The arrays of a list one below the other."""
    parts = [_numbers(v, f"{argument}[{k}]") for k, v in enumerate(values)]
    columns = {p.shape[1] for p in parts}
    if len(columns) > 1:
        other = next(k for k, p in enumerate(parts) if p.shape[1] != parts[0].shape[1])
        raise DataError(
            f"windows: `{argument}[0]` has {parts[0].shape[1]} columns and `{argument}[{other}]` "
            f"{parts[other].shape[1]}; all series need the same."
        )
    lengths = [len(p) for p in parts]
    whole = all(p.dtype == np.int32 for p in parts)
    table = aligned((sum(lengths), columns.pop()), np.int32 if whole else np.float32)
    np.concatenate(parts, out=table)
    return Series(argument, table, lengths, listed=True)


def lengths_of_series(by: Any, rows: int) -> list[int]:
    """How many rows each series has, whose rows have to stand one below the other.

    Args:
        by: which series each row belongs to, (rows,).
        rows: of the table.
    """
    ids = np.asarray(by)
    if ids.shape != (rows,):
        raise DataError(
            f"windows: `by` has shape {ids.shape}, and `x` {rows:,} rows; each row needs a series."
        )
    if not rows:
        return [0]
    unnamed = np.array([i is None for i in ids]) if ids.dtype == object else np.zeros(rows, bool)
    unnamed |= ids != ids
    if unnamed.any():
        row = int(unnamed.argmax())
        raise DataError(
            f"windows: row {row} has no series: `by` holds {ids.tolist()[row]!r} there."
        )
    ends = np.flatnonzero(ids[1:] != ids[:-1]) + 1
    bounds = np.concatenate([[0], ends, [rows]])
    seen: set[Any] = set()
    for row in bounds[:-1].tolist():
        if ids[row] in seen:
            raise DataError(
                f"windows: the rows of series {str(ids[row])!r} do not stand one below the other: "
                f"they begin again in row {row}.",
                fixes=["sort the table by series and time first"],
            )
        seen.add(ids[row])
    return [int(n) for n in np.diff(bounds)]
