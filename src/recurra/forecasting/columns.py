"""The values of columns, checked, in the order of a table's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.frames import Frame, listed
from recurra.forecasting.grid import Grid
from recurra.forecasting.roles import Roles
from recurra.forecasting.textual import from_text
from recurra.forecasting.times import Clock, shown
from recurra.forecasting.values import missing


@dataclass
class Values:
    """What `Table` holds of the columns."""

    columns: dict[str, np.ndarray]
    static: dict[str, np.ndarray]
    future_rows: np.ndarray
    notes: list[str]


class Reader:
    """Reads the columns of a table in the order of a grid's rows."""

    def __init__(
        self, frame: Frame, roles: Roles, grid: Grid, ids: list[Any], clock: Clock
    ) -> None:
        self.frame, self.roles, self.grid, self.ids, self.clock = frame, roles, grid, ids, clock
        self.notes: list[str] = []

    def read(self) -> Values:
        """All columns, checked.

        Raises:
            DataError: with row and column.
        """
        roles = self.roles
        columns = {name: self._number(name, "target") for name in roles.targets}
        columns |= {name: self._feature(name, "known") for name in roles.known}
        columns |= {name: self._feature(name, "past") for name in roles.past}
        static = {name: self._static(name) for name in roles.static}
        future = self._future(columns)
        self._check_known(columns, future)
        self._tell(columns, future)
        return Values(columns, static, future, self.notes)

    def _feature(self, name: str, role: str) -> np.ndarray:
        if name in self.roles.categorical:
            return self._placed(_categories(self.frame, name))
        return self._number(name, role)

    def _number(self, name: str, role: str) -> np.ndarray:
        return self._placed(self._checked(name, role))

    def _checked(self, name: str, role: str) -> np.ndarray:
        """The numbers of a column in the user's order, float64."""
        frame, column = self.frame, self.frame.column(name)
        there = ~column.missing
        if not there.any():
            raise DataError(f"{frame.who}: `{name}` has no value in any row.")
        if column.kind != "number":
            values, told = from_text(frame, name, role, column)
            self.notes += told
        else:
            values = column.values.astype(np.float64)
        bad = np.isinf(values)
        if bad.any():
            row = int(bad.argmax())
            more = f" ({int(bad.sum()):,} rows are infinite)" if bad.sum() > 1 else ""
            raise DataError(
                f"{frame.who}: {frame.place(row)} of `{name}` is {values[row]}{more}.",
                expected="finite numbers, or missing values",
                fixes=[
                    frame.code(
                        name,
                        "leave such values out, so that they are missing",
                        pandas=f"df = df.replace({{{name!r}: [np.inf, -np.inf]}}, np.nan)",
                        polars=f"df = df.with_columns(pl.when(pl.col({name!r}).is_finite())"
                        f".then({name!r}))",
                    )
                ],
            )
        return values

    def _placed(self, values: np.ndarray) -> np.ndarray:
        """Values in the order of the grid; missing in rows that were put in."""
        rows = self.grid.rows
        if (rows >= 0).all():
            return values[rows]
        placed = np.full(len(rows), None if values.dtype == object else np.nan, values.dtype)
        placed[rows >= 0] = values[rows[rows >= 0]]
        return placed

    def _static(self, name: str) -> np.ndarray:
        """One value a series, the same in all rows that have one."""
        categorical = name in self.roles.categorical
        values = _categories(self.frame, name) if categorical else self._checked(name, "static")
        found = np.full(len(self.ids), None if categorical else np.nan, values.dtype)
        for k in range(len(self.ids)):
            rows = self.grid.rows[self.grid.offsets[k] : self.grid.offsets[k + 1]]
            rows = rows[rows >= 0]
            rows = rows[[v is not None and v == v for v in values[rows].tolist()]]
            if not len(rows):
                continue
            found[k] = values[rows[0]]
            other = np.array([v != found[k] for v in values[rows].tolist()])
            if other.any():
                a, b = sorted((int(rows[0]), int(rows[other.argmax()])))
                raise DataError(
                    f"{self.frame.who}: `{name}` is static and changes{self._within(k)}: "
                    f"{self.frame.place(a)} is {_plain(values[a])} and {self.frame.place(b)} is "
                    f"{_plain(values[b])}.",
                    fixes=[f"known=[{name!r}]  # or past=, if it is not known ahead"],
                )
        return found

    def _within(self, k: int) -> str:
        return "" if self.ids == [None] else f" within series {self.ids[k]!r}"

    def _future(self, columns: dict[str, np.ndarray]) -> np.ndarray:
        """How many rows at the end of each series have no target."""
        offsets = self.grid.offsets
        history = np.zeros(len(self.grid.rows), bool)
        for name in self.roles.targets:
            history |= ~np.isnan(columns[name])
        if self.roles.targets:
            self._check_any(history)
        last = np.where(history, np.arange(len(history)), -1)
        last = np.maximum(np.maximum.reduceat(last, offsets[:-1]), offsets[:-1] - 1)
        return offsets[1:] - 1 - last

    def _check_any(self, history: np.ndarray) -> None:
        lacking = ~np.logical_or.reduceat(history, self.grid.offsets[:-1])
        if not lacking.any():
            return
        names = " and ".join(f"`{name}`" for name in self.roles.targets)
        ids = [i for i, lacks in zip(self.ids, lacking) if lacks]
        by = self.roles.by
        raise DataError(
            f"{self.frame.who}: series {listed([repr(i) for i in ids])} {_has(ids)} no value of "
            f"{names}.",
            expected="a target in one row of each series at least",
            fixes=[
                self.frame.code(
                    by,
                    "leave such series out",
                    pandas=f"df = df[~df[{by!r}].isin({ids[:8]!r})]",
                    polars=f"df = df.filter(~pl.col({by!r}).is_in({ids[:8]!r}))",
                )
            ],
        )

    def _check_known(self, columns: dict[str, np.ndarray], future: np.ndarray) -> None:
        """Refuse future rows in which a known column is missing."""
        grid = self.grid
        counts = np.diff(grid.offsets)
        place = np.arange(len(grid.rows)) - np.repeat(grid.offsets[:-1], counts)
        ahead = place >= np.repeat(counts - future, counts)
        for name in self.roles.known:
            bad = ahead & missing(columns[name])
            if not bad.any():
                continue
            at = int(bad.argmax())
            k = int(np.searchsorted(grid.offsets, at, "right")) - 1
            when = shown(self.clock.local(grid.times[at : at + 1])[0])
            more = f" ({int(bad.sum()):,} rows lack it)" if bad.sum() > 1 else ""
            row = int(grid.rows[at])
            if row < 0:
                where = f"there is no row for {when}{self._within(k)}, after the last target."
                fix = f"add the row for {when} with its `{name}`"
            else:
                where = (
                    f"it is missing in {self.frame.place(row)} ({when}){self._within(k)}, after "
                    f"the last target{more}."
                )
                fix = f"fill in `{name}`, or leave such rows out"
            raise DataError(
                f"{self.frame.who}: `{name}` has to be known in the future, and {where}",
                fixes=[fix, f"past=[{name!r}]  # if it is not known ahead"],
            )

    def _tell(self, columns: dict[str, np.ndarray], future: np.ndarray) -> None:
        """Say what the user may not know: constant series, missing values, where the future is."""
        grid = self.grid
        several = self.ids != [None]
        for name in self.roles.targets:
            values = columns[name]
            low = np.fmin.reduceat(values, grid.offsets[:-1])
            constant = np.flatnonzero(low == np.fmax.reduceat(values, grid.offsets[:-1]))
            if len(constant) and not several:
                self.notes.append(f"`{name}` is constant: always {low[0]:g}.")
            elif len(constant):
                ids = [repr(self.ids[k]) for k in constant]
                self.notes.append(f"`{name}` is constant in series {listed(ids, 5)}.")
        ends = grid.offsets[1:] - future
        for name, values in columns.items():
            bad = missing(values) & (grid.rows >= 0)
            for end, count in zip(ends, future):
                bad[end : end + count] = False
            if bad.any():
                row = int(grid.rows[bad].min())
                rows = f"{int(bad.sum()):,} rows, the first" if bad.sum() > 1 else "one row,"
                self.notes.append(f"`{name}` is missing in {rows} {self.frame.place(row)}.")
        if future.any() and self.roles.targets:
            most, least = int(future.max()), int(future.min())
            count = f"{most:,}" if most == least else f"{least:,} to {most:,}"
            rows = "row has" if most == 1 else "rows have"
            each = " of each series" if several else ""
            self.notes.append(f"The last {count} {rows} no target: the future{each}.")


def read(frame: Frame, roles: Roles, grid: Grid, ids: list[Any], clock: Clock) -> Values:
    """The columns of a table in the order of a grid's rows."""
    return Reader(frame, roles, grid, ids, clock).read()


def _categories(frame: Frame, name: str) -> np.ndarray:
    """Values as objects, None where they are missing; numbers of categories are whole."""
    column = frame.column(name)
    values = np.empty(len(column.values), object)
    whole = column.kind == "number" and (column.values % 1 == 0)[~column.missing].all()
    values[:] = [
        None if bad else int(v) if whole else v for v, bad in zip(column.objects, column.missing)
    ]
    for row, value in enumerate(values):
        try:
            hash(value)
        except TypeError:
            raise DataError(
                f"{frame.who}: `{name}` holds values that cannot be categories: "
                f"{frame.place(row)} is {value!r}.",
                expected="text, numbers, dates or tuples",
            ) from None
    return values


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _has(ids: list[Any]) -> str:
    return "has" if len(ids) == 1 else "have"
