"""Windows over series: which rows are looked at, and which rows are to be forecast."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data.lazy import Windows
from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.origin import warn


def windows(
    x: Any,
    y: Any = None,
    *,
    lookback: int,
    horizon: int = 1,
    stride: int = 1,
    gap: int = 0,
    by: Any = None,
) -> Any:
    r"""Cut a table of series into samples, without copying it.

    Window k looks at the rows \(s_k, \dots, s_k + L - 1\) of `x`, and its targets are the rows
    \(s_k + L + g, \dots, s_k + L + g + H - 1\) of `y`, with the lookback L, the gap g and the
    horizon H. Windows lie within one series each.

    Args:
        x: the rows in order of time, (rows, features) or (rows,), or a list of such arrays, one
            for each series.
        y: what is to be forecast, (rows,) or (rows, targets), or a list; often a column of `x`.
            Without it there are windows alone, up to the last row.
        lookback: L, rows a window looks at.
        horizon: H, rows to forecast.
        stride: rows from one window to the next.
        gap: g, rows between a window and its targets.
        by: which series each row belongs to, (rows,), for one table of several series. Rows of a
            series stand one below the other.

    Returns:
        `x` (windows, lookback, features) and `y` (windows, targets), or (windows, horizon) for one
        target and several steps, else (windows, horizon, targets). Both have the shape and slices
        of arrays, and `fit`, `evaluate` and `predict` take them; `np.asarray` makes arrays of them.
        Windows with NaN or infinity are left out, which a warning says.

    Raises:
        ArgumentError: for counts that are no whole numbers from 1 on.
        DataError: where x and y differ in length, or no series is long enough.

    Example:
        >>> import numpy as np
        >>> x, y = windows(np.arange(10.0), np.arange(10.0), lookback=3, horizon=2)
        >>> x.shape, y.shape
        ((6, 3, 1), (6, 2))
        >>> x[0][:, 0].tolist(), y[0].tolist()
        ([0.0, 1.0, 2.0], [3.0, 4.0])
    """
    _check_counts(1, lookback=lookback, horizon=horizon, stride=stride)
    _check_counts(0, gap=gap)
    table, lengths = _table(x, "x", by)
    if y is None:
        starts = _starts(lengths, lookback, 0, stride)
        return Windows(table, starts[_kept(_whole(table, starts, lookback))], lookback)
    targets, same = _table(y, "y", by)
    if same != lengths:
        raise DataError(
            f"windows: `x` has {_rows(lengths)} and `y` {_rows(same)}; they are rows of one table."
        )
    starts = _starts(lengths, lookback, gap + horizon, stride)
    first = starts + lookback + gap
    kept = _kept(_whole(table, starts, lookback) & _whole(targets, first, horizon))
    starts, first = starts[kept], first[kept]
    if horizon == 1:
        return Windows(table, starts, lookback), Windows(targets, first, None)
    targets = targets[:, 0] if targets.shape[1] == 1 else targets
    return Windows(table, starts, lookback), Windows(targets, first, horizon)


def _check_counts(least: int, **counts: Any) -> None:
    for name, value in counts.items():
        if not INTEGER.ok(value) or value < least:
            raise ArgumentError(
                f"windows: `{name}`={value!r}: a whole number of at least {least} is needed."
            )


def _rows(lengths: list[int]) -> str:
    return f"{sum(lengths):,} rows" + (f" in {len(lengths)} series" if len(lengths) > 1 else "")


def _table(values: Any, argument: str, by: Any) -> tuple[np.ndarray, list[int]]:
    """One table of all series, (rows, columns) float32, and the number of rows of each."""
    if isinstance(values, (list, tuple)) and any(np.ndim(v) > 0 for v in values):
        parts = [_table(v, argument, None)[0] for v in values]
        return np.concatenate(parts), [len(p) for p in parts]
    table = np.asarray(values, np.float32)
    table = table.reshape(len(table), -1)
    if by is None:
        return table, [len(table)]
    ids = np.asarray(by)
    if len(ids) != len(table):
        raise DataError(f"windows: `{argument}` has {len(table)} rows and `by` {len(ids)}.")
    ends = np.flatnonzero(ids[1:] != ids[:-1]) + 1
    bounds = [0, *ends.tolist(), len(ids)]
    names = [ids[b] for b in bounds[:-1]]
    if len(set(names)) < len(names):
        again = next(n for k, n in enumerate(names) if n in names[:k])
        raise DataError(
            f"windows: the rows of series {str(again)!r} do not stand one below the other.",
            fixes=["sort the table by series and time first"],
        )
    return table, np.diff(bounds).tolist()


def _starts(lengths: list[int], lookback: int, ahead: int, stride: int) -> np.ndarray:
    """The first row of every window that has `ahead` rows of its series behind it."""
    ends = np.cumsum([0, *lengths])
    last = [end - lookback - ahead for end in ends[1:]]
    parts = [np.arange(a, b + 1, stride, dtype=np.int32) for a, b in zip(ends, last)]
    starts = np.concatenate(parts)
    if not len(starts):
        longest = max(lengths)
        parts_of = f" ({lookback} to look at, {ahead} until the last target)" if ahead else ""
        raise DataError(
            f"windows: no series is long enough: a window takes {lookback + ahead} rows{parts_of}, "
            f"and the longest series has {longest}.",
            fixes=[f"lookback={longest - ahead} at most"] if longest > ahead else (),
        )
    return starts


def _whole(table: np.ndarray, starts: np.ndarray, length: int) -> np.ndarray:
    """Which stretches of rows hold numbers alone, by the running count of rows that do not."""
    bad = ~np.isfinite(table).all(axis=1)
    before = np.concatenate([[0], np.cumsum(bad, dtype=np.int32)])
    return before[starts + length] == before[starts]


def _kept(known: np.ndarray) -> np.ndarray:
    """The windows that are known, of which there has to be one; says how many are left out."""
    left_out = int((~known).sum())
    if left_out == len(known):
        raise DataError(
            f"windows: each of the {len(known):,} windows holds NaN or infinity.",
            fixes=["fill gaps with what was known then, or leave out the column that lacks most"],
        )
    if left_out:
        warn(f"windows: {left_out:,} of {len(known):,} hold NaN or infinity and are left out.")
    return known
