"""Rows of a regular time axis from what had been measured by then, for what looks ahead."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data.resampled import REACH, Resampled, checked, rate
from recurra.data.steps import DAY, Step
from recurra.engine.errors import DataError

#: Monday, 5 January 1970, in ns: so weeks begin on Mondays, and days at midnight.
MONDAY = 4 * DAY
#: A sample whose time is a float belongs to a row from which this part of a step parts it.
LATE = 1e-6


def trailing_means(times: Any, values: Any, step: Any = None) -> Resampled:
    r"""Bring values that were measured at any times onto a grid, without a look ahead.

    The row at the time t is the mean of the samples after t - step up to t, so it is known at t and
    no later sample changes it: rows of it may stand in front of a forecast, where those of
    `resample`, which look some steps ahead, may not. The mean also takes away most of what is too
    fast for the grid (all of it at 1 cycle a step). A row without a sample in its step repeats the
    last one; when that is more than 5 steps and 5 mean distances of the samples so far behind, it
    is NaN.

    Args:
        times: rising, (samples,) datetime64 or numbers.
        values: (samples,) or (samples, columns). NaN does not count.
        step: of the grid: a `Step`, a timedelta for datetimes, or a number for numbers. By
            default `usual_step(times)`, which looks at all times.

    Returns:
        A `Resampled`. Its rows lie on whole multiples of the step, from midnights (weeks: of
        Mondays) or from 0, so that several series share a grid; the last row is not after the last
        sample. `distance` is how many steps the last sample lies behind.

    Raises:
        DataError: for times that do not rise or are missing, for other lengths, for infinity, and
            where no row lies between the samples.
        ArgumentError: for a step that is none, and for one of months or weekdays.

    Example:
        >>> made = trailing_means([1.0, 3.0, 6.0, 8.0, 17.0], [1.0, 3.0, 5.0, 6.0, 9.0], step=4)
        >>> made.times.tolist(), made.values.tolist()
        ([4.0, 8.0, 12.0, 16.0], [2.0, 5.5, 5.5, 5.5])
        >>> made.distance.tolist()
        [0.25, 0.0, 1.0, 2.0]
    """
    times, values, grid = checked(times, values, step, "trailing_means")
    row, behind = _rows(times, grid)
    first = int(row[0])
    row = row - first
    # The last row is known only when it is reached.
    rows = int(row[-1]) + int(behind[-1] == 0)
    if not rows:
        raise DataError(
            f"trailing_means: no row {grid.words} lies between the first time, {times[0]}, and the "
            f"last, {times[-1]}."
        )
    columns = values.reshape(len(values), -1).T
    made = [
        _column(row[~np.isnan(c)], behind[~np.isnan(c)], c[~np.isnan(c)], rows) for c in columns
    ]
    shape = (rows, *values.shape[1:])
    on_grid, distance = (np.stack(part, axis=1).reshape(shape) for part in zip(*made))
    return Resampled(
        _times(times, grid, first + np.arange(rows)),
        on_grid,
        distance,
        grid,
        (rate(times, grid, step is None), *_told(on_grid, distance)),
    )


def _rows(times: np.ndarray, grid: Step) -> tuple[np.ndarray, np.ndarray]:
    """The row each sample belongs to, counted from the origin, and the steps it lies before it."""
    if times.dtype.kind == "M":
        size = int(grid.size)
        ns = times.astype("M8[ns]").astype(np.int64) - MONDAY
        row = -(-ns // size)
        return row, (row * size - ns) / size
    u = times / float(grid.size)
    near = LATE + 4 * np.finfo(np.float64).eps * np.abs(u)
    row = np.ceil(u - near)
    return row.astype(np.int64), np.where(np.abs(row - u) <= near, 0.0, row - u)


def _times(times: np.ndarray, grid: Step, row: np.ndarray) -> np.ndarray:
    if times.dtype.kind == "M":
        return (row * int(grid.size) + MONDAY).astype("M8[ns]")
    return row.astype(times.dtype) * grid.size


def _column(
    row: np.ndarray, behind: np.ndarray, x: np.ndarray, rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """One column's rows, and how far the last sample lies behind each.

    Args:
        row: of each sample, some behind the last.
        behind: the steps from each sample to its row.
        x: the values.
        rows: how many there are.
    """
    counts = np.bincount(row, minlength=rows)[:rows]
    sums = np.bincount(row, x, minlength=rows)[:rows]
    last = np.cumsum(counts) - 1  # the last sample at or before each row
    known = last >= 0
    if not known.any():
        return np.full(rows, np.nan), np.full(rows, np.inf)
    last = np.maximum(last, 0)
    held = row[last]
    at = row - behind
    age = np.where(known, np.arange(rows) - at[last], np.inf)
    usual = (at[last] - at[0]) / np.maximum(last, 1)  # mean distance until then
    near = known & ((counts > 0) | (age <= REACH * np.maximum(1.0, usual) + LATE))
    return np.where(near, sums[held] / np.maximum(counts[held], 1), np.nan), age


def _told(values: np.ndarray, distance: np.ndarray) -> list[str]:
    """What the rows are, which repeat the one before, and which are not known."""
    told = ["each row is the mean of the samples of the step that ends with it."]
    missing = np.isnan(values)
    for bad, what in (
        (~missing & (distance >= 1), "repeat the last one, as no sample lies in their step"),
        (missing, "are NaN, as nothing was measured shortly before them"),
    ):
        rows = int(bad.reshape(len(bad), -1).any(axis=1).sum())
        if rows:
            told.append(f"{rows:,} of {len(bad):,} rows {what}.")
    return told
