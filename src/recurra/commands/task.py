"""The task of a command: a table, who forecasts it, and how that is tried out on the past."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from recurra.commands.options import LEARNT, columns, needed, saved_model
from recurra.commands.stages import Stages
from recurra.commands.suggested import suggesting

#: The share of each history that forecasts are tried out on, at most.
TRIED = 0.25
#: What is going on then.
TRYING = "Trying it out: learning again, from the first part alone"


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
        return self.forecaster._with_future(self.future)

    @property
    def notes(self) -> list[str]:
        """What was found and done."""
        from recurra.forecasting.tables.frames import listed

        learned, table = self.forecaster.learned_, self.forecaster.table_
        if not self.saved:
            return list(learned.notes)
        preparation = learned.preparation
        new = [name for name in table.ids if table.roles.by and name not in learned.ends]
        told = [f"Not learnt from, and scaled by their own history: {listed(new)}."] if new else []
        filled = preparation.arrays(table)[1]
        return [*table.notes, *told, *preparation.new_categories(table), *filled]


def read(given: argparse.Namespace, stages: Stages) -> Task:
    """Read the tables, and what was saved. What can be checked without the tables is checked first.

    Raises:
        RecurraError: for arguments that mean nothing, and tables that cannot be read.
    """
    from recurra.engine.errors import ArgumentError
    from recurra.forecasting.forecaster import Forecaster
    from recurra.forecasting.keeping import load_forecaster
    from recurra.forecasting.options import options_of
    from recurra.forecasting.tables.every import step_of

    roles = columns(given)
    model = saved_model(given.model)
    every = step_of(given.every) if given.every is not None else None
    learnt = [name for name in LEARNT if getattr(given, name) is not None]
    if model is not None and (roles or learnt):
        named = [f"--{name}" for name in [*roles, *learnt]]
        raise ArgumentError(
            f"{' and '.join(named)} cannot be given with a saved model, which has its own."
        )
    if model is not None:
        forecaster = load_forecaster(model)
    else:
        forecaster = Forecaster(
            horizon=1 if given.horizon is None else given.horizon,
            lookback=given.lookback,
            model=given.model,
            levels=(0.9,) if given.levels is None else given.levels,
            missing="forward" if given.missing is None else given.missing,
            random_state=0 if given.seed is None else given.seed,
            **roles,
        )
        options_of(forecaster)
    wanted = needed(given) if model is None else list(forecaster.roles_.columns)
    frame = read_file(given.table, stages, wanted)
    if model is not None:
        _check_columns(given.table, frame, wanted or (), "the saved model takes")
        roles = _of(forecaster.roles_)
    future = None
    if getattr(given, "future", None):
        future = _future(given.future, stages, frame, roles)
    if every is not None:
        frame, future, roles = _stepped(frame, future, every, roles)
        if model is None:
            forecaster.set_params(**roles)
    if model is not None:
        task = Task(frame, future, forecaster, True, given.horizon)
        with suggesting(given, task):
            forecaster.update(frame)
        if given.horizon is None:
            task.horizon = int(task.whole().future_rows.max()) or forecaster.horizon
        return task
    forecaster.horizon = _horizon(given, frame, future, roles)
    return Task(frame, future, forecaster, False, forecaster.horizon)


def read_file(path: str, stages: Stages, names: Iterable[str] | None = None) -> Any:
    """The table in a file, with a word on how far it is where that takes long."""
    from recurra.forecasting.tables.files import read_table

    return read_table(path, names, stages.reading(f"Reading {path}"))


def _of(roles: Any) -> dict[str, Any]:
    """The roles of columns as they are named to a forecaster."""
    several = ("known", "past", "static", "categorical")
    named = {"time": roles.time, "by": roles.by, "target": roles.targets}
    named |= {name: getattr(roles, name) for name in several}
    return {name: value for name, value in named.items() if value}


def _stepped(frame: Any, future: Any, every: Any, roles: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The tables in equal steps: those of the future come with the history, or are so already."""
    from recurra.forecasting.tables.continuing import joined
    from recurra.forecasting.tables.every import rows_every

    if future is not None:
        frame = joined(frame, future)
    made, found = rows_every(frame, every, roles)
    return made, None, found


def _horizon(given: argparse.Namespace, frame: Any, future: Any, roles: dict[str, Any]) -> int:
    """Rows to forecast; what has to be known of them is looked for before anything is learnt."""
    from recurra.engine.errors import ArgumentError
    from recurra.forecasting.tables.continuing import continued
    from recurra.forecasting.tables.future import with_future
    from recurra.forecasting.tables.table import Table

    if given.horizon is not None and (given.horizon < 1 or not given.known):
        return int(given.horizon)
    table = Table.read(frame, roles)
    if future is not None:
        _, whole = continued(table, frame, future, table.roles.known)
        table = Table.read(whole, table.roles)
    horizon = given.horizon or int(table.future_rows.max())
    if not horizon:
        raise ArgumentError(
            "how many rows are to be forecast? The table has no rows without a target at its end.",
            fixes=["--horizon 10"],
        )
    with_future(table, horizon)
    return int(horizon)


def _future(path: str, stages: Stages, frame: Any, roles: dict[str, Any]) -> Any:
    """What is known of the rows to forecast: whatever has not come by then is not looked at."""
    from recurra.forecasting.tables.continuing import emptied
    from recurra.forecasting.tables.roles import guess_roles

    future = read_file(path, stages)
    found, _ = guess_roles(frame, **roles)
    keys = [name for name in (found.time, found.by) if name is not None]
    _check_columns(path, future, [*keys, *found.known], "the rows to forecast need")
    return emptied(future, [*found.targets, *found.past])


def _check_columns(path: str, frame: Any, wanted: Sequence[str], why: str) -> None:
    """Refuse a table without some columns, and say who needs them."""
    from recurra.engine.errors import DataError

    lacking = [name for name in wanted if name not in frame.columns]
    if lacking:
        raise DataError(
            f"{path} has no column {', '.join(map(repr, lacking))}, which {why}.",
            came=f"columns {', '.join(frame.columns)}",
        )


# Trying it out -----------------------------------------------------------------------------------


def try_out(task: Task) -> Any:
    """Try a forecaster out on the past.

    Raises:
        DataError: where there is too little to try it on.
    """
    from recurra.engine.errors import DataError

    test = _new_share(task) if task.saved else TRIED
    if not test:
        raise DataError(
            "the table has too few rows that the saved model did not learn from.",
            fixes=["leave --model out: a new one learns from the first part of the table alone"],
        )
    return task.forecaster.backtest(
        None if hasattr(task.forecaster, "table_") else task.frame,
        horizon=task.horizon,
        test=test,
        refit=not task.saved,
    )


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
