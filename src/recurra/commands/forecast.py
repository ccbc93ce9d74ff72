"""`recurra forecast`: from a table to a forecast, tried out on the past."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recurra.commands import told
from recurra.commands.options import (
    add_columns,
    add_learning,
    as_options,
    columns,
    needed,
    saved_model,
)
from recurra.commands.outputs import check_outputs, together
from recurra.commands.running import run
from recurra.commands.stages import Stages


def add(commands: Any) -> None:
    """The words of the command."""
    parser = commands.add_parser(
        "forecast",
        help="forecast the next values of the series in a table",
        description="Forecast the next values of one or many series in a CSV or Parquet file, "
        "beside what simple rules forecast. Rows at its end without a target are the future.",
    )
    add_columns(parser)
    add_learning(parser)
    group = parser.add_argument_group("files")
    group.add_argument(
        "--future", metavar="FILE", help="the known columns of the rows to be forecast"
    )
    group.add_argument("--out", type=Path, metavar="FILE", help="the forecast, .csv or .parquet")
    group.add_argument("--report", type=Path, metavar="FILE", help="a page of HTML about it")
    group.add_argument("--save", type=Path, metavar="FILE", help="what was learnt, for --model")
    parser.set_defaults(run=lambda given: run("forecast", _forecast, given))


def _forecast(given: argparse.Namespace) -> str:
    from recurra.forecasting.report import Subject

    files = _outputs(given)
    with Stages() as stages:
        stages.begin(f"Reading {given.table}")
        task = read(given)
        forecaster = task.forecaster
        if not task.saved:
            stages.begin("Learning")
            forecaster._callbacks = (stages.callback(),)
            forecaster.fit(task.frame)
        stages.begin("Forecasting")
        table = task.whole()
        made = forecaster.learned_.behind(table, task.horizon)
        frame = made.as_table(table)
        stages.begin("Trying it out on the past")
        tried, why = try_out(task)
        notes = [as_options(sentence) for sentence in task.notes]
        subject = Subject(forecaster.learned_, table, made, tried, why, notes)
        if files:
            stages.begin("Writing")
            _write(files, forecaster, frame, subject)
    parts = [subject.verdict, told.notes(subject.notes)]
    parts += [told.scores(tried.scores)] if tried else []
    parts += [told.head(frame, "The forecast")]
    parts += ["Written: " + ", ".join(map(str, files.values()))] if files else []
    return "\n\n".join(parts)


# What is to be done ------------------------------------------------------------------------------


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

    test = 0.25
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
    from recurra.forecasting import choices

    forecaster, shares = task.forecaster, []
    table, ends = forecaster.table_, forecaster.learned_.ends
    for k, name in enumerate(table.ids):
        times = table.times[choices.history(table, k)]
        new = int((times > ends[name]).sum()) if name in ends else len(times)
        if new < task.horizon:
            return 0.0
        shares.append(new / len(times))
    return min(0.25, *shares)


# What is written ---------------------------------------------------------------------------------


def _outputs(given: argparse.Namespace) -> dict[str, Path]:
    """The files to write, by option."""
    from recurra.engine.errors import FileError
    from recurra.forecasting.files import output_path

    files = {
        name: Path(path).expanduser()
        for name in ("out", "report", "save")
        if (path := getattr(given, name)) is not None
    }
    if "out" in files:
        output_path(files["out"])
    if "report" in files and files["report"].suffix.lower() not in (".html", ".htm"):
        raise FileError(
            f"{files['report']} does not end in .html.",
            fixes=[f"--report {files['report'].with_suffix('.html')}"],
        )
    check_outputs({f"--{name}": path for name, path in files.items()})
    return files


def _write(files: dict[str, Path], forecaster: Any, frame: Any, subject: Any) -> None:
    from recurra.forecasting.files import write_table
    from recurra.forecasting.report import write_report

    with together(list(files.values())) as paths:
        for name, path in zip(files, paths):
            if name == "out":
                write_table(path, frame)
            elif name == "report":
                write_report(path, subject)
            else:
                forecaster.save(path)
