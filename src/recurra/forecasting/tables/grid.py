"""Rows in the order of series and time, on a grid without holes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.data.rates import find_step
from recurra.data.steps import DAY, DURATIONS, Step, duration
from recurra.engine.errors import DataError
from recurra.forecasting.tables.dates import Style
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.times import Clock, shown
from recurra.forecasting.tables.twice import twice

#: More rows than this for each row of the user's are no holes but a mistake in the times.
MOST_ROWS = 20
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
        times = self._of(int(np.argmax(np.diff(self.offsets))))
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
            return find_step(self._of(int(np.argmax(np.diff(self.offsets)))))
        votes: Counter[Step] = Counter()
        examples: dict[Step, int] = {}
        for k, times in self._parts():
            if len(times) > 1:
                found = find_step(times)
                votes[found] += len(times)
                examples.setdefault(found, k)
        if not votes:
            raise DataError(
                f"{self.frame.who}: {_one_row(self)}: nothing tells how far it is to the next.",
                expected="two rows or more of one series, at two times",
            )
        steps = [step for step, _ in votes.most_common(5)]
        for step in steps:
            if all(_fits(step, times) for _, times in self._parts()):
                return step
        raise self._irregular(steps[0], examples)

    def _as_learnt(self, learnt: Step) -> Step:
        """The step that was learnt, on the rows' own days of the month.

        Raises:
            DataError: where the rows go on in another.
        """
        dates = self.times.dtype.kind == "M"
        if dates == (learnt.unit == "number"):
            kinds = ("dates", "numbers") if dates else ("numbers", "dates")
            raise DataError(
                f"{self.frame.who}: the times in `{self.name}` are {kinds[0]}, and those that were "
                f"learnt from are {kinds[1]}."
            )
        several = [(k, times) for k, times in self._parts() if len(times) > 1]
        own = self._step() if several else learnt
        if (own.unit, own.size) == (learnt.unit, learnt.size):
            return own
        if all(_fits(learnt, times) for _, times in several):
            return learnt
        raise DataError(
            f"{self.frame.who}: the times in `{self.name}` go on {own.words}, and those that were "
            f"learnt from {learnt.words}.",
            fixes=[
                f"Forecaster(...).fit(table)  # learns to forecast what goes on {own.words}",
                f"{RESAMPLE}  # brings rows to other times",
            ],
        )

    def _filled(self, step: Step, by_chance: bool) -> Grid:
        placed = [step.between(known[0], known) for _, known in self._parts()]
        lengths = [int(places[-1]) + 1 for places in placed]
        if by_chance:  # the rows may lie on the grid
            self._check_common(step, np.concatenate([np.diff(p) for p in placed]), sum(lengths))
        rows, times = [], []
        total = 0
        for (k, known), places, length in zip(self._parts(), placed, lengths):
            total += length
            if total > MOST_ROWS * len(self.order) + 1000:
                raise self._too_long(step, k)
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
        if empty <= len(self.order) or FEW * near >= len(distances):
            return
        by = "one row goes" if near == 1 else f"{near:,} of {len(self.order):,} rows go"
        raise DataError(
            f"{self.frame.who}: the times in `{self.name}` have no common step: {by} on "
            f"{step.words}, and on a grid of it {empty:,} of {total:,} rows would be empty.",
            fixes=[self._resample()],
        )

    def _too_long(self, step: Step, k: int) -> DataError:
        times = self._of(k)
        worst = int(np.argmax(np.diff(times)))
        row, after = self._rows(k, worst), self._rows(k, worst + 1)
        return DataError(
            f"{self.frame.who}: the times in `{self.name}`{self.of(k)} go on {step.words}, and "
            f"between {self.frame.place(row)} ({self.shown(times[worst])}) and "
            f"{self.frame.place(after)} ({self.shown(times[worst + 1])}) "
            f"{int(step.between(times[worst], times[worst + 1])) - 1:,} rows are missing.",
            expected=f"at most {MOST_ROWS} rows that are missing for one that is there",
            fixes=["correct the time, or take the part before or after it"],
        )

    def _irregular(self, step: Step, examples: dict[Step, int]) -> DataError:
        k = next(k for k, times in self._parts() if not _fits(step, times))
        times = self._of(k)
        own = find_step(times)
        who = self.frame.who
        if own.on_grid(times[0], times).all():
            other = examples[step]
            return DataError(
                f"{who}: series {self.ids[other]!r} goes on {step.words} and series "
                f"{self.ids[k]!r} {own.words}; series of one table need one step.",
                fixes=[f"forecast them apart, or bring them to one step with {RESAMPLE}"],
            )
        off = int(np.argmin(own.on_grid(times[0], times)))
        rows = self._rows(k, off), self._rows(k, off - 1)
        distances, counts = np.unique(np.diff(times), return_counts=True)
        usual = f", where most rows go on {own.words}" if counts.max() > len(times) // 2 else ""
        return DataError(
            f"{who}: the times in `{self.name}`{self.of(k)} have no common step: "
            f"{self.frame.place(rows[0])} comes {_distance(times[off] - times[off - 1])} after "
            f"{self.frame.place(rows[1])}{usual}.",
            came=f"distances {_counted(distances, counts)}",
            fixes=[self._resample()],
        )

    def _resample(self) -> str:
        """How the rows are put on a grid: code where it is short."""
        time, targets = self.roles.time, self.roles.targets
        words = f"{RESAMPLE}  # puts them on a grid"
        if time is None or len(targets) != 1 or self.ids != [None] or self.clock.zone:
            return words
        (y,) = targets
        if isinstance(self.clock.written, Style):  # text, which pandas and polars read first
            return words
        code = f"made = recurra.data.resample(df[{time!r}].to_numpy(), df[{y!r}].to_numpy())"
        table = f"DataFrame({{{time!r}: made.times, {y!r}: made.values}})"
        return self.frame.code(
            time, words, pandas=f"{code}; df = pd.{table}", polars=f"{code}; df = pl.{table}"
        )

    def _of(self, k: int) -> np.ndarray:
        return self.times[self.offsets[k] : self.offsets[k + 1]]

    def _rows(self, k: int, place: int) -> int:
        """The user's row of a place in a series."""
        return int(self.order[self.offsets[k] + place])


RESAMPLE = "recurra.data.resample(times, values)"


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


def _distance(difference: Any) -> str:
    """How far it is from one time to another, in two units at most: `1 day 37 minutes`."""
    if not isinstance(difference, np.timedelta64):
        return f"{difference:g}"
    ns = int(difference.astype("m8[ns]").astype(np.int64))
    unit = next(size for size in DURATIONS if size <= ns)
    whole, rest = ns // unit * unit, ns % unit
    return duration(whole) + (f" {duration(rest)}" if rest else "")


def _counted(distances: np.ndarray, counts: np.ndarray) -> str:
    """The commonest distances with their counts: `1 hour (40 times), 37 minutes (2 times)`."""
    most = np.argsort(-counts, kind="stable")[:3]
    said = [
        f"{_distance(distances[k])} ({counts[k]:,} time{'s' if counts[k] > 1 else ''})"
        for k in most
    ]
    others = f" and {len(counts) - 3:,} others" if len(counts) > 3 else ""
    return ", ".join(said) + others


def _one_row(series: Series) -> str:
    if series.ids == [None]:
        return f"the table has one row ({series.frame.place(0)})"
    return f"each of the {len(series.ids)} series has one row"
