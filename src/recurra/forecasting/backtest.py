"""Rolling origins: what would have been forecast in the past, beside what came and baselines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.words import amount
from recurra.forecasting import printed, scores
from recurra.forecasting.baselines import KINDS, Baseline
from recurra.forecasting.forecasts import Forecasts
from recurra.forecasting.learned import LATER_ERRORS, Learned, learn
from recurra.forecasting.options import Options
from recurra.forecasting.samples import thinned
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.times import shown

#: What the network's own row is called.
OWN = "forecast"


@dataclass(repr=False)
class Backtest:
    """Forecasts from many points of the past, from what was known there.

    Args:
        table: the series.
        learned: what was learnt from the rows before the first origin.
        origins: (n,), the first row that each forecasts.
        forecasts: of the network.
        baselines: name -> (n, steps, targets).
        actual: (n, steps, targets), what came; NaN where it was not measured.
        scale: (n, targets), the mean change from one season to the next before the first origin,
            which MASE divides by.
    """

    table: Table
    learned: Learned
    origins: np.ndarray
    forecasts: Forecasts
    baselines: dict[str, np.ndarray]
    actual: np.ndarray
    scale: np.ndarray

    @property
    def scores(self) -> dict[str, dict[str, float]]:
        """MAE, RMSE, MASE and sMAPE of the forecast and of each baseline, and the coverage.

        The first row is the network's; the baselines follow, the best first. Several targets are
        averaged.
        """
        made = {OWN: self.forecasts.point, **self.baselines}
        found = {name: self._scores(point) for name, point in made.items()}
        for level, lower in self.forecasts.lower.items():
            share = scores.coverage(self.actual, lower, self.forecasts.upper[level])
            found[OWN][f"coverage {100 * level:g}%"] = share
        others = sorted(self.baselines, key=lambda name: found[name][self.measure])
        return {name: found[name] for name in (OWN, *others)}

    def _scores(self, point: np.ndarray) -> dict[str, float]:
        relative = np.abs(self.actual - point) / self.scale[:, None]
        return {
            "MAE": scores.mae(self.actual, point),
            "RMSE": scores.rmse(self.actual, point),
            "MASE": float(np.nanmean(relative)) if np.isfinite(relative).any() else float("nan"),
            "sMAPE": scores.smape(self.actual, point),
        }

    @property
    def by_step(self) -> dict[str, np.ndarray]:
        """MAE of the forecast and each baseline at each step ahead, (steps,)."""
        made = {OWN: self.forecasts.point, **self.baselines}
        return {n: scores.mae(self.actual, point, axis=(0, 2)) for n, point in made.items()}

    @property
    def measure(self) -> str:
        """What forecasts are compared by: MASE, or MAE where seasons do not differ."""
        return "MASE" if np.isfinite(self.scale).any() else "MAE"

    @property
    def best(self) -> str:
        """The baseline with the least MASE."""
        return next(name for name in self.scores if name != OWN)

    @property
    def beats(self) -> bool:
        """Whether the forecast is better than every baseline."""
        found = self.scores
        return found[OWN][self.measure] < found[self.best][self.measure]

    @property
    def verdict(self) -> str:
        """One sentence: how the forecast compares with the best baseline."""
        found, measure = self.scores, self.measure
        own, other = found[OWN][measure], found[self.best][measure]
        words = f"{KINDS[self.best]} ({measure} {other:.3g})"
        count = f"over {amount(len(self.origins), 'forecast')}"
        if other == 0:
            return (
                f"The best baseline, {words}, was never wrong {count}; the forecast has {own:.3g}."
            )
        if self.beats:
            less = 100 * (1 - own / other)
            return (
                f"The forecast is {less:.0f} % better than the best baseline, {words}: "
                f"{measure} {own:.3g} {count}."
            )
        return (
            f"The forecast does not beat the best baseline, {words}: {measure} {own:.3g} {count}. "
            "Use the baseline, or give the model more history or better columns."
        )

    def __repr__(self) -> str:
        return f"{self.verdict}\n\n{printed.scores(self.scores)}"

    def rows(self) -> dict[str, np.ndarray]:
        """One row for each value that was forecast: known_until, time, step, actual, forecast, ...

        Several targets are one below the other, told by `target`. Ids of series stand in a column
        `series` where their own would be called like another one here.
        """
        n, steps, targets = self.actual.shape
        made = {OWN: self.forecasts.point, **self.baselines}
        for level, lower in self.forecasts.lower.items():
            made[f"lower_{100 * level:g}"] = lower
            made[f"upper_{100 * level:g}"] = self.forecasts.upper[level]
        begins = self.table.times[self.origins - 1]
        columns: dict[str, np.ndarray] = {
            "known_until": np.repeat(begins, steps * targets),
            "time": np.repeat(self.forecasts.times.ravel(), targets),
            "step": np.tile(np.repeat(np.arange(1, steps + 1), targets), n),
        }
        by = self.table.roles.by
        if by is not None:
            taken = {*columns, *made, "target", "actual"}
            ids = np.repeat(self.table.ids_of(self.forecasts.series), steps * targets)
            columns["series" if by in taken else by] = ids
        if targets > 1:
            columns["target"] = np.tile(np.array(self.table.roles.targets, object), n * steps)
        columns["actual"] = self.actual.ravel()
        return columns | {name: values.ravel() for name, values in made.items()}


def backtest(
    table: Table, options: Options, steps: int, test: float, most: int, learned: Learned | None
) -> Backtest:
    """Learn from the first part of a table and forecast the last part from many origins.

    Args:
        table: the series.
        options: what a Forecaster was asked for.
        steps: rows to forecast from each origin.
        test: the share of each history that is forecast.
        most: origins at most, evenly spread.
        learned: is used where something was learnt before; else it is learnt from the rows before
            the first origin.

    Raises:
        DataError: where the history is too short, or the part to test on was learnt from.
    """
    border, before = _rows_before(table, steps, test)
    if learned is not None:
        _check_apart(table, before, learned)
    else:
        learned = _learnt_before(table, border, before, options)
    first = np.maximum(before, learned.plan.lookback)
    samples = learned.samples(table, first)
    origins = _origins(table, learned, samples, first, steps)
    tried = thinned(origins, most)
    made = learned.scaled(samples, tried, steps)
    others = thinned(learned.not_learnt(table, samples, steps), LATER_ERRORS)
    later = learned.errors_at(table, samples, others, steps)
    known_at = table.times[others + learned.block(steps) - 1]
    parts = []
    for k, origin in enumerate(tried):
        known = learned.all_errors(later.some(known_at < table.times[origin]))
        parts.append(learned.finished(table, samples, tried[[k]], made[[k]], known))
    actual = table.targets[tried[:, None] + np.arange(steps)]
    return Backtest(
        table,
        learned,
        tried,
        Forecasts.joined(parts),
        _baselines(table, tried, steps, learned.preparation.season),
        actual,
        _scales(table, samples.arrays.series[tried - 1], first, learned.preparation.season),
    )


def _learnt_before(table: Table, border: Any, before: np.ndarray, options: Options) -> Learned:
    """What is learnt from the first rows of each series, those before a time."""
    try:
        return learn(_cut(table, before), options)
    except DataError as error:
        begins = shown(table.clock.local(np.array([border]))[0])
        problem = error.problem.removeprefix("Forecaster: ")
        raise DataError(
            f"backtest: before {begins}, where the part to test on begins, {problem}",
            fixes=error.fixes,
        ) from None


def _check_apart(table: Table, before: np.ndarray, learned: Learned) -> None:
    """Refuse to test on rows that were learnt from."""
    for k, name in enumerate(table.ids):
        rows = table.history(k)
        tested, end = table.times[rows][int(before[k]) :], learned.ends.get(name)
        if end is None or not len(tested) or tested[0] > end:
            continue
        shows = [shown(table.clock.local(np.array([t]))[0]) for t in (tested[0], end)]
        who = f"series {name!r}: " if table.roles.by else ""
        raise DataError(
            f"backtest: {who}the part to test on begins at {shows[0]}, and the forecaster learnt "
            f"from rows up to {shows[1]}: what it has seen does not tell how good it is.",
            fixes=[
                "backtest(table)  # learns anew from the first part alone",
                "backtest(newer_table, refit=False)  # of rows that came since",
            ],
        )


def _cut(table: Table, counts: np.ndarray) -> Table:
    """The first rows of each series alone, (series,) of them, up to the last known target.

    Series without one are left out.
    """
    known = np.isfinite(table.targets).any(axis=1)
    ends = [np.flatnonzero(known[o : o + n])[-1:] + 1 for o, n in zip(table.offsets, counts)]
    counts = np.array([int(end.sum()) for end in ends])
    some = np.flatnonzero(counts)
    keep = np.concatenate([table.offsets[k] + np.arange(counts[k]) for k in some])
    return replace(
        table,
        ids=[table.ids[k] for k in some],
        offsets=np.concatenate([[0], np.cumsum(counts[some])]),
        times=table.times[keep],
        columns={name: values[keep] for name, values in table.columns.items()},
        static={name: values[some] for name, values in table.static.items()},
        future_rows=np.zeros(len(some), int),
        source_rows=table.source_rows[keep],
    )


def _rows_before(table: Table, steps: int, test: float) -> tuple[Any, np.ndarray]:
    """The time of the first origin, and how many rows of each series come before it, (series,).

    It is one time for all series: what is learnt of one series would tell about another's future.
    """
    past = [table.times[table.history(k)] for k in range(len(table.ids))]
    times = np.sort(np.concatenate(past))
    at_once = np.unique(times)
    border = times[max(len(times) - max(round(len(times) * test), 1), 1)]
    border = min(border, at_once[-min(steps, max(len(at_once) // 2, 1))])
    return border, np.array([np.searchsorted(own, border) for own in past])


def _origins(
    table: Table, learned: Learned, samples: Any, first: np.ndarray, steps: int
) -> np.ndarray:
    """The origins of the last part, of all series in order of time."""
    wider = replace(samples, horizon=learned.block(steps))
    found = [np.empty(0, int)]
    for k in range(len(table.ids)):
        rows = table.history(k)
        origins = wider.origins(rows.start, rows.stop)
        found.append(origins[origins >= rows.start + first[k]])
    origins = np.concatenate(found)
    if not len(origins):
        raise DataError(
            f"backtest: no window of {learned.plan.lookback} rows and {wider.horizon} to forecast "
            "lies in the last part of the history.",
            fixes=["backtest(test=0.5)  # a larger last part", "a smaller horizon or lookback"],
        )
    return origins[np.argsort(table.times[origins], kind="stable")]


def _baselines(table: Table, origins: np.ndarray, steps: int, season: int) -> dict[str, np.ndarray]:
    """What each baseline forecasts from the same origins."""
    kinds = [kind for kind in KINDS if kind != "seasonal" or season > 1]
    values = table.targets
    made = {kind: np.empty((len(origins), steps, values.shape[1])) for kind in kinds}
    for k in range(len(table.ids)):
        rows = table.history(k)
        mine = np.flatnonzero((origins >= rows.start) & (origins < rows.stop))
        for kind in kinds if len(mine) else ():
            at = Baseline(kind).at_origins(values[rows], origins[mine] - rows.start, steps, season)
            made[kind][mine] = at
    return made


def _scales(table: Table, series: np.ndarray, first: np.ndarray, season: int) -> np.ndarray:
    """The mean change from one season to the next before the first origin, (n, targets)."""
    found = np.full((len(table.ids), len(table.roles.targets)), np.nan)
    for k in range(len(table.ids)):
        start = int(table.offsets[k])
        for t, name in enumerate(table.roles.targets):
            values = table.columns[name][start : start + int(first[k])]
            found[k, t] = scores.season_change(values, season)
    return np.where(found > 0, found, np.nan)[series]
