"""Windows over series: which rows are looked at, and which rows are to be forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from recurra.data.tables import Series, lengths_of_series, read_series
from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.lazy import Windows
from recurra.engine.origin import warn
from recurra.engine.runs import Runs


def windows(
    x: Any,
    y: Any = None,
    *,
    lookback: int,
    horizon: int = 1,
    stride: int = 1,
    gap: int = 0,
    by: Any = None,
    known: Any = None,
    static: Any = None,
) -> Any:
    r"""Cut a table of series into samples, without copying it.

    Window k looks at the rows \(s_k, \dots, s_k + L - 1\) of `x`, and its targets are the rows
    \(s_k + L + g, \dots, s_k + L + g + H - 1\) of `y`, with the lookback L, the gap g and the
    horizon H. Windows lie within one series each.

    Args:
        x: the rows in order of time, (rows, features) or (rows,), or a list of such arrays, one
            for each series. Whole numbers stay whole, all others are float32.
        y: what is to be forecast, (rows,) or (rows, targets), or a list; often a column of `x`.
            Without it there are windows alone, up to the last row.
        lookback: L, rows a window looks at.
        horizon: H, rows to forecast.
        stride: rows from one window to the next.
        gap: g, rows between a window and its targets.
        by: which series each row belongs to, (rows,), for one table of several series. Rows of a
            series stand one below the other.
        known: what is known of the future too, such as a price or a holiday, (rows, columns) or
            (rows,), or a list. Needs `y`.
        static: what stays the same in each series, such as where it was measured, (series, columns)
            or (series,), in the order of the series.

    Returns:
        `x` (windows, lookback, features) and `y` (windows, targets), or (windows, horizon) for one
        target and several steps, else (windows, horizon, targets). With `known` a third one,
        (windows, horizon, columns): the rows that are to be forecast. With `static` a last one,
        (windows, columns). All have the shape and slices of arrays, and `fit`, `evaluate` and
        `predict` take them; `np.asarray` makes arrays of them.
        Windows with NaN or infinity are left out, which a warning says.

    Raises:
        ArgumentError: for counts that are no whole numbers from 1 on.
        DataError: where x and y differ in length, static columns are not one row a series, or no
            series is long enough.

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
    if known is not None and y is None:
        raise ArgumentError(
            "windows: `known` is given without `y`: it is cut at the rows that are to be forecast."
        )
    given = {"x": x, "y": y, "known": known}
    series = {k: read_series(v, k) for k, v in given.items() if v is not None}
    lengths = series["x"].lengths
    for name, other in series.items():
        if other.lengths != lengths:
            raise DataError(
                f"windows: `x` has {_rows(lengths)} and `{name}` {_rows(other.lengths)}; they are "
                "rows of one table."
            )
    if by is not None:
        if series["x"].listed:
            raise ArgumentError(
                "windows: `by` is given, and `x` is a list, one array for each series already.",
                fixes=["leave out `by`"],
            )
        lengths = lengths_of_series(by, sum(lengths))
    ahead = 0 if y is None else gap + horizon
    looked_at = [_Look(series["x"], 0, lookback)]
    looked_at += [_Look(s, lookback + gap, horizon) for k, s in series.items() if k != "x"]
    starts = _starts(lengths, lookback, ahead, stride, looked_at)
    cut = [Windows(series["x"].table, starts, lookback)]
    if y is not None:
        targets, first = series["y"].table, starts + (lookback + gap)
        if horizon == 1:
            cut.append(Windows(targets, first, None))
        else:
            one = targets.shape[1] == 1
            cut.append(Windows(targets[:, 0] if one else targets, first, horizon))
        if known is not None:
            cut.append(Windows(series["known"].table, first, horizon))
    if static is not None:
        cut.append(
            Windows(_of_each_series(static, len(lengths)), _series_of(starts, lengths), None)
        )
    return tuple(cut) if len(cut) > 1 else cut[0]


def _of_each_series(static: Any, count: int) -> np.ndarray:
    """Static columns, (series, columns), all of them numbers."""
    given = read_series(static, "static")
    rows = given.rows_without_numbers()
    if len(given.table) != count:
        raise DataError(
            f"windows: `static` has {len(given.table):,} row{'s' * (len(given.table) != 1)}, and "
            f"there {'are' if count > 1 else 'is'} {count:,} series: each needs one."
        )
    if len(rows):
        raise DataError(f"windows: {given.first_of(rows)}, which each window of that series sees.")
    return given.table


def _series_of(starts: Runs, lengths: list[int]) -> Runs:
    """The number of the series that each window lies in: one for a whole run."""
    series = np.searchsorted(np.cumsum(lengths), starts.firsts, side="right")
    return Runs(series.astype(np.int32), starts.before, 0, len(starts))


def _check_counts(least: int, **counts: Any) -> None:
    for name, value in counts.items():
        if not INTEGER.ok(value) or value < least:
            raise ArgumentError(
                f"windows: `{name}`={value!r}: a whole number of at least {least} is needed."
            )


def _rows(lengths: list[int]) -> str:
    return f"{sum(lengths):,} rows" + (f" in {len(lengths)} series" if len(lengths) > 1 else "")


class _Look(NamedTuple):
    """Where a window looks: `length` rows from `offset` on behind its first row."""

    series: Series
    offset: int
    length: int


def _starts(
    lengths: list[int], lookback: int, ahead: int, stride: int, looked_at: Sequence[_Look]
) -> Runs:
    """The first rows of all windows that lie in one series and hold numbers alone."""
    span, ends = lookback + ahead, np.cumsum(lengths)
    all_of_them = _runs(ends, stride, ends - span + 1, ends - 1)
    if not len(all_of_them):
        longest = max(lengths)
        parts_of = f" ({lookback} to look at, {ahead} until the last target)" if ahead else ""
        raise DataError(
            f"windows: no series is long enough: a window takes {span} rows{parts_of}, "
            f"and the longest series has {longest}.",
            fixes=[f"lookback={longest - ahead} at most"] if longest > ahead else (),
        )
    bad = [look.series.rows_without_numbers() for look in looked_at]
    if not any(map(len, bad)):
        return all_of_them
    # A row without a number forbids the first rows of all windows that would reach it.
    low = [rows - look.offset - look.length + 1 for rows, look in zip(bad, looked_at)]
    high = [rows - look.offset for rows, look in zip(bad, looked_at)]
    kept = _runs(
        ends, stride, np.concatenate([ends - span + 1, *low]), np.concatenate([ends - 1, *high])
    )
    if len(kept) < len(all_of_them):
        where = next(look.series.first_of(rows) for rows, look in zip(bad, looked_at) if len(rows))
        _say_left_out(len(all_of_them), len(kept), where)
    return kept


def _runs(ends: np.ndarray, stride: int, low: np.ndarray, high: np.ndarray) -> Runs:
    """Every row, `stride` apart from the first of its series, but for those from low to high.

    Args:
        ends: the row behind each series.
        stride: rows from one to the next.
        low: the first row of each stretch that is left out, in any order; the last row is in one.
        high: their last rows.
    """
    order = np.argsort(low, kind="stable")
    low, high = low[order], np.concatenate([[-1], high[order]])
    begin = np.maximum.accumulate(high)[:-1] + 1
    series = np.minimum(np.searchsorted(ends, begin, side="right"), len(ends) - 1)
    of_series = np.concatenate([[0], ends[:-1]])[series]
    first = of_series + -(-(begin - of_series) // stride) * stride
    return Runs.of(first, np.maximum(0, (low - 1 - first) // stride + 1), stride)


def _say_left_out(all_of_them: int, kept: int, where: str) -> None:
    """Say how many windows are left out, of which one has to be kept, and why."""
    if not kept:
        raise DataError(
            f"windows: each of the {all_of_them:,} windows holds NaN or infinity; the first is "
            f"{where}.",
            fixes=["fill gaps with what was known then, or leave out the column that lacks most"],
        )
    warn(
        f"windows: {all_of_them - kept:,} of {all_of_them:,} hold NaN or infinity and are left "
        f"out; the first is {where}."
    )
