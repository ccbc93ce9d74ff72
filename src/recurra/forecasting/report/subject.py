"""What a report is about, and what its sections ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from recurra.forecasting.backtest import Backtest
from recurra.forecasting.forecasts import Forecasts
from recurra.forecasting.learned import Learned
from recurra.forecasting.tables.table import Table

#: Series, and targets, that have charts of their own: the first ones.
DRAWN = 3


@dataclass
class Subject:
    """What a report is about.

    Args:
        learned: what was learnt.
        table: the series, their history and their future.
        made: the forecasts behind each series.
        tried: the backtest; None where there was none.
        why: there was none, a sentence.
        notes: what was found and done, in sentences.
    """

    learned: Learned
    table: Table
    made: Forecasts
    tried: Backtest | None
    why: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """The first line."""
        if self.tried is None:
            return f"The forecast was not tried out on the past: {self.why}"
        return self.tried.verdict

    @property
    def targets(self) -> tuple[str, ...]:
        """What is forecast."""
        return self.table.roles.targets

    @property
    def panels(self) -> list[tuple[int, int, str]]:
        """The series and targets that are drawn, with a heading each ("" for the only one)."""
        several = len(self.table.ids) > 1, len(self.targets) > 1
        found = []
        for k in range(min(DRAWN, len(self.table.ids))):
            for t in range(min(DRAWN, len(self.targets))):
                words = [str(self.table.ids[k])] * several[0] + [self.targets[t]] * several[1]
                found.append((k, t, ", ".join(words)))
        return found

    def left_out(self) -> str:
        """What the charts do not show, a sentence or nothing."""
        parts = []
        for count, what in ((len(self.table.ids), "series"), (len(self.targets), "targets")):
            if count > DRAWN:
                parts.append(f"the first {DRAWN} of {count:,} {what}")
        return f"Drawn are {' and '.join(parts)}." if parts else ""

    def history(self, k: int, t: int) -> tuple[np.ndarray, np.ndarray]:
        """Times and values of a target of a series, up to now."""
        rows = self.table.history(k)
        return self.table.times[rows], self.table.columns[self.targets[t]][rows]

    def numbers(self, times: np.ndarray) -> np.ndarray:
        """Times as the numbers of an axis: nanoseconds as clocks show them, or as they are."""
        if times.dtype.kind == "M":
            shape = times.shape
            return self.table.clock.local(times.ravel()).astype(np.int64).reshape(shape) * 1.0
        return times.astype(np.float64)

    @property
    def dated(self) -> bool:
        """Whether times are dates and not numbers."""
        return self.table.times.dtype.kind == "M"
