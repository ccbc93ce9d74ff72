"""Filling what is missing with what was known before, never with what came after."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.origin import warn
from recurra.engine.suggestions import did_you_mean

WAYS = ("forward", "mean", "seasonal", "zero")


def fill(values: Any, how: str = "forward", season: int = 1) -> tuple[np.ndarray, int]:
    """Fill NaN from earlier rows alone, so that no row learns from the future.

    Args:
        values: the rows of one series in order of time, (rows,) or (rows, columns).
        how: "forward" the last known value; "mean" the mean of what was known so far; "seasonal"
            the value one season before, the last known one where there is none; "zero".
        season: rows a season, for "seasonal".

    Returns:
        The values, float64 or float32 as they came, and how many were filled. NaN at the beginning,
        before anything is known, stays (except with "zero"), which a warning says; `windows`
        leaves such rows out.

    Raises:
        ArgumentError: for another way, and for a season that is no whole number from 1 on.
        DataError: where values are no numbers.

    Example:
        >>> values, filled = fill([1.0, np.nan, 4.0, np.nan])
        >>> values.tolist(), filled
        ([1.0, 1.0, 4.0, 4.0], 2)
        >>> fill([1.0, 2.0, np.nan, np.nan], "seasonal", season=2)[0].tolist()
        [1.0, 2.0, 1.0, 2.0]
    """
    if how not in WAYS:
        near = did_you_mean(how, WAYS) or "."
        raise ArgumentError(
            f"fill: how={how!r} is no way to fill: it is one of {', '.join(map(repr, WAYS))}{near}"
        )
    if not INTEGER.ok(season) or season < 1:
        raise ArgumentError(f"fill: `season`={season!r}: a whole number of at least 1 is needed.")
    values = np.array(values)
    if values.dtype.kind not in "biuf":
        raise DataError(f"fill: values of type {values.dtype} are no numbers that could be filled.")
    filled, count = fill_quietly(values, how, season)
    left = int(np.isnan(filled).sum())
    if left:
        warn(
            f"fill: {left:,} values before the first known one stay NaN, as nothing was known then."
        )
    return filled, count


def fill_quietly(values: np.ndarray, how: str, season: int) -> tuple[np.ndarray, int]:
    """The same for numbers that were checked, without a warning of those that stay NaN."""
    values = values.copy() if values.dtype.kind == "f" else values.astype(np.float64)
    missing = np.isnan(values)
    table = values.reshape(len(values), -1)
    for k in range(table.shape[1]):
        _fill(table[:, k], how, season)
    return values, int(missing.sum() - np.isnan(values).sum())


def _fill(column: np.ndarray, how: str, season: int) -> None:
    """Fill a column in place."""
    known = ~np.isnan(column)
    if how == "zero":
        column[~known] = 0
    elif how == "mean":
        count = known.cumsum()
        total = np.where(known, column, 0).cumsum(dtype=np.float64)
        column[~known] = (total / np.where(count == 0, np.nan, count))[~known]
    else:
        if how == "seasonal":
            _carry(column, season)
        _carry(column, 1)


def _carry(column: np.ndarray, apart: int) -> None:
    """Give each missing value the latest known one a whole number of seasons before."""
    rows = np.arange(len(column))
    for phase in range(min(apart, len(column))):
        part = column[phase::apart]
        latest = np.maximum.accumulate(np.where(np.isnan(part), 0, rows[: len(part)]))
        part[:] = part[latest]
