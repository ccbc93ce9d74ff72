"""Rows in the order of series and time, on a grid without holes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.data.rates import find_step
from recurra.data.steps import DAY, Step
from recurra.forecasting.tables import off_grid
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.times import Clock, shown
from recurra.forecasting.tables.twice import twice

#: A step that fewer than one in so many distances is, on a grid that is mostly empty, is none.
FEW = 4


@dataclass(frozen=True)
class Grid:
    """The rows of a table on a regular time axis.

    Args:
        rows: which row of the user's table each row is, -1 where the user's has none.
        offsets: (series + 1,), the row where each series begins.
        times: of each row.
        step: from each row of a series to the next.
    """

    rows: np.ndarray
    offsets: np.ndarray
    times: np.ndarray
    step: Step


class Series:
    """The rows of a table sorted by series and time.

    Args:
        frame: the user's table.
        codes: (rows,) the number of the series of each row.
        ids: of the series, [None] for one without.
        times: (rows,) in the user's order.
        roles: which column is what.
        clock: how the user's times are written.
    """

    def __init__(
        self,
        frame: Frame,
        codes: np.ndarray,
        ids: list[Any],
        times: np.ndarray,
        roles: Roles,
        clock: Clock,
    ) -> None:
        self.frame, self.ids, self.roles, self.clock = frame, ids, roles, clock
        self.name = roles.time
        self.order = np.lexsort((times, codes))
        self.codes, self.times = codes[self.order], times[self.order]
        self.offsets = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(ids)))])
        by_series = np.argsort(codes, kind="stable")
        same = codes[by_series[1:]] == codes[by_series[:-1]]
        #: How many rows stand below a later row of their series.
        self.unordered = int((same & (np.diff(times[by_series]) < _nothing(times))).sum())

    def of(self, k: int) -> str:
        """` of series 'A'`, or nothing where there is one series alone."""
        return "" if self.ids == [None] else f" of series {self.ids[k]!r}"

    def shown(self, time: Any) -> str:
        """A time for messages, as clocks of the user's zone show it."""
        return shown(self.clock.local(np.array([time]))[0])

    def goes_by_days(self, learnt: Step | None = None) -> bool:
        """Whether the longest series is regular in steps of a day or longer; one row as learnt."""
        times = self.times_of(int(np.argmax(np.diff(self.offsets))))
        rising = np.diff(times)
        if len(times) < 2 and learnt is not None:
            return learnt.unit != "ns" or learnt.size >= DAY
        if len(times) < 2 or not (rising > 0).all() or np.median(rising) < np.timedelta64(23, "h"):
            return False
        return bool(find_step(times).on_grid(times[0], times).all())

    def on_grid(self, learnt: Step | None = None) -> Grid:
        """All rows on a grid, with rows put in where times are missing.

        Args:
            learnt: the step of the table that was learnt from, if there is one.

        Raises:
            DataError: where two rows have one time, and where no step fits.
        """
        same = (self.codes[1:] == self.codes[:-1]) & (self.times[1:] == self.times[:-1])
        if same.any():
            raise twice(self, np.flatnonzero(same) + 1)
        step = self._step() if learnt is None else self._as_learnt(learnt)
        within = self.codes[1:] == self.codes[:-1]
        if step.unit in ("ns", "number") and (np.diff(self.times)[within] == _size(step)).all():
            return Grid(self.order, self.offsets, self.times, step)
        return self._filled(step, by_chance=learnt is None)

    def _parts(self) -> Any:
        for k, (first, end) in enumerate(zip(self.offsets[:-1], self.offsets[1:])):
            yield k, self.times[first:end]

    def _step(self) -> Step:
        """The step that most rows go by, and that all series fit."""
        within = np.diff(self.times)[self.codes[1:] == self.codes[:-1]]
        if len(within) and (within == within[0]).all():
            return find_step(self.times_of(int(np.argmax(np.diff(self.offsets)))))
        votes: Counter[Step] = Counter()
        examples: dict[Step, int] = {}
        for k, times in self._parts():
            if len(times) > 1:
                found = find_step(times)
                votes[found] += len(times)
                examples.setdefault(found, k)
        if not votes:
            raise off_grid.one_row(self)
        steps = [step for step, _ in votes.most_common(5)]
        for step in steps:
            if all(_fits(step, times) for _, times in self._parts()):
                return step
        k, times = next(part for part in self._parts() if not _fits(steps[0], part[1]))
        if find_step(times).on_grid(times[0], times).all():
            raise off_grid.other_series(self, k, steps[0], examples[steps[0]])
        raise off_grid.irregular(self, k)

    def _as_learnt(self, learnt: Step) -> Step:
        """The step that was learnt, on the rows' own days of the month.

        Raises:
            DataError: where the rows go on in another.
        """
        dates = self.times.dtype.kind == "M"
        if dates == (learnt.unit == "number"):
            raise off_grid.other_kind(self, dates)
        several = [(k, times) for k, times in self._parts() if len(times) > 1]
        own = self._step() if several else learnt
        if (own.unit, own.size) == (learnt.unit, learnt.size):
            return own
        if all(_fits(learnt, times) for _, times in several):
            return learnt
        raise off_grid.other_step(self, own, learnt)

    def _filled(self, step: Step, by_chance: bool) -> Grid:
        placed = [step.between(known[0], known) for _, known in self._parts()]
        lengths = [int(places[-1]) + 1 for places in placed]
        if by_chance:  # the rows may lie on the grid
            self._check_common(step, np.concatenate([np.diff(p) for p in placed]), sum(lengths))
        rows, times = [], []
        total = 0
        for (k, known), places, length in zip(self._parts(), placed, lengths):
            total += length
            if total > off_grid.MOST_ROWS * len(self.order) + 1000:
                raise off_grid.too_long(self, k, step)
            row = np.full(length, -1)
            row[places] = self.order[self.offsets[k] : self.offsets[k + 1]]
            rows.append(row)
            grid = step.at(known[0], np.arange(length))
            grid[places] = known
            times.append(grid)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return Grid(np.concatenate(rows), offsets, np.concatenate(times), step)

    def _check_common(self, step: Step, distances: np.ndarray, total: int) -> None:
        """Refuse times that lie on a grid by chance: few go by its step, most of it is empty."""
        near, empty = int((distances == 1).sum()), total - len(self.order)
        if empty > len(self.order) and FEW * near < len(distances):
            raise off_grid.by_chance(self, step, near, total)

    def times_of(self, k: int) -> np.ndarray:
        """The times of series k."""
        return self.times[self.offsets[k] : self.offsets[k + 1]]

    def user_row(self, k: int, place: int) -> int:
        """The user's row of a place in a series."""
        return int(self.order[self.offsets[k] + place])


def _fits(step: Step, times: np.ndarray) -> bool:
    """Whether a series lies on the grid of a step, and is not regular with a longer one."""
    if not step.on_grid(times[0], times).all():
        return False
    places = step.between(times[0], times)
    if len(times) < 4 or (np.diff(places) == 1).any():
        return True
    own = find_step(times)
    return not (
        own.on_grid(times[0], times).all() and own.between(times[0], times[-1]) + 1 == len(times)
    )


def _size(step: Step) -> Any:
    return np.timedelta64(int(step.size), "ns") if step.unit == "ns" else step.size


def _nothing(times: np.ndarray) -> Any:
    return np.timedelta64(0, "ns") if times.dtype.kind == "M" else 0
