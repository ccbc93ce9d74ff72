r"""Intervals that hold what comes as often as they say, from the errors of forecasts made before.

With the error \(e_{ih}\) of window i at its step h, of H, relative to a usual size \(u_{ih}\), its
mean \(a_i\) over the window's steps, and \(u_h\) of the forecast,

\[ \hat y_h \pm s \, u_h \, q, \quad
   s = \frac{L c + \sum_{\text{lately}} a_i}{L + n_{\text{lately}}}, \quad
   c = \frac{L + \sum_{\text{all}} a_i}{L + n_{\text{all}}}, \quad L = 2 \max(H, 6). \]

Sums and counts are over the windows of the same series whose outcome is known: all of them, and
those of which it became known within the last L rows. So c is how large errors are in this
series, drawn to 1 while little is known, and s how large they are lately. q is the quantile of
\(|e_{ih}| / (s_i u_{ih})\) over all windows and steps of all series, where \(s_i\) is the s that
was known when the window was forecast.

The usual size is \(m_h\), the mean size of the errors of a step. Where quantiles were forecast, it
is \(m_h\) and the distance of the quantile from the forecast, times a number for each step such
that relative errors are 1 on average; it differs below and above.

Windows overlap, so that n windows of H steps tell less than n independent errors: they count as
\(m = n \min(1, 6 / H)\), and the quantile of a level p is taken at \(p (1 + 1 / m)\), as in
conformal prediction. With one step and s = 1 throughout this is split conformal prediction.

Source: split conformal prediction, Vovk et al. 2005; errors relative to their expected size
Papadopoulos et al. 2008 and Lei et al. 2018; relative to forecast quantiles Kivaranovic et al.
2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: Errors of so many steps of a window count as one that is independent of the next window's.
INDEPENDENT = 6
#: Windows that became known within so many horizons tell how large errors are lately; as many of
#: the usual size are added to them.
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

    def told(self, levels: Sequence[float]) -> list[str]:
        """A sentence where levels ask for more errors than there are, empty elsewhere."""
        independent = _independent(*self.errors.shape[:2])
        most = independent / (independent + 1)
        if all(level <= most + 1e-9 for level in levels):
            return []
        return [
            f"Intervals above {100 * most:.3g} % need more held-out forecasts than the "
            f"{len(self.errors):,} there are: they reach as far as the largest error did."
        ]

    def around(
        self,
        level: float,
        series: np.ndarray,
        places: np.ndarray,
        bounds: np.ndarray | None = None,
        pair: int = 0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """How far intervals reach below and above forecasts.

        Args:
            level: the share of what comes that they have to hold, such as 0.9.
            series: (m,), the numbers of the series that are forecast.
            places: (m,), the row that each forecasts first.
            bounds: (m, steps, targets, quantiles), less the forecast itself; None without.
            pair: which quantiles, counted from both ends.

        Returns:
            Two arrays (m, steps, targets), not below 0.
        """
        size = np.abs(self.errors, dtype=np.float64)
        mean = size.mean(axis=0)
        below, above = _reach(mean, self.bounds, pair)
        ratios = size / np.where(self.errors < 0, below, above)
        usual = ratios.mean(axis=0)
        ratios = ratios / np.where(usual > 0, usual, 1.0)
        lately = _Lately(self, ratios.mean(axis=1))
        ratios = ratios / lately.of(self.series, self.places)[:, None]
        width = lately.of(series, places)[:, None] * usual * _quantile(ratios, level)
        below, above = _reach(mean, bounds, pair)
        return width * below, width * above


def _reach(mean: np.ndarray, bounds: np.ndarray | None, pair: int) -> tuple[np.ndarray, np.ndarray]:
    """The usual size of errors below and above forecasts, up to a number for each step."""
    low, high = (0.0, 0.0) if bounds is None else (bounds[..., pair], bounds[..., -1 - pair])
    both = mean + np.maximum(-low, 0), mean + np.maximum(high, 0)
    return np.where(both[0] > 0, both[0], 1.0), np.where(both[1] > 0, both[1], 1.0)


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
        self.each = float(np.clip(np.median(gaps), 1, self.steps)) if len(gaps) else 1.0
        self.sums = np.concatenate([0 * sizes[:1], np.cumsum(sizes[order], axis=0)])

    def of(self, series: np.ndarray, places: np.ndarray) -> np.ndarray:
        """As known before some rows, (m, targets)."""
        rows = LATELY * max(self.steps, SHORTEST)
        end = self._before(series, places - self.steps)
        lately = self._before(series, places - self.steps - rows)
        first = self._before(series, np.full_like(places, self.first - 1))
        return self._drawn(lately, end, rows, self._drawn(first, end, rows, 1.0))

    def _drawn(self, begin: np.ndarray, end: np.ndarray, rows: int, to: Any) -> np.ndarray:
        """The mean size of some windows and of so many rows of another size."""
        total, count = self.sums[end] - self.sums[begin], (end - begin)[:, None]
        return (rows * to + self.each * total) / (rows + self.each * count)

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
    raised = min(level * (1 + 1 / _independent(windows, steps)), 1.0)
    return np.quantile(ratios.reshape(-1, targets), raised, axis=0)


def _independent(windows: int, steps: int) -> float:
    """How many independent errors so many windows count as."""
    return max(windows * min(1, INDEPENDENT / steps), 1.0)
