"""Which windows a table has, and what a network gets of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.lazy import Windows
from recurra.forecasting.preparation import Arrays


@dataclass(frozen=True)
class Samples:
    """Windows over the rows of a table, each told by its origin: the first row it forecasts.

    Args:
        arrays: the rows.
        lookback: rows a window looks at, those before its origin.
        horizon: rows it forecasts, from its origin on.
    """

    arrays: Arrays
    lookback: int
    horizon: int

    def origins(self, first: int, last: int) -> np.ndarray:
        """The origins of one series whose windows and targets are complete.

        Args:
            first: the first row that may be looked at.
            last: the row behind the last that may be forecast.
        """
        candidates = np.arange(first + self.lookback, last - self.horizon + 1)
        behind, ahead = candidates - self.lookback, candidates + self.horizon
        arrays = self.arrays
        good = _no_bad(_bad(arrays.past[first:last]), behind - first, candidates - first)
        good &= _no_bad(_bad(arrays.known[first:last]), candidates - first, ahead - first)
        good &= _no_bad(_bad(arrays.targets[first:last]), candidates - first, ahead - first)
        return candidates[good]

    def inputs(self, origins: np.ndarray, names: Any) -> dict[str, Windows]:
        """The windows at some origins, by the names of a network's inputs."""
        arrays, behind = self.arrays, origins - self.lookback
        series = arrays.series[behind]
        made = {
            "past": Windows(arrays.past, behind, self.lookback),
            "future": Windows(arrays.known, origins, self.horizon),
            "codes": Windows(arrays.codes, behind, self.lookback + self.horizon),
            "static": Windows(arrays.static, series, None),
            "static_codes": Windows(arrays.static_codes, series, None),
        }
        return {name: made[name] for name in names}

    def answers(self, origins: np.ndarray) -> np.ndarray:
        """What came at these origins, (n, horizon, targets), scaled."""
        return np.asarray(Windows(self.arrays.targets, origins, self.horizon))


def thinned(origins: np.ndarray, most: int) -> np.ndarray:
    """Some of the origins, evenly spread."""
    if len(origins) <= most:
        return origins
    return origins[np.linspace(0, len(origins) - 1, most).astype(int)]


def _bad(rows: np.ndarray) -> np.ndarray:
    """How many rows before each hold something that is not a number, (rows + 1,)."""
    bad = ~np.isfinite(rows).all(axis=1) if rows.shape[1] else np.zeros(len(rows), bool)
    count = np.zeros(len(rows) + 1, np.int32)
    np.cumsum(bad, out=count[1:])
    return count


def _no_bad(count: np.ndarray, first: np.ndarray, end: np.ndarray) -> np.ndarray:
    return count[end] == count[first]
