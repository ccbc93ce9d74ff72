"""What was learnt from a table, and the forecasts that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.origin import warn
from recurra.engine.seeds import new_seed, seeded
from recurra.forecasting import choices
from recurra.forecasting.enough import check_windows, long_enough
from recurra.forecasting.forecasts import Forecasts
from recurra.forecasting.intervals import Errors
from recurra.forecasting.learning import Trained, middle, train, validated, windows_an_epoch
from recurra.forecasting.networks import Plan
from recurra.forecasting.options import Options
from recurra.forecasting.preparation import Arrays, Preparation
from recurra.forecasting.recursive import Recursive, train_recursive
from recurra.forecasting.samples import Samples, thinned
from recurra.forecasting.tables.frames import listed
from recurra.forecasting.tables.future import with_future
from recurra.forecasting.tables.table import Table

#: Errors of so many windows that came after training count for the intervals, evenly spread.
LATER_ERRORS = 2_000


@dataclass
class Learned:
    """Networks, scales and errors: what forecasts a table with the columns that were learnt.

    Args:
        options: what was asked for.
        preparation: turns tables into numbers.
        plan: the networks' sizes.
        trained: the networks.
        held_out: the errors of the forecasts of held-out windows.
        held_from: the time of the first row that was held out, of each series by its id.
        ends: the time of the last row that was learnt from.
        counts: windows learnt from, and held out.
        notes: what was found and done, in sentences.
    """

    options: Options
    preparation: Preparation = field(repr=False)
    plan: Plan
    trained: list[Trained | Recursive] = field(repr=False)
    held_out: Errors = field(repr=False)
    held_from: dict[Any, Any] = field(repr=False)
    ends: dict[Any, Any] = field(repr=False)
    counts: tuple[int, int]
    notes: list[str] = field(default_factory=list)

    @property
    def levels(self) -> tuple[float, ...]:
        """Of the intervals: those asked for, or those of the pairs of quantiles."""
        return self.options.shown_levels

    def samples(self, table: Table, until: np.ndarray | None = None) -> Samples:
        """The windows of a table; rows up to `until` scale series that training did not meet."""
        arrays, _ = self.preparation.arrays(table, until)
        return Samples(arrays, self.plan.lookback, self.plan.horizon)

    def block(self, steps: int) -> int:
        """Rows that have to be there to forecast so many: whole horizons."""
        return -(-steps // self.plan.horizon) * self.plan.horizon

    def scaled(self, samples: Samples, origins: np.ndarray, steps: int) -> np.ndarray:
        """Scaled forecasts from some origins, (n, steps, targets[, quantiles]), all members' mean.

        Steps beyond the horizon are forecast from the forecasts before them.
        """
        return np.mean([t.ahead(samples, origins, steps) for t in self.trained], axis=0)

    def behind(self, table: Table, steps: int, intervals: bool = True) -> Forecasts:
        """Forecast what follows each series of a table; NaN bounds where no errors are known."""
        self._check_steps(table, steps)
        for sentence in self.preparation.new_categories(table):
            if sentence not in self.notes:
                warn(f"Forecaster: {sentence}")
        table, unknown = long_enough(table, self.plan.lookback, self.preparation.season)
        table = with_future(table, steps, self.plan.horizon)
        samples = self.samples(table)
        origins = table.offsets[1:] - table.future_rows
        check_windows(table, samples.arrays, origins, self.plan.lookback, self.preparation.missing)
        known = self.known_errors(table, samples, steps) if intervals else None
        made = self.finished(table, samples, origins, self.scaled(samples, origins, steps), known)
        for bounds in (*made.lower.values(), *made.upper.values()):
            bounds[unknown] = np.nan
        return made

    def finished(
        self,
        table: Table,
        samples: Samples,
        origins: np.ndarray,
        made: np.ndarray,
        known: Errors | None,
    ) -> Forecasts:
        """Forecasts in the targets' own units, with intervals from errors that are known."""
        arrays, steps = samples.arrays, made.shape[1]
        series = arrays.series[origins - 1]
        point = middle(made, self.plan)
        rows = origins[:, None] + np.arange(steps)
        result = Forecasts(series, table.times[rows], arrays.unscaled(point, series))
        if known is None:
            return result
        numbers, places = self._placed(table, samples, origins)
        bounds = made - point[..., None] if self.plan.quantiles else None
        wider = np.inf, np.inf
        for k, level in enumerate(self.levels):
            below, above = known.around(level, numbers, places, bounds, k)
            if bounds is not None:  # inner pairs of quantiles do not reach beyond outer ones
                below, above = np.minimum(below, wider[0]), np.minimum(above, wider[1])
                wider = below, above
            result.lower[level] = arrays.unscaled(point - below, series)
            result.upper[level] = arrays.unscaled(point + above, series)
        return result

    def known_errors(self, table: Table, samples: Samples, steps: int) -> Errors:
        """The errors of windows that no network learnt from: held out, or come since."""
        origins = thinned(self.not_learnt(table, samples, steps), LATER_ERRORS)
        return self.all_errors(self.errors_at(table, samples, origins, steps))

    def not_learnt(self, table: Table, samples: Samples, steps: int) -> np.ndarray:
        """The origins in a table of windows that come after those whose errors are kept.

        None are kept for steps beyond the horizon.
        """
        further = steps > self.plan.horizon
        return self.later(table, samples, self.held_from if further else self.ends, steps)

    def all_errors(self, later: Errors) -> Errors:
        """Those of held-out windows, followed by later ones.

        Beyond the horizon later ones alone are taken, if there are enough.
        """
        steps = later.errors.shape[1]
        first = self._first_errors(steps)
        if steps <= self.plan.horizon:
            return first.followed(later)
        return later if len(later.errors) >= choices.FEWEST else first

    def _first_errors(self, steps: int) -> Errors:
        """The errors of held-out windows; beyond the horizon they grow with its root."""
        ahead = np.arange(1, steps + 1)
        at, growth = np.minimum(ahead, self.plan.horizon), np.sqrt(ahead / self.plan.horizon)
        growth = np.maximum(growth, 1)[:, None]
        kept = self.held_out
        bounds = None if kept.bounds is None else kept.bounds[:, at - 1] * growth[..., None]
        return replace(kept, errors=kept.errors[:, at - 1] * growth, bounds=bounds)

    def errors_at(self, table: Table, samples: Samples, origins: np.ndarray, steps: int) -> Errors:
        """The errors of the forecasts from some origins whose targets are known."""
        if not len(origins):
            return self._first_errors(steps).some(slice(0))
        made = self.scaled(samples, origins, steps)
        point = middle(made, self.plan)
        rows = origins[:, None] + np.arange(steps)
        bounds = made - point[..., None] if self.plan.quantiles else None
        errors = samples.arrays.targets[rows] - point
        return Errors(errors, bounds, *self._placed(table, samples, origins))

    def _placed(
        self, table: Table, samples: Samples, origins: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of the series of some origins, and their rows on the grid of times."""
        numbers = {name: k for k, name in enumerate(self.ends)}
        own = [numbers.get(name, len(numbers) + k) for k, name in enumerate(table.ids)]
        return np.array(own)[samples.arrays.series[origins - 1]], _places(table, origins)

    def later(
        self, table: Table, samples: Samples, after: Mapping[Any, Any], steps: int
    ) -> np.ndarray:
        """The origins behind a time of each series whose targets are known by now."""
        steps_of = replace(samples, horizon=self.block(steps))
        found = [np.empty(0, int)]
        for k, name in enumerate(table.ids):
            rows = table.history(k)
            origins = steps_of.origins(rows.start, rows.stop)
            if name in after:
                origins = origins[table.times[origins] > after[name]]
            found.append(origins)
        return np.concatenate(found)

    # What cannot be forecast ---------------------------------------------------------------------

    def _check_steps(self, table: Table, steps: int) -> None:
        past = table.roles.past
        if steps > self.plan.horizon and past:
            raise ArgumentError(
                f"Forecaster: {steps} rows are to be forecast and {self.plan.horizon} were learnt. "
                "To go on from its own forecasts it would have to know columns that are known up "
                f"to now only: {listed(past)}.",
                fixes=[f"Forecaster(horizon={steps}, ...)"],
            )


def learn(table: Table, options: Options) -> Learned:
    """Learn to forecast a table.

    Raises:
        DataError: where it is too short.
        ArgumentError: for a column that is called like one of the forecast's.
    """
    Forecasts.check_names(table.roles, options.shown_levels)
    notes: list[str] = []
    season = options.season or choices.find_table_season(table)
    if options.season is None and season > 1:
        notes.append(f"A season of {season} rows was found.")
    horizon = options.horizon
    lookback = options.lookback or choices.usual_lookback(table, season, horizon)
    until = choices.rows_for_training(table, lookback, horizon, options.validation)
    preparation = Preparation(options.missing, season).fit(table, until)
    arrays, told = preparation.arrays(table)
    samples = Samples(arrays, lookback, horizon)
    parts = choices.parts(table, samples, until)
    notes += choices.not_learnt_from(table, samples)
    most, held_out = windows_an_epoch(lookback), validated(parts.held_out, lookback)
    if len(parts.learnt) > most:
        notes.append(
            f"Of the {len(parts.learnt):,} windows an epoch learns from {most:,}, the next one "
            "from others."
        )
    plan = _plan(table, arrays, samples, parts, preparation, options, until)
    trained: list[Trained | Recursive] = []
    for member in range(options.members):
        seed = new_seed() if options.seed is None else options.seed + member
        way = train if options.strategy == "direct" else train_recursive
        with seeded(seed):  # the user's random numbers go on as if nothing had been drawn
            trained.append(
                way(options.model, plan, samples, parts.learnt, held_out, options.settings)
            )
    bounds = [t.bounds for t in trained if t.bounds is not None]
    errors = np.mean([t.errors for t in trained], axis=0)
    first = {
        n: table.times[min(table.rows(k).start + int(until[k]), table.history(k).stop - 1)]
        for k, n in enumerate(table.ids)
    }
    known = Errors(
        errors,
        np.mean(bounds, axis=0) if bounds else None,
        arrays.series[held_out],
        _places(table, held_out),
    )
    notes += known.told(options.shown_levels)
    return Learned(
        options,
        preparation,
        plan,
        trained,
        known,
        first,
        ends(table),
        (len(parts.learnt), len(parts.held_out)),
        [*table.notes, *notes, *told, *preparation.new_categories(table)],
    )


def ends(table: Table) -> dict[Any, Any]:
    """The time of the last known target of each series, by its id."""
    return {n: table.times[table.history(k).stop - 1] for k, n in enumerate(table.ids)}


def _places(table: Table, rows: np.ndarray) -> np.ndarray:
    """Where rows stand on the grid of all times, counted from the time 0."""
    zero = np.datetime64(0, "ns") if table.times.dtype.kind == "M" else 0
    return np.asarray(table.step.between(zero, table.times[rows]))


def _plan(
    table: Table,
    arrays: Arrays,
    samples: Samples,
    parts: choices.Parts,
    preparation: Preparation,
    options: Options,
    until: np.ndarray,
) -> Plan:
    roles, some = table.roles, thinned(parts.learnt, 5000)
    targets = arrays.targets.shape[1]
    spread = float(np.std(samples.answers(some) - arrays.past[some - 1, None, :targets]))
    categories = {n: len(c) for n, c in preparation.categories.items()}
    return Plan(
        lookback=samples.lookback,
        horizon=samples.horizon,
        targets=targets,
        columns=arrays.past.shape[1],
        own_known=len([n for n in roles.known if n not in roles.categorical]),
        known=arrays.known.shape[1],
        categories=tuple(categories[n] for n in (*roles.past, *roles.known) if n in categories),
        past_categories=len([n for n in roles.past if n in categories]),
        static=arrays.static.shape[1],
        static_categories=tuple(categories[n] for n in roles.static if n in categories),
        quantiles=options.quantiles,
        level=choices.keeps_level(table, arrays, until, preparation.season),
        spread=spread if spread > 0 else 1.0,
        units=options.units,
    )
