"""Scores of forecasts: how far they are from what came, and how often intervals hold it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.origin import warn


def mae(y: Any, forecast: Any, axis: Any = None) -> Any:
    r"""The mean absolute error, \(\frac1n \sum |y - \hat y|\), in the unit of y.

    Args:
        y: what came, of any shape, such as (origins, horizon). NaN does not count.
        forecast: of the same shape. Where it is NaN and y is not, the score is NaN.
        axis: over which the mean is taken; None for all. `axis=0` of (origins, horizon) gives a
            score for each step ahead.

    Returns:
        A float, or an array of the axes that are left. NaN where no target is known.

    Raises:
        DataError: where the shapes differ, and for infinite targets.

    Example:
        >>> mae([1.0, 2.0, np.nan], [2.0, 2.0, 5.0])
        0.5
    """
    y, forecast = _pair("mae", y, forecast)
    return _mean(y, np.abs(y - forecast), axis)


def rmse(y: Any, forecast: Any, axis: Any = None) -> Any:
    r"""The root of the mean squared error, \(\sqrt{\frac1n \sum (y - \hat y)^2}\), in y's unit.

    Arguments, returns and errors are those of `mae`.

    Example:
        >>> rmse([0.0, 0.0], [1.0, 7.0])
        5.0
    """
    y, forecast = _pair("rmse", y, forecast)
    mean = _mean(y, (y - forecast) ** 2, axis)
    return np.sqrt(mean) if np.ndim(mean) else math.sqrt(mean)


def smape(y: Any, forecast: Any, axis: Any = None) -> Any:
    r"""The symmetric mean absolute percentage error, from 0 to 200 %.

    \(\frac{200}{n} \sum \frac{|y - \hat y|}{|y| + |\hat y|}\), and 0 for a pair of zeros.
    Arguments, returns and errors are those of `mae`.

    Source: Makridakis 1993, as in the M3 and M4 competitions.

    Example:
        >>> smape([0.0, 1.0], [0.0, 3.0])  # (0 + 200 * 2 / 4) / 2
        50.0
    """
    y, forecast = _pair("smape", y, forecast)
    size = np.abs(y) + np.abs(forecast)
    return _mean(y, 200 * np.abs(y - forecast) / np.where(size == 0, 1, size), axis)


def mase(y: Any, forecast: Any, history: Any, season: int = 1, axis: Any = None) -> Any:
    r"""The mean absolute error as a multiple of the difference to the season before.

    \(|y - \hat y|\) is divided by the mean of \(|h_t - h_{t-m}|\) over the history h with the
    season m. Below 1 is better than what "as one season ago" was there, one step ahead.

    Args:
        y: what came, (..., horizon). NaN does not count.
        forecast: of the same shape.
        history: what the model learnt from, (steps,), or (..., steps) with one history for each
            row of y. NaN does not count.
        season: m, steps.
        axis: over which the mean is taken; None for all.

    Returns:
        A float, or an array of the axes that are left. A history that has no such difference, or
        only zeros, gives no scale: its rows do not count, which a warning says, and the score is
        NaN if there are no others.

    Raises:
        DataError: where the shapes differ.
        ArgumentError: for a season that is no whole number from 1 on.

    Source: Hyndman and Koehler 2006.

    Example:
        >>> mase([5.0, 7.0], [4.0, 4.0], history=[1.0, 2.0, 4.0, 3.0])  # 2 / (4 / 3)
        1.5
    """
    y, forecast = _pair("mase", y, forecast)
    scale = season_change(np.asarray(history, np.float64), season)
    if scale.ndim and scale.shape != y.shape[:-1]:
        raise DataError(
            f"mase: `y` has the shape {y.shape} and `history` {np.shape(history)}, which differ "
            "before their last axis.",
            fixes=["history of shape (steps,), one for all of `y`"],
        )
    if not scale.all():
        who = f"{(scale == 0).sum():,} of {scale.size:,} histories" if scale.ndim else "the history"
        warn(f"mase: {who} gave no scale, as no value differs from the one {season} steps before.")
    known = np.where(scale[..., None] > 0, y, np.nan)
    return _mean(known, np.abs(y - forecast) / np.where(scale == 0, 1, scale)[..., None], axis)


def pinball(y: Any, forecast: Any, quantile: float, axis: Any = None) -> Any:
    r"""The mean of \(\max(q (y - \hat y), (q - 1)(y - \hat y))\), which the quantile q minimises.

    Args:
        y: what came, of any shape. NaN does not count.
        forecast: of the quantile, of the same shape.
        quantile: q, between 0 and 1.
        axis: over which the mean is taken; None for all.

    Returns:
        A float, or an array of the axes that are left. For q = 0.5 half of `mae`.

    Raises:
        DataError: where the shapes differ, and for infinite targets.
        ArgumentError: for a quantile that is not between 0 and 1.

    Source: Koenker and Bassett 1978.

    Example:
        >>> pinball([10.0, 10.0], [8.0, 14.0], quantile=0.75)  # (0.75 * 2 + 0.25 * 4) / 2
        1.25
    """
    if not 0 < quantile < 1:
        raise ArgumentError(f"pinball: quantile={quantile!r} has to lie between 0 and 1.")
    y, forecast = _pair("pinball", y, forecast)
    return _mean(y, tilted(y - forecast, quantile), axis)


def tilted(over: Any, quantile: Any) -> Any:
    r"""\(\max(q d, (q - 1) d)\) of each difference d, whose mean the quantile q minimises.

    Args:
        over: d, what came less what was forecast; an array of NumPy or of JAX.
        quantile: q, of a shape that fits.

    Example:
        >>> tilted(np.array([2.0, -4.0]), 0.75).tolist()
        [1.5, 1.0]
    """
    return over * (quantile - (over < 0))


def coverage(y: Any, lower: Any, upper: Any, axis: Any = None) -> Any:
    """The share of what came that lies in the intervals, bounds included.

    Args:
        y: what came, of any shape. NaN does not count.
        lower: of the same shape.
        upper: of the same shape.
        axis: over which the mean is taken; None for all.

    Returns:
        From 0 to 1, a float or an array of the axes that are left. NaN where a bound is NaN.

    Raises:
        DataError: where the shapes differ, and for infinite targets.

    Example:
        >>> coverage([1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0], [3.0, 3.0, 3.0, 3.0])
        0.75
    """
    y, lower = _pair("coverage", y, lower, "lower")
    y, upper = _pair("coverage", y, upper, "upper")
    inside = np.where(np.isnan(lower + upper), np.nan, (lower <= y) & (y <= upper))
    return _mean(y, inside, axis)


def _pair(who: str, y: Any, other: Any, name: str = "forecast") -> tuple[np.ndarray, np.ndarray]:
    """Both as numbers, which have to have one shape."""
    y, other = np.asarray(y, np.float64), np.asarray(other, np.float64)
    if y.shape != other.shape:
        raise DataError(
            f"{who}: `{name}` has the shape {other.shape} and `y` {y.shape}; they must be equal.",
            fixes=[f"{name}.reshape(y.shape)"] if y.size == other.size else (),
        )
    if np.isinf(y).any():
        raise DataError(f"{who}: `y` holds infinity, against which no forecast can be scored.")
    return y, other


def _mean(y: np.ndarray, errors: np.ndarray, axis: Any) -> Any:
    """The mean of the errors where y is known; NaN where it is known nowhere."""
    known = ~np.isnan(y)
    count = known.sum(axis=axis)
    mean = np.where(known, errors, 0).sum(axis=axis) / np.where(count == 0, np.nan, count)
    return mean if np.ndim(mean) else float(mean)


def season_change(history: np.ndarray, season: int) -> np.ndarray:
    """The mean difference to the value one season before, (...); 0 where there is none."""
    if not INTEGER.ok(season) or season < 1:
        raise ArgumentError(f"mase: season={season!r}: a whole number of at least 1 is needed.")
    differences = np.abs(history[..., season:] - history[..., :-season])
    known = ~np.isnan(differences)
    total = np.where(known, differences, 0).sum(axis=-1)
    return np.asarray(total / np.maximum(known.sum(axis=-1), 1))
