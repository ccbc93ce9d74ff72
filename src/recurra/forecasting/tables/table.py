"""Table: the series in a user's table, checked, sorted and on a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recurra.data.steps import Step
from recurra.engine.words import amount
from recurra.forecasting.tables import columns
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.grid import Grid, Series
from recurra.forecasting.tables.ids import series_of
from recurra.forecasting.tables.kinds import Kind
from recurra.forecasting.tables.roles import Roles, check_roles, guess_roles
from recurra.forecasting.tables.times import Clock, read_times, shown
from recurra.forecasting.tables.zones import on_calendar


@dataclass(repr=False)
class Table:
    """Series on a grid of times, from a table of any kind.

    Rows are sorted by series and time. Where the user's table lacks a row there is one of NaN.

    Args:
        roles: which column is what.
        ids: of the series; [None] for one series without `by`.
        offsets: (series + 1,), the row where each series begins.
        times: (rows,) datetime64[ns] or numbers.
        step: from each row of a series to the next.
        columns: name -> (rows,) of targets and of known and past columns: float64 with NaN for
            numbers, objects with None for categories.
        static: name -> (series,), one value a series.
        future_rows: (series,), how many rows at the end of each have no target: the future.
        source_rows: (rows,), which row of the user's table each is, -1 for one that was put in.
        notes: what was found and done, in sentences for the user.
        clock: how the user's times are written.
        kind: what tables the user works with.
    """

    roles: Roles
    ids: list[Any]
    offsets: np.ndarray
    times: np.ndarray
    step: Step
    columns: dict[str, np.ndarray]
    static: dict[str, np.ndarray]
    future_rows: np.ndarray
    source_rows: np.ndarray
    notes: list[str]
    clock: Clock
    kind: Kind

    @classmethod
    def read(
        cls,
        frame: Any,
        roles: Roles | Mapping[str, Any],
        *,
        who: str = "Forecaster",
        step: Step | None = None,
    ) -> Table:
        """Read the series of a table.

        Args:
            frame: what narwhals reads (pandas, polars, PyArrow, ...), a dict of arrays, or a NumPy
                array whose rows are time steps.
            roles: which column is what; what a dict does not name is guessed, see `guess_roles`.
            who: who reads it, for messages.
            step: from row to row, where it was learnt from another table; None finds it.

        Raises:
            ArgumentError: for roles of columns that are not there.
            DataError: for data that cannot be series, with row and column.

        Example:
            >>> months = np.array(["2024-03", "2024-01", "2024-04"], "M8[M]")
            >>> table = Table.read({"month": months, "sales": [3.0, 1.0, 4.0]}, {})
            >>> table.step.words, table.columns["sales"].tolist()
            ('monthly', [1.0, nan, 3.0, 4.0])
            >>> for note in table.notes:
            ...     print(note)
            `month` is taken as the time.
            `sales` is taken as the target.
            The rows were not in order of time; they are sorted.
            1 row was put in where a time was missing, the first at 2024-02-01.
        """
        frame = frame if isinstance(frame, Frame) else Frame(frame, who)
        notes = list(frame.source.notes) if frame.source else []
        if isinstance(roles, Mapping):
            roles, guessed = guess_roles(frame, who=who, **roles)
            notes += guessed
        else:
            check_roles(frame, roles)
        codes, ids = series_of(frame, roles.by)
        times, clock, told = _times(frame, roles, codes)
        series = Series(frame, codes, ids, times, roles, clock)
        if clock.zone is not None:
            calendar = replace(clock, on_calendar=True)
            local = Series(frame, codes, ids, on_calendar(times, clock.zone), roles, calendar)
            if local.goes_by_days(step):
                series, clock = local, calendar
        grid = series.on_grid(step)
        notes += [*told, *_told(series, grid)]
        read = columns.read(frame, roles, grid, ids, clock)
        return cls(
            roles,
            ids,
            grid.offsets,
            grid.times,
            grid.step,
            read.columns,
            read.static,
            read.future_rows,
            grid.rows,
            [*notes, *read.notes],
            clock,
            frame.kind([name for name in (roles.time, roles.by) if name is not None]),
        )

    def __repr__(self) -> str:
        rows, targets = amount(len(self), "row"), ", ".join(self.roles.targets)
        of = amount(len(self.ids), "series", "series") if self.roles.by else "one series"
        ends = self.clock.local(np.array([self.times.min(), self.times.max()]))
        when = f"{shown(ends[0])} to {shown(ends[1])}"
        return f"Table({rows} of {of}, {self.step.words}, {when}, target {targets})"

    def __len__(self) -> int:
        return len(self.times)

    def ids_of(self, series: np.ndarray) -> np.ndarray:
        """The ids of series by their numbers, as objects of the kinds that they have."""
        ids = np.empty(len(self.ids), object)
        ids[:] = self.ids
        return ids[series]

    def rows(self, k: int) -> slice:
        """The rows of series k, its history and its future."""
        return slice(int(self.offsets[k]), int(self.offsets[k + 1]))

    def history(self, k: int) -> slice:
        """The rows of series k up to its future."""
        return slice(int(self.offsets[k]), int(self.offsets[k + 1] - self.future_rows[k]))

    @property
    def lengths(self) -> np.ndarray:
        """How many rows each series' history has, (series,)."""
        return np.diff(self.offsets) - self.future_rows

    @property
    def targets(self) -> np.ndarray:
        """What is to be forecast, (rows, targets) float64, NaN where it is not known."""
        return np.stack([self.columns[name] for name in self.roles.targets], 1)

    @property
    def local_times(self) -> np.ndarray:
        """What clocks showed at each row, (rows,): for features of the calendar."""
        return self.clock.local(self.times)

    def give_back(self, columns: Mapping[str, Any]) -> Any:
        """A table of the kind that came, with times and series ids as they came.

        Args:
            columns: name -> (rows,). Times are such as in `times`.

        Returns:
            A pandas, polars or PyArrow table, ...; a dict of arrays for a dict or NumPy array.
        """
        given = dict(columns)
        if self.roles.time in given:
            given[self.roles.time] = self.clock.back(np.asarray(given[self.roles.time]))
        return self.kind.make(given)


def _times(frame: Frame, roles: Roles, codes: np.ndarray) -> tuple[np.ndarray, Clock, list[str]]:
    """The times of the user's rows; the numbers of the rows in their series if there are none."""
    if roles.time is not None:
        return read_times(frame, roles.time)
    by_series = np.argsort(codes, kind="stable")
    begins = np.concatenate([[0], np.cumsum(np.bincount(codes))])[:-1]
    numbers = np.empty(len(codes), np.int64)
    numbers[by_series] = np.arange(len(codes)) - begins[codes[by_series]]
    return numbers, Clock(written="number", whole=True), []


def _told(series: Series, grid: Grid) -> list[str]:
    """What was done to bring rows into order and onto the grid."""
    told = []
    if series.unordered:
        told.append("The rows were not in order of time; they are sorted.")
    put_in = np.flatnonzero(grid.rows < 0)
    if len(put_in):
        first = series.shown(grid.times[put_in[0]])
        rows = f"{len(put_in):,} rows were" if len(put_in) > 1 else "1 row was"
        where = "times were" if len(put_in) > 1 else "a time was"
        told.append(f"{rows} put in where {where} missing, the first at {first}.")
    return told
