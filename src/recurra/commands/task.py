"""The task of a command: a table, who forecasts it, and how that is tried out on the past."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recurra.commands.options import columns, needed, saved_model

#: The share of each history that forecasts are tried out on, at most.
TRIED = 0.25


@dataclass
class Task:
    """A table and who forecasts it.

    Args:
        frame: the table as it was read.
        future: the table of the future, or None.
        forecaster: fitted, if it is saved.
        saved: whether it was learnt before, from another table.
        horizon: rows to forecast.
    """

    frame: Any
    future: Any
    forecaster: Any
    saved: bool
    horizon: int

    def whole(self) -> Any:
        """The table that is forecast, with its future."""
        if self.future is None:
            return self.forecaster.table_
        return self.forecaster._read(_joined(self.frame, self.future))

    @property
    def notes(self) -> list[str]:
        """What was found and done."""
        learned, table = self.forecaster.learned_, self.forecaster.table_
        if not self.saved:
            return list(learned.notes)
        return [*table.notes, *learned.preparation.arrays(table)[1]]


def read(given: argparse.Namespace) -> Task:
    """Read the tables, and what was saved."""
    from recurra.engine.errors import ArgumentError
    from recurra.forecasting.files import read_table
    from recurra.forecasting.forecaster import Forecaster
    from recurra.forecasting.keeping import load_forecaster

    roles = columns(given)
    model = saved_model(given.model)
    if model is not None and (roles or given.lookback):
        named = [f"--{name}" for name in [*roles, *(["lookback"] if given.lookback else [])]]
        raise ArgumentError(
            f"{' and '.join(named)} cannot be given with a saved model, which has its columns."
        )
    forecaster = load_forecaster(model) if model is not None else None
    wanted = needed(given) if forecaster is None else list(forecaster.roles_.columns)
    frame = read_table(given.table, wanted)
    future = read_table(given.future) if getattr(given, "future", None) else None
    if forecaster is None:
        horizon = _horizon(given, frame, future, roles)
        forecaster = Forecaster(
            horizon=horizon,
            lookback=given.lookback,
            model=given.model,
            levels=given.levels,
            missing=given.missing,
            random_state=given.seed,
            **roles,
        )
        return Task(frame, future, forecaster, False, horizon)
    _check_columns(given.table, frame, wanted or ())
    forecaster.update(frame)
    task = Task(frame, future, forecaster, True, given.horizon)
    if given.horizon is None:
        task.horizon = int(task.whole().future_rows.max()) or forecaster.horizon
    return task


def _horizon(given: argparse.Namespace, frame: Any, future: Any, roles: dict[str, Any]) -> int:
    """Rows to forecast; what has to be known of them is looked for before anything is learnt."""
    from recurra.engine.errors import ArgumentError
    from recurra.forecasting.future import with_future
    from recurra.forecasting.table import Table

    if given.horizon is not None and (given.horizon < 1 or not given.known):
        return int(given.horizon)
    table = Table.read(frame if future is None else _joined(frame, future), roles)
    horizon = given.horizon or int(table.future_rows.max())
    if not horizon:
        raise ArgumentError(
            "how many rows are to be forecast? The table has no rows without a target at its end.",
            fixes=["--horizon 10"],
        )
    with_future(table, horizon)
    return int(horizon)


def _check_columns(path: str, frame: Any, wanted: Sequence[str]) -> None:
    """Refuse a table without the columns that a saved model takes."""
    from recurra.engine.errors import DataError

    lacking = [name for name in wanted if name not in frame.columns]
    if lacking:
        raise DataError(
            f"{path} has no column {', '.join(map(repr, lacking))}, which the saved model takes.",
            came=f"columns {', '.join(frame.columns)}",
        )


def _joined(frame: Any, future: Any) -> Any:
    from recurra.forecasting.continuing import joined

    return joined(frame, future)


# Trying it out -----------------------------------------------------------------------------------


def try_out(task: Task) -> tuple[Any, str]:
    """Try a forecaster out on the past.

    Returns:
        The backtest, or None where there is too little to try it on, and why.
    """
    from recurra.engine.errors import DataError

    test = TRIED
    if task.saved:
        test = _new_share(task)
        if not test:
            return None, "the table has too few rows that the saved model did not learn from."
    try:
        tried = task.forecaster.backtest(
            None if hasattr(task.forecaster, "table_") else task.frame,
            horizon=task.horizon,
            test=test,
            refit=not task.saved,
        )
    except DataError as error:
        return None, error.problem.removeprefix("backtest: ").removeprefix("Forecaster: ")
    return tried, ""


def _new_share(task: Task) -> float:
    """The share of each history which came after what a saved model learnt from; 0 if too small."""

    forecaster, shares = task.forecaster, []
    table, ends = forecaster.table_, forecaster.learned_.ends
    for k, name in enumerate(table.ids):
        times = table.times[table.history(k)]
        new = int((times > ends[name]).sum()) if name in ends else len(times)
        if new < task.horizon:
            return 0.0
        shares.append(new / len(times))
    return min(TRIED, *shares)
