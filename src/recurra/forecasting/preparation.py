"""From a table to the numbers a network sees: scaled, filled, coded, with season and calendar.

Everything that is learnt here (scales, categories) is learnt from the rows for training alone, and
nothing at a row depends on a later one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recurra.data.calendar import calendar_features
from recurra.data.missing import fill_quietly
from recurra.data.scaling import is_constant, mean_and_deviation
from recurra.data.steps import Step
from recurra.engine.words import amount
from recurra.forecasting.tables.frames import listed
from recurra.forecasting.tables.table import Table

#: Rows that are looked at together, so that what is made on the way takes little memory.
BLOCK = 1 << 16
#: So many pairs of sine and cosine at most describe one season.
HARMONICS = 4


@dataclass
class Arrays:
    """The rows of all series as numbers.

    Args:
        past: (rows, columns) float32: targets, past columns, then what is known of the future too.
        known: (rows, known columns) float32, the last columns of `past`.
        targets: (rows, targets) float32, scaled, NaN where no value was measured.
        codes: (rows, categories) int32; 0 is a category that training did not meet.
        static: (series, columns) float32.
        static_codes: (series, categories) int32.
        series: (rows,) int32, the series of each row.
        centre: (series, targets), subtracted from the targets.
        scale: (series, targets), by which they are divided then.
    """

    past: np.ndarray
    known: np.ndarray
    targets: np.ndarray
    codes: np.ndarray
    static: np.ndarray
    static_codes: np.ndarray
    series: np.ndarray
    centre: np.ndarray
    scale: np.ndarray

    def unscaled(self, values: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Forecasts in the unit of the targets.

        Args:
            values: (n, horizon, targets) or (n, horizon, targets, quantiles).
            series: (n,), to which series each belongs.
        """
        extra = (1,) * (values.ndim - 3)
        shape = (len(series), 1, self.scale.shape[1], *extra)
        scale, centre = self.scale[series].reshape(shape), self.centre[series].reshape(shape)
        return values.astype(np.float64) * scale + centre


@dataclass
class Preparation:
    """What has to be known to turn a table into numbers, learnt by `fit`.

    Args:
        missing: how `recurra.data.fill` fills holes in what the network sees; "skip" leaves them.
        season: rows a season has; 1 for none.
    """

    missing: str
    season: int
    centre: dict[Any, np.ndarray] = field(default_factory=dict)
    scale: dict[Any, np.ndarray] = field(default_factory=dict)
    numbers: dict[str, tuple[float, float]] = field(default_factory=dict)
    categories: dict[str, list[Any]] = field(default_factory=dict)

    def fit(self, table: Table, until: np.ndarray) -> Preparation:
        """Learn scales and categories.

        Args:
            table: the series.
            until: (series,), how many rows of each are for training.
        """
        roles = table.roles
        for k, name in enumerate(table.ids):
            start = table.rows(k).start
            learnt = slice(start, start + int(until[k]))
            if all(np.isfinite(table.columns[n][learnt]).any() for n in roles.targets):
                self.centre[name], self.scale[name] = _scales(table, learnt)
        usual = _usual(self.scale)
        for name, scale in self.scale.items():
            self.scale[name] = _filled_in(self.centre[name], scale, usual)
        rows = training_rows(table, until)
        for name in (*roles.past, *roles.known, *roles.static):
            is_static = name in roles.static
            values = table.static[name] if is_static else table.columns[name][rows]
            if name in roles.categorical:
                seen = {v for v in values if v is not None}
                self.categories[name] = sorted(seen, key=lambda v: (type(v).__name__, repr(v)))
            else:
                self.numbers[name] = mean_and_deviation(np.asarray(values, np.float64))
        return self

    def arrays(self, table: Table, until: np.ndarray | None = None) -> tuple[Arrays, list[str]]:
        """A table as numbers, and sentences about what was filled.

        Args:
            table: the series.
            until: (series,), by how many rows of it a series that training did not meet is scaled;
                None takes its whole history.
        """
        roles, told = table.roles, []
        series = np.repeat(np.arange(len(table.ids), dtype=np.int32), np.diff(table.offsets))
        centre, scale = self._scales(table, until)
        past, known = self._columns(table, series, centre, scale)
        targets = past[:, : len(roles.targets)].copy()  # which are not filled
        filled = 0
        for k in range(len(table.ids)) if self.missing != "skip" else ():
            history = past[table.history(k)]
            for column in np.flatnonzero(np.isnan(history).any(axis=0)):
                history[:, column], count = fill_quietly(
                    history[:, column], self.missing, self.season
                )
                filled += count
        if filled:
            told.append(
                f"{amount(filled, 'missing value')} of the past {'is' if filled == 1 else 'are'} "
                f"filled ({self.missing!r}); none of them is used as a target."
            )
        return (
            Arrays(
                past,
                np.ascontiguousarray(past[:, past.shape[1] - known :]),
                targets,
                self._codes(table.columns, _both(roles.past, roles.known, roles), len(table)),
                self._static(table),
                self._codes(table.static, _both(roles.static, (), roles), len(table.ids)),
                series,
                centre,
                scale,
            ),
            told,
        )

    def _columns(
        self, table: Table, series: np.ndarray, centre: np.ndarray, scale: np.ndarray
    ) -> tuple[np.ndarray, int]:
        """`Arrays.past` before it is filled, and how many of its columns are known ahead."""
        roles, count = table.roles, len(table.roles.targets)
        numbers = [
            *_only(roles.past, roles.categorical),
            *_only(roles.known, roles.categorical),
        ]
        times, local = table.times, table.local_times
        clock = self._clock(table.step, times[:1], local[:1]).shape[1]
        made = np.empty((len(table), count + len(numbers) + clock), np.float32)
        for begin in range(0, len(table), BLOCK):
            rows = slice(begin, begin + BLOCK)
            of = series[rows]
            for k, name in enumerate(roles.targets):
                values = table.columns[name][rows]
                made[rows, k] = (values - centre[of, k]) / scale[of, k]
            for k, name in enumerate(numbers, count):
                mean, deviation = self.numbers[name]
                made[rows, k] = (
                    np.asarray(table.columns[name][rows], np.float64) - mean
                ) / deviation
            made[rows, count + len(numbers) :] = self._clock(table.step, times[rows], local[rows])
        return made, len(_only(roles.known, roles.categorical)) + clock

    def _clock(self, step: Step, times: np.ndarray, local: np.ndarray) -> np.ndarray:
        """Where rows are in the season and in the calendar, (rows, columns) float32."""
        season = season_features(step, times, self.season)
        return np.concatenate([season, calendar_features(local, step)[0]], axis=1)

    def _scales(self, table: Table, until: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        until = table.lengths if until is None else until
        centres, scales, usual = [], [], _usual(self.scale)
        for k, name in enumerate(table.ids):
            if name in self.scale:
                centre, scale = self.centre[name], self.scale[name]
            else:
                start = table.rows(k).start
                centre, scale = _scales(table, slice(start, start + int(until[k])))
                scale = _filled_in(centre, scale, usual)
            centres.append(centre)
            scales.append(scale)
        return np.array(centres), np.array(scales)

    def _static(self, table: Table) -> np.ndarray:
        """Static columns of numbers with mean 0 and deviation 1, (series, columns)."""
        names = _only(table.roles.static, table.roles.categorical)
        out = np.empty((len(table.ids), len(names)), np.float32)
        for k, name in enumerate(names):
            mean, deviation = self.numbers[name]
            out[:, k] = (np.asarray(table.static[name], np.float64) - mean) / deviation
        return out

    def _codes(self, source: Any, names: list[str], rows: int) -> np.ndarray:
        """Columns of categories as whole numbers, 0 for one that training did not meet."""
        out = np.zeros((rows, len(names)), np.int32)
        for k, name in enumerate(names):
            number = {v: i + 1 for i, v in enumerate(self.categories[name])}
            values = source[name]
            out[:, k] = [number.get(v, 0) for v in values]
        return out

    def new_categories(self, table: Table) -> list[str]:
        """Sentences about categories that training did not meet."""
        told = []
        for name, known in self.categories.items():
            values = table.static[name] if name in table.roles.static else table.columns[name]
            new = sorted({str(v) for v in set(values) - set(known) if v is not None})
            if new:
                told.append(
                    f"`{name}` holds categories that training did not meet, which count as one "
                    f"unknown category: {listed(new, 5)}."
                )
        return told


def training_rows(table: Table, until: np.ndarray) -> np.ndarray:
    """Which rows are for training, (rows,) booleans."""
    chosen = np.zeros(len(table), bool)
    for k in range(len(table.ids)):
        start = table.rows(k).start
        chosen[start : start + int(until[k])] = True
    return chosen


def season_features(step: Step, times: np.ndarray, season: int) -> np.ndarray:
    r"""The place in the season, \(\sin\) and \(\cos\) of \(2 \pi j t / m\), (rows, 2 J) float32.

    Args:
        step: of the times.
        times: (rows,).
        season: m, rows a season has; 1 gives no columns.
    """
    pairs = min(season // 2, HARMONICS)
    if season < 2 or not pairs or not len(times):
        return np.empty((len(times), 0), np.float32)
    origin = np.datetime64(0, "ns") if times.dtype.kind == "M" else times.dtype.type(0)
    place = step.between(origin, times) % season
    angle = 2 * np.pi * np.arange(1, pairs + 1) * place[:, None] / season
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1).astype(np.float32)


def _scales(table: Table, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each target, (targets,); NaN as the deviation of a constant."""
    centre, scale = [], []
    for name in table.roles.targets:
        values = table.columns[name][rows]
        known = values[np.isfinite(values)]
        mean, deviation = mean_and_deviation(values)
        centre.append(mean)
        scale.append(np.nan if not len(known) or is_constant(known) else deviation)
    return np.array(centre), np.array(scale)


def _usual(scales: dict[Any, np.ndarray]) -> np.ndarray:
    """The median of the scales of series that are not constant, (targets,); infinity for none."""
    known = np.stack(list(scales.values())) if scales else np.empty((0, 1))
    columns = [column[~np.isnan(column)] for column in known.T]
    return np.array([np.median(column) if len(column) else np.inf for column in columns])


def _filled_in(centre: np.ndarray, scale: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """Scales with one for constants: their size or the usual scale, of which the smaller.

    It has the unit of the values, so that another unit changes nothing.
    """
    size = np.where(centre != 0, np.abs(centre), np.inf)
    least = np.minimum(size, usual)
    return np.where(np.isnan(scale), np.where(np.isinf(least), 1.0, least), scale)


def _only(names: tuple[str, ...], categorical: tuple[str, ...]) -> list[str]:
    return [n for n in names if n not in categorical]


def _both(first: tuple[str, ...], second: tuple[str, ...], roles: Any) -> list[str]:
    return [n for n in (*first, *second) if n in roles.categorical]
