"""Resampling: values measured at any times become rows of a regular time axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data.rates import since
from recurra.data.resampled import REACH, Resampled, checked, rate

#: The low-pass lets half through at this frequency, in cycles a step.
CUTOFF = 0.42
#: The shape of its window: 40 dB are taken away beyond (Kaiser 1974).
BETA = 3.4
#: So many points a step are enough for it.
MOST_POINTS = 64


def resample(times: Any, values: Any, step: Any = None) -> Resampled:
    r"""Bring values that were measured at any times onto a grid of equal steps.

    Between samples the values are interpolated, by cubic polynomials through the samples with the
    slopes of the parabola through each three. Where samples are denser than the grid, what is too
    fast for it is taken away first, so that it does not come back as something slow (aliasing):
    oscillations of up to 0.3 cycles a step keep their size, those above 0.55 vanish. The two rows
    next to an end see one side alone and are less exact. The rows within a hole, of more than 5
    steps and 5 usual distances, are NaN, and so are rows before a column's first sample and after
    its last: nothing is extrapolated.

    A row is made from samples on both its sides, up to 5 steps ahead, so it knows something of
    the future. That suits whole sequences that are to be classified. In front of a forecast take
    `trailing_means`.

    Args:
        times: rising, (samples,) datetime64 or numbers.
        values: (samples,) or (samples, columns). NaN does not count.
        step: of the grid: a `Step`, a timedelta for datetimes, or a number for numbers. By
            default `usual_step(times)`. For sequences of several rates take the longest of their
            steps, which all of them can be brought to.

    Returns:
        A `Resampled`; its first row is at the first sample.

    Raises:
        DataError: for times that do not rise or are missing, for other lengths, and for infinity.
        ArgumentError: for a step that is none, and for one of months or weekdays.

    Example:
        >>> made = resample([0.0, 1.0, 3.0, 4.0], [0.0, 1.0, 3.0, 4.0], step=1)
        >>> made.values.tolist(), made.distance.tolist()
        ([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 1.0, 0.0, 0.0])
    """
    times, values, grid = checked(times, values, step, "resample")
    u = since(times, times[0]) / float(grid.size)  # in steps
    rows = int(u[-1] + 1e-6) + 1
    columns = values.reshape(len(values), -1).T
    made = [_column(u[~np.isnan(c)], c[~np.isnan(c)], rows) for c in columns]
    shape = (rows, *values.shape[1:])
    on_grid, distance = (np.stack(part, axis=1).reshape(shape) for part in zip(*made))
    return Resampled(
        grid.at(times[0], np.arange(rows)),
        on_grid,
        distance,
        grid,
        (rate(times, grid, step is None), *_sparse(on_grid, distance)),
    )


def _column(u: np.ndarray, x: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """One column's values on the grid 0, 1, ..., and the distances to its nearest samples.

    Args:
        u: times of the samples in steps.
        x: their values.
        rows: of the grid.
    """
    grid = np.arange(rows, dtype=np.float64)
    if not len(u):
        return np.full(rows, np.nan), np.full(rows, np.inf)
    after = np.searchsorted(u, grid).clip(1, max(len(u) - 1, 1))
    ends = u[np.stack([after - 1, np.minimum(after, len(u) - 1)])]
    distance = np.abs(ends - grid).min(axis=0)
    if len(u) < 2:
        return np.where(distance < 1e-6, x[0], np.nan), distance
    dense = np.quantile(np.diff(u), 0.1)
    if dense < 0.75:
        points = min(int(np.ceil(2 / dense)), MOST_POINTS)
        made = _low_passed(*_averaged(u, x, points), rows, points)
    else:
        made = _between(u, x, grid)
    return made, distance


def _between(u: np.ndarray, x: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Values between samples by cubic Hermite polynomials; NaN within holes and outside."""
    slope = np.gradient(x, u)
    left = (np.searchsorted(u, at + 1e-6, "right") - 1).clip(0, len(u) - 2)
    width = u[left + 1] - u[left]
    s = (at - u[left]) / width
    known = (s > -1e-6 / width) & (s < 1 + 1e-6 / width)
    hole = width > REACH * max(1.0, float(np.median(np.diff(u))))
    known &= ~hole | (s * width < 1e-6) | ((1 - s) * width < 1e-6)
    made = (
        (1 + 2 * s) * (1 - s) ** 2 * x[left]
        + s**2 * (3 - 2 * s) * x[left + 1]
        + s * (1 - s) * width * ((1 - s) * slope[left] - s * slope[left + 1])
    )
    return np.where(known, made, np.nan)


def _averaged(u: np.ndarray, x: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Times and values, those within one point's distance taken together."""
    begins = np.flatnonzero(np.diff(np.floor(u * points + 0.5), prepend=-1.0))
    count = np.diff(begins, append=len(u))
    times, values = (np.add.reduceat(a, begins) / count for a in (u, x))
    times[0], times[-1] = u[0], u[-1]  # nothing is lost at the ends
    return times, values


def _low_passed(u: np.ndarray, x: np.ndarray, rows: int, points: int) -> np.ndarray:
    """Values on the grid without what is too fast for it: a Kaiser-windowed sinc.

    Its weights are shared among the points that are known, so it does without the others.
    """
    reach = REACH * points
    offsets = np.arange(-reach, reach + 1) / points
    kernel = np.sinc(2 * CUTOFF * offsets) * np.kaiser(len(offsets), BETA)
    fine = _between(u, x, np.arange(-reach, (rows - 1) * points + reach + 1) / points)
    known = ~np.isnan(fine)
    seen = [
        np.lib.stride_tricks.sliding_window_view(a, len(kernel))[::points]
        for a in (np.where(known, fine, 0.0), known.astype(np.float64))
    ]
    total, weight = (np.einsum("rk,k->r", a, kernel) for a in seen)
    inside = known[reach : len(known) - reach : points]
    return np.where(inside, total / np.where(inside, weight, 1.0), np.nan)


def _sparse(values: np.ndarray, distance: np.ndarray) -> list[str]:
    """Which rows are guesses, and which not even that."""
    missing = np.isnan(values)
    told = []
    for bad, what in (
        (~missing & (distance > 1 + 1e-6), "are guesses, more than a step from any sample"),
        (missing, "are NaN, as nothing was measured near them"),
    ):
        rows = int(bad.reshape(len(bad), -1).any(axis=1).sum())
        if rows:
            told.append(f"{rows:,} of {len(bad):,} rows {what}.")
    return told
