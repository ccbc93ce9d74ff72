"""Baselines: forecasts that need no model, which every model has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.suggestions import did_you_mean

KINDS = {
    "last": "the last value",
    "seasonal": "the value one season ago",
    "drift": "the line from the first value through the last",
    "mean": "the mean so far",
}
#: The chance that a series without a season is said to have one.
FALSE_ALARM = 0.01
#: Seasons are looked for in no more than so many steps, the last ones.
LOOKED_AT = 100_000


@dataclass(frozen=True)
class Baseline:
    r"""A forecast of a series from its own values alone.

    With the n known values \(y_1, \dots, y_n\), the forecast h steps ahead is

    - "last": \(y_n\);
    - "seasonal": the value of the latest season that is known, \(y_{n + h - km}\), with the season
      m and the smallest k that does; \(y_n\) where no season tells it;
    - "drift": \(y_n + h (y_n - y_1) / (n - 1)\);
    - "mean": \(\frac1n \sum y_i\).

    Rows that are NaN do not count: "last" and "drift" go on from the last known value. Where
    nothing is known, the forecast is NaN.

    Args:
        kind: one of these four.

    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2.

    Example:
        >>> Baseline("drift")([1.0, 3.0, 5.0], horizon=2).tolist()
        [7.0, 9.0]
        >>> Baseline("seasonal")([1.0, 2.0, 3.0, 4.0, 5.0], horizon=4, season=3).tolist()
        [3.0, 4.0, 5.0, 3.0]
    """

    kind: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            near = did_you_mean(self.kind, KINDS) or "."
            raise ArgumentError(
                f"there is no baseline {self.kind!r}: it is one of "
                f"{', '.join(map(repr, KINDS))}{near}"
            )

    @property
    def words(self) -> str:
        """What it predicts: "the last value"."""
        return KINDS[self.kind]

    def __call__(self, history: Any, horizon: int, season: int = 1) -> np.ndarray:
        """Forecast what comes after a history.

        Args:
            history: (steps,) or (steps, targets), NaN where a value is not known.
            horizon: how many steps.
            season: m, steps; only "seasonal" looks at it.

        Returns:
            (horizon,) or (horizon, targets).
        """
        return self.at_origins(history, [len(history)], horizon, season)[0]

    def at_origins(self, values: Any, origins: Any, horizon: int, season: int = 1) -> np.ndarray:
        """Forecast from several points of a series, from the values before each alone.

        Args:
            values: (steps,) or (steps, targets).
            origins: how many rows are known at each, (origins,), from 1 to `steps`.
            horizon: how many steps.
            season: m, steps.

        Returns:
            (origins, horizon) or (origins, horizon, targets).
        """
        values, origins = np.asarray(values, np.float64), np.asarray(origins)
        _check(values, origins, horizon, season)
        table = values.reshape(len(values), -1)
        made = getattr(self, f"_{self.kind}")(table, origins, np.arange(horizon), season)
        return np.broadcast_to(made, (len(origins), horizon, table.shape[1])).reshape(
            len(origins), horizon, *values.shape[1:]
        )

    def _last(self, table: Any, origins: Any, ahead: Any, season: int) -> np.ndarray:
        return _at(table, _last_known(table)[origins - 1])[:, None]

    def _seasonal(self, table: Any, origins: Any, ahead: Any, season: int) -> np.ndarray:
        rows = origins[:, None] - season + ahead % season  # the last season before each origin
        latest = np.where(
            (rows >= 0)[..., None], _last_known(table, season)[np.maximum(rows, 0)], -1
        )
        found = _at(table, latest)
        return np.where(latest >= 0, found, self._last(table, origins, ahead, season))

    def _drift(self, table: Any, origins: Any, ahead: Any, season: int) -> np.ndarray:
        known = ~np.isnan(table)
        first = np.where(known.any(axis=0), known.argmax(axis=0), 0)
        last = _last_known(table)[origins - 1]
        end = _at(table, last)
        rise = end - table[first, np.arange(table.shape[1])]
        slope = rise / np.maximum(last - first, 1)
        steps = origins[:, None, None] + ahead[:, None] - last[:, None]
        return end[:, None] + steps * slope[:, None]

    def _mean(self, table: Any, origins: Any, ahead: Any, season: int) -> np.ndarray:
        known = ~np.isnan(table)
        count = np.cumsum(known, axis=0)[origins - 1]
        total = np.cumsum(np.where(known, table, 0), axis=0)[origins - 1]
        return (total / np.where(count == 0, np.nan, count))[:, None]


def _check(values: np.ndarray, origins: np.ndarray, horizon: int, season: int) -> None:
    for name, count in (("horizon", horizon), ("season", season)):
        if not INTEGER.ok(count) or count < 1:
            raise ArgumentError(
                f"Baseline: `{name}`={count!r}: a whole number of at least 1 is needed."
            )
    outside = (origins < 1) | (origins > len(values))
    if outside.any():
        raise DataError(
            f"Baseline: the origin {origins[outside][0]} is not from 1 to {len(values)}, the "
            "number of rows; an origin is how many rows are known."
        )


def _last_known(table: np.ndarray, apart: int = 1) -> np.ndarray:
    """Of the rows t, t - apart, t - 2 apart, ... the latest that is known, or -1; as the table."""
    steps, targets = table.shape
    known = np.where(np.isnan(table), -1, np.arange(steps)[:, None])
    padded = np.full((-(-steps // apart) * apart, targets), -1)
    padded[:steps] = known
    by_season = padded.reshape(-1, apart, targets)
    return np.maximum.accumulate(by_season, axis=0).reshape(-1, targets)[:steps]


def _at(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The values at one row a target, (..., targets); NaN where the row is -1."""
    found = table[rows, np.arange(table.shape[1])]
    return np.where(rows >= 0, found, np.nan)


def find_season(values: Any, candidates: Any = ()) -> int:
    r"""The season length of a series, 1 if it has none.

    A length m counts where the autocorrelation \(r_m\) of the differenced series is above what
    chance gives, and as much above the least of \(r_1, \dots, r_{m-1}\), which that of a curve
    without a season is not. Of several candidates the one with the greatest \(r_m\) is taken.
    Without candidates, each peak of r up to a third of the series is tried, and of the high ones
    that with the greatest \(r_m + r_{2m} - r_{m/2} - r_{3m/2}\) taken: a season stands out from the
    lags between, and its multiples do not.

    Args:
        values: (steps,), NaN where a value is not known. Two whole seasons are needed.
        candidates: lengths to choose from, such as `Step.seasons`.

    Returns:
        Steps.

    Example:
        >>> find_season(np.sin(2 * np.pi * np.arange(100) / 12))
        12
    """
    rises = np.diff(np.asarray(values, np.float64)[-LOOKED_AT:])
    n = int((~np.isnan(rises)).sum())
    free = not len(candidates)
    tried = [m for m in candidates if 2 <= m <= len(rises) // 2]
    longest = len(rises) // 3 if free else max(tried, default=0)
    if n < 3 or longest < 2:
        return 1
    r = _autocorrelation(rises)
    if free:
        peaks = np.flatnonzero((r[1:-1] > r[:-2]) & (r[1:-1] >= r[2:])) + 1
        tried = [m for m in peaks.tolist() if 2 <= m <= longest]
    chance = NormalDist().inv_cdf(1 - FALSE_ALARM / (longest if free else 1)) / np.sqrt(n)
    found = [m for m in tried if r[m] > chance and r[m] - r[1:m].min() > chance]
    if not free:
        return max(found, key=lambda m: r[m], default=1)
    high = [m for m in found if r[m] >= 0.7 * max(r[found])]
    return max(high, key=lambda m: _standing_out(r, m), default=1)


def _standing_out(r: np.ndarray, m: int) -> float:
    """How far the lags m and 2 m are above those half a season before them."""
    return r[m] + r[2 * m] - sum(r[(k * m) // 2] + r[(k * m + 1) // 2] for k in (1, 3)) / 2


def _autocorrelation(values: np.ndarray) -> np.ndarray:
    """r_0, r_1, ..., rows that are NaN left out; zeros for a series that does not vary."""
    centred = np.nan_to_num(values - np.nanmean(values))
    power = np.abs(np.fft.rfft(centred, 2 * len(centred))) ** 2
    r = np.fft.irfft(power)[: len(centred)]
    spread = np.square(centred).sum()
    scale = np.square(np.nanmax(np.abs(values)))
    return r / spread if spread > 1e-18 * scale * len(values) else np.zeros_like(r)
