"""The history that a Forecaster goes on from: as it was read, and as the user gave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from recurra.forecasting.tables.continuing import continued, emptied
from recurra.forecasting.tables.frames import as_array_of
from recurra.forecasting.tables.table import Table


@dataclass(frozen=True)
class History:
    """A table of series, to which rows are added as they come.

    Args:
        table: as it was read.
        frame: as the user gave it: new rows are added to that, and it is read anew.
    """

    table: Table
    frame: Any

    def followed_by(self, rows: Any) -> History:
        """The history and rows that have come since.

        Raises:
            DataError: for rows that do not lie behind it, and columns that lack.
        """
        roles = self.table.roles
        return self._followed(rows, [*roles.targets, *roles.known, *roles.past])

    def with_future(self, future: Any) -> Table:
        """The history and what is known of the rows to forecast.

        Whatever stands in its columns of targets and of the past has not come yet, and is not
        looked at.
        """
        roles = self.table.roles
        future = as_array_of(future)
        return self._followed(emptied(future, [*roles.targets, *roles.past]), roles.known).table

    def _followed(self, rows: Any, needed: Sequence[str]) -> History:
        before = self.table
        frame, read = continued(before, as_array_of(self.frame), as_array_of(rows), needed)
        table = Table.read(read, before.roles, step=before.step)
        # an index that was put together of two does not know its frequency any more
        return History(replace(table, kind=replace(table.kind, freq=before.kind.freq)), frame)
