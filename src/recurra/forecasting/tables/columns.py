"""The values of columns, checked, in the order of a table's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.ahead import Rows, within
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.grid import Grid
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.textual import from_text
from recurra.forecasting.tables.times import Clock

#: Larger numbers are mistakes, or stand for missing ones; their squares have no place in a float.
MOST = 1e100


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
        rows = Rows(self.frame, roles, self.grid, self.ids, self.clock, columns)
        rows.check()
        return Values(columns, static, rows.future, [*self.notes, *rows.told()])

    def _feature(self, name: str, role: str) -> np.ndarray:
        if name in self.roles.categorical:
            _refuse_empty(self.frame, name, role)
            return self._placed(_categories(self.frame, name))
        return self._number(name, role)

    def _number(self, name: str, role: str) -> np.ndarray:
        return self._placed(self._checked(name, role))

    def _checked(self, name: str, role: str) -> np.ndarray:
        """The numbers of a column in the user's order, float64."""
        frame, column = self.frame, self.frame.column(name)
        _refuse_empty(frame, name, role)
        if column.kind != "number":
            values, told = from_text(frame, name, role, column)
            self.notes += told
        else:
            values = column.values.astype(np.float64)
        bad = np.abs(values) > MOST
        if bad.any():
            row = int(bad.argmax())
            what = "infinite" if np.isinf(values[bad]).all() else "so large"
            more = f" ({int(bad.sum()):,} rows are {what})" if bad.sum() > 1 else ""
            raise DataError(
                f"{frame.who}: {frame.place(row)} of `{name}` is {values[row]}{more}.",
                expected=f"numbers of at most {MOST:g}, or missing values",
                fixes=[
                    frame.code(
                        name,
                        "leave such values out, so that they are missing",
                        pandas=f"df[{name!r}] = df[{name!r}].where(df[{name!r}].abs() <= {MOST:g})",
                        polars=f"df = df.with_columns(pl.when(pl.col({name!r}).abs() <= {MOST:g})"
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
                    f"{self.frame.who}: `{name}` is static and changes{within(self.ids, k)}: "
                    f"{self.frame.place(a)} is {_plain(values[a])} and {self.frame.place(b)} is "
                    f"{_plain(values[b])}.",
                    fixes=[f"known=[{name!r}]  # or past=, if it is not known ahead"],
                )
        return found


def read(frame: Frame, roles: Roles, grid: Grid, ids: list[Any], clock: Clock) -> Values:
    """The columns of a table in the order of a grid's rows."""
    return Reader(frame, roles, grid, ids, clock).read()


def _refuse_empty(frame: Frame, name: str, role: str) -> None:
    if frame.column(name).missing.all():
        is_target = role == "target"
        raise DataError(
            f"{frame.who}: `{name}` has no value in any row.",
            expected="a number in one row at least" if is_target else None,
            fixes=() if is_target else [f"leave {name!r} out of `{role}`"],
        )


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
