"""Forecasts of several series, and the table that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.forecasting.tables.roles import Roles
from recurra.forecasting.tables.table import Table


@dataclass
class Forecasts:
    """Forecasts behind some origins.

    Args:
        series: (n,), the number of the series of each.
        times: (n, steps), that are forecast.
        point: (n, steps, targets).
        lower: of each level, (n, steps, targets).
        upper: of each level.
    """

    series: np.ndarray
    times: np.ndarray
    point: np.ndarray
    lower: dict[float, np.ndarray] = field(default_factory=dict)
    upper: dict[float, np.ndarray] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: list[Forecasts]) -> Forecasts:
        """Several, one behind the other."""
        first = parts[0]
        return cls(
            np.concatenate([p.series for p in parts]),
            np.concatenate([p.times for p in parts]),
            np.concatenate([p.point for p in parts]),
            {level: np.concatenate([p.lower[level] for p in parts]) for level in first.lower},
            {level: np.concatenate([p.upper[level] for p in parts]) for level in first.upper},
        )

    def columns(self, targets: tuple[str, ...]) -> dict[str, np.ndarray]:
        """`forecast`, `lower_90`, `upper_90`, ..., one row below the other."""
        made = {}
        for k, name in enumerate(targets):
            before = f"{name}_" if len(targets) > 1 else ""
            made[f"{before}forecast"] = self.point[..., k].ravel()
            for level in self.lower:
                percent = f"{100 * level:g}"
                made[f"{before}lower_{percent}"] = self.lower[level][..., k].ravel()
                made[f"{before}upper_{percent}"] = self.upper[level][..., k].ravel()
        return made

    @classmethod
    def check_names(cls, roles: Roles, levels: Sequence[float]) -> None:
        """Refuse a time or series whose column could not be told from one of the result.

        Raises:
            ArgumentError: which names it.
        """
        one = np.zeros((1, 1, len(roles.targets)))
        made = cls(one, one, one, dict.fromkeys(levels, one), dict.fromkeys(levels, one))
        columns = made.columns(roles.targets)
        for name in (roles.time, roles.by):
            if name in columns:
                raise ArgumentError(
                    f"Forecaster: the table has a column `{name}`, and so has the forecast: "
                    f"{', '.join(columns)}.",
                    fixes=[f"rename({{{name!r}: ...}})  # another name in the table"],
                )

    def as_table(self, table: Table) -> Any:
        """A table of the user's kind: times, series ids, forecasts and intervals."""
        keys: dict[str, Any] = {table.roles.time or "row": self.times.ravel()}
        if table.roles.by is not None:
            keys[table.roles.by] = np.repeat(table.ids_of(self.series), self.times.shape[1])
        return table.give_back(keys | self.columns(table.roles.targets))
