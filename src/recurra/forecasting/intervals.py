r"""Intervals that hold what comes as often as they say, from the errors of forecasts made before.

The errors of the held-out windows, and of all later ones that are known by now, are divided by the
mean error of their step ahead; their quantile times that mean is half the width of the interval.

Windows overlap, so that n windows of H steps tell less than n independent ones: they count as
\(3 n / H\), and the quantile of a level p is taken at \(p (1 + 1 / m)\) for m errors, as in
conformal prediction.

Source: split conformal prediction, Vovk et al. 2005; with quantiles Romano, Patterson and
Candès 2019.
"""

from __future__ import annotations

import numpy as np

#: The share of overlapping windows' steps that counts as independent errors.
INDEPENDENT = 3


def half_widths(errors: np.ndarray, level: float) -> np.ndarray:
    """How far an interval of that level reaches to both sides of a forecast.

    Args:
        errors: (n, horizon, targets), what came minus what was forecast, NaN where not known.
        level: the share of what comes that it has to hold, such as 0.9.

    Returns:
        (horizon, targets).
    """
    size = np.abs(errors)
    usual = np.nanmean(size, axis=0)
    usual = np.where(usual > 0, usual, 1.0)
    ratios = size / usual
    return usual * _quantile(ratios, level)


def corrections(y: np.ndarray, lower: np.ndarray, upper: np.ndarray, level: float) -> np.ndarray:
    """How much an interval of forecast quantiles has to be widened to both sides (or narrowed).

    Args:
        y: (n, horizon, targets), what came.
        lower: of the same shape, the lower quantile that was forecast.
        upper: the upper one.
        level: the share that the interval has to hold.

    Returns:
        (horizon, targets), the same for each step ahead, in units of the mean width.
    """
    width = np.nanmean(upper - lower, axis=0)
    width = np.where(width > 0, width, 1.0)
    outside = np.maximum(lower - y, y - upper) / width
    return width * _quantile(outside, level)


def _quantile(values: np.ndarray, level: float) -> np.ndarray:
    """The quantile over windows and steps, (targets,), raised for how few errors there are."""
    windows, horizon = values.shape[:2]
    independent = max(INDEPENDENT * windows / horizon, 1.0)
    raised = min(level * (1 + 1 / independent), 1.0)
    return np.nanquantile(values.reshape(-1, values.shape[2]), raised, axis=0)
