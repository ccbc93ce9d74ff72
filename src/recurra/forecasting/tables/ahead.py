"""Which rows are the future, what has to be known of it, and what is told about columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.frames import Frame, listed
from recurra.forecasting.tables.grid import Grid
from recurra.forecasting.tables.lacking import refuse_lacking
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.times import Clock
from recurra.forecasting.tables.values import missing


class Rows:
    """The values of all rows on the grid: where the future begins, and what is told of them.

    Args:
        frame: the user's table.
        roles: which column is what.
        grid: the rows.
        ids: of the series.
        clock: how the user's times are written.
        columns: name -> (rows,), targets and features.
    """

    def __init__(
        self,
        frame: Frame,
        roles: Roles,
        grid: Grid,
        ids: list[Any],
        clock: Clock,
        columns: dict[str, np.ndarray],
    ) -> None:
        self.frame, self.roles, self.grid, self.ids, self.clock = frame, roles, grid, ids, clock
        self.columns = columns
        history = np.zeros(len(grid.rows), bool)
        for name in roles.targets:
            history |= ~np.isnan(columns[name])
        #: Whether a row has a target, (rows,).
        self.history = history
        offsets = grid.offsets
        last = np.where(history, np.arange(len(history)), -1)
        last = np.maximum(np.maximum.reduceat(last, offsets[:-1]), offsets[:-1] - 1)
        #: How many rows at the end of each series have no target, (series,).
        self.future = offsets[1:] - 1 - last
        counts = np.diff(offsets)
        place = np.arange(len(grid.rows)) - np.repeat(offsets[:-1], counts)
        #: Whether a row is in the future, (rows,).
        self.ahead = place >= np.repeat(counts - self.future, counts)

    def check(self) -> None:
        """Refuse series without a target, and a future of which known columns are missing."""
        if self.roles.targets:
            self._check_any()
        self._check_known()

    def _check_any(self) -> None:
        lacking = ~np.logical_or.reduceat(self.history, self.grid.offsets[:-1])
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

    def _check_known(self) -> None:
        lacks = {name: self.ahead & missing(self.columns[name]) for name in self.roles.known}
        refuse_lacking(self.frame, self.grid, self.ids, self.clock, lacks)

    def told(self) -> list[str]:
        """What the user may not know: constant series, missing values, where the future is."""
        found = [self._constant(name) for name in self.roles.targets]
        found += [self._missing(name, values) for name, values in self.columns.items()]
        if self.future.any() and self.roles.targets:
            most, least = int(self.future.max()), int(self.future.min())
            count = f"{most:,}" if most == least else f"{least:,} to {most:,}"
            rows = "row has" if most == 1 else "rows have"
            each = " of each series" if self.ids != [None] else ""
            found.append(f"The last {count} {rows} no target: the future{each}.")
        return [told for told in found if told]

    def _constant(self, name: str) -> str:
        begins = self.grid.offsets[:-1]
        low = np.fmin.reduceat(self.columns[name], begins)
        constant = np.flatnonzero(low == np.fmax.reduceat(self.columns[name], begins))
        if not len(constant):
            return ""
        if self.ids == [None]:
            return f"`{name}` is constant: always {low[0]:g}."
        return f"`{name}` is constant in series {listed([repr(self.ids[k]) for k in constant], 5)}."

    def _missing(self, name: str, values: np.ndarray) -> str:
        bad = missing(values) & (self.grid.rows >= 0) & ~self.ahead
        if not bad.any():
            return ""
        place = self.frame.place(int(self.grid.rows[bad].min()))
        rows = f"{int(bad.sum()):,} rows, the first" if bad.sum() > 1 else "one row,"
        return f"`{name}` is missing in {rows} {place}."


def within(ids: list[Any], k: int) -> str:
    """` within series 'A'`, or nothing where there is one series alone."""
    return "" if ids == [None] else f" within series {ids[k]!r}"


def _has(ids: list[Any]) -> str:
    return "has" if len(ids) == 1 else "have"
