r"""Intervals that hold what comes as often as they say, from the errors of forecasts made before.

With the error \(e_{ih}\) of window i at its step h, of H, the mean size \(m_h\) of the errors of
that step, and the mean \(a_i\) of \(|e_{ih}| / m_h\) over a window's steps,

\[ \hat y_h \pm s \, m_h \, q, \quad
   s = \frac{L c + \sum_{\text{lately}} a_i}{L + n_{\text{lately}}}, \quad
   c = \frac{L + \sum_{\text{all}} a_i}{L + n_{\text{all}}}, \quad L = \max(H, 6). \]

Sums and counts are over the windows of the same series whose outcome is known: all of them, and
those of which it became known within the last 2 L rows. So c is how large errors are in this
series, drawn to 1 while little is known, and s how large they are lately. q is the quantile of
\(|e_{ih}| / (s_i m_h)\) over all windows and steps of all series, where \(s_i\) is the s that was
known when the window was forecast.

Windows overlap, so that n windows of H steps tell less than n independent errors: they count as
\(m = n \min(1, 6 / H)\), and the quantile of a level p is taken at \(p (1 + 1 / m)\), as in
conformal prediction. With one step and s = 1 throughout this is split conformal prediction.

Where quantiles were forecast, it is how far values lie outside of them, below 0 within, that takes
the place of \(|e_{ih}|\) in q.

Source: split conformal prediction, Vovk et al. 2005; errors relative to their expected size
Papadopoulos et al. 2008 and Lei et al. 2018; with quantiles Romano, Patterson and Candès 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

#: Errors of so many steps of a window count as one that is independent of the next window's.
INDEPENDENT = 6
#: Windows that became known within so many horizons tell how large errors are lately.
LATELY = 2
#: A horizon counts as so many rows at least.
SHORTEST = 6


@dataclass
class Errors:
    """The errors of forecasts whose outcome is known.

    Args:
        errors: (n, steps, targets), what came minus what was forecast, scaled.
        bounds: (n, steps, targets, quantiles) that were forecast, less the forecast itself; None
            without quantiles.
        series: (n,), the number of each window's series.
        places: (n,), the row on the grid of times that each forecasts first.
    """

    errors: np.ndarray
    bounds: np.ndarray | None
    series: np.ndarray
    places: np.ndarray

    def followed(self, others: Errors) -> Errors:
        """These and later ones."""
        bounds = None
        if self.bounds is not None and others.bounds is not None:
            bounds = np.concatenate([self.bounds, others.bounds])
        return Errors(
            np.concatenate([self.errors, others.errors]),
            bounds,
            np.concatenate([self.series, others.series]),
            np.concatenate([self.places, others.places]),
        )

    def some(self, which: Any) -> Errors:
        """Some of them, by their numbers."""
        bounds = None if self.bounds is None else self.bounds[which]
        return Errors(self.errors[which], bounds, self.series[which], self.places[which])

    def margins(
        self, level: float, series: np.ndarray, places: np.ndarray, pair: int = 0
    ) -> np.ndarray:
        """How far intervals reach to both sides of forecasts, or beyond their quantiles.

        Args:
            level: the share of what comes that they have to hold, such as 0.9.
            series: (m,), the numbers of the series that are forecast.
            places: (m,), the row that each forecasts first.
            pair: which quantiles, counted from both ends.

        Returns:
            (m, steps, targets), below 0 where quantiles have to come closer.
        """
        size = np.abs(self.errors)
        usual = size.mean(axis=0)
        usual = np.where(usual > 0, usual, 1.0)
        lately = _Lately(self, (size / usual).mean(axis=1))
        outside = size
        if self.bounds is not None:
            low, high = self.bounds[..., pair], self.bounds[..., -1 - pair]
            outside = np.maximum(low - self.errors, self.errors - high)
        ratios = outside / usual / lately.of(self.series, self.places)[:, None]
        return lately.of(series, places)[:, None] * usual * _quantile(ratios, level)


class _Lately:
    """How large the errors of each series are lately, relative to all.

    Args:
        known: the windows.
        sizes: (n, targets), the mean relative error of each.
    """

    def __init__(self, known: Errors, sizes: np.ndarray) -> None:
        self.steps = known.errors.shape[1]
        self.first = int(known.places.min())
        self.span = int(known.places.max()) - self.first + 1
        keys = self._keys(known.series, known.places)
        order = np.argsort(keys)
        self.keys = keys[order]
        gaps = np.diff(self.keys)
        #: Rows that a window stands for, where not every one is there.
        self.rows = float(np.clip(np.median(gaps), 1, self.steps)) if len(gaps) else 1.0
        self.sums = np.concatenate([0 * sizes[:1], np.cumsum(sizes[order], axis=0)])

    def of(self, series: np.ndarray, places: np.ndarray) -> np.ndarray:
        """As known before some rows, (m, targets)."""
        usual = max(self.steps, SHORTEST)
        end = self._before(series, places - self.steps)
        lately = self._before(series, places - self.steps - LATELY * usual)
        first = self._before(series, np.full_like(places, self.first - 1))
        own = self._drawn(first, end, usual, 1.0)
        return self._drawn(lately, end, usual, own)

    def _drawn(self, begin: np.ndarray, end: np.ndarray, usual: int, to: Any) -> np.ndarray:
        """The mean size of some windows, drawn to another size by so many rows of it."""
        total, count = self.sums[end] - self.sums[begin], (end - begin)[:, None]
        return (usual * to + self.rows * total) / (usual + self.rows * count)

    def _before(self, series: np.ndarray, places: np.ndarray) -> np.ndarray:
        """How many windows lie before the end of a row, in the order of series and rows, (m,)."""
        return np.searchsorted(self.keys, self._keys(series, places), "right")

    def _keys(self, series: np.ndarray, places: np.ndarray) -> np.ndarray:
        """One number for series and row, in the order of both; rows outside lie at the ends."""
        row = np.clip(places - self.first, -1, self.span)
        return np.asarray(series, np.int64) * (self.span + 2) + row


def _quantile(ratios: np.ndarray, level: float) -> np.ndarray:
    """The quantile over windows and steps, (targets,), raised for how few errors there are."""
    windows, steps, targets = ratios.shape
    independent = max(windows * min(1, INDEPENDENT / steps), 1.0)
    raised = min(level * (1 + 1 / independent), 1.0)
    return np.quantile(ratios.reshape(-1, targets), raised, axis=0)
