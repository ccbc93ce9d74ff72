"""`recurra forecast`: from a table to a forecast, tried out on the past."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recurra.commands import told
from recurra.commands.options import add_columns, add_learning, as_options, saved_model
from recurra.commands.outputs import check_outputs, together
from recurra.commands.running import noted, run
from recurra.commands.stages import Stages
from recurra.commands.suggested import suggesting
from recurra.commands.task import TRYING, read, try_out


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
    from recurra.engine.errors import DataError
    from recurra.forecasting import printed
    from recurra.forecasting.report import Subject

    files = _outputs(given)
    with Stages() as stages, noted() as warned:
        task = read(given, stages)
        forecaster = task.forecaster
        with suggesting(given, task):
            if not task.saved:
                forecaster._callbacks = (stages.training("Learning from the whole history"),)
                forecaster.fit(task.frame)
            table = task.whole()
        stages.begin("Forecasting")
        made = forecaster.learned_.behind(table, task.horizon)
        frame = made.as_table(table)
        forecaster._callbacks = (stages.training(TRYING),)
        if task.saved:
            stages.begin("Trying it out on what came since")
        tried, why = None, ""
        try:
            tried = try_out(task)
        except DataError as error:  # the forecast is there all the same
            why = error.problem.removeprefix("backtest: ").removeprefix("Forecaster: ")
        notes = [as_options(sentence) for sentence in [*task.notes, *warned]]
        subject = Subject(forecaster.learned_, table, made, tried, why, list(dict.fromkeys(notes)))
        if files:
            stages.begin("Writing")
            _write(files, forecaster, frame, subject)
    parts = [subject.verdict, told.notes(subject.notes)]
    parts += [printed.scores(tried.scores)] if tried else []
    parts += [told.head(frame, "The forecast")]
    parts += ["Written: " + ", ".join(map(str, files.values()))] if files else []
    return "\n\n".join(parts)


# What is written ---------------------------------------------------------------------------------


def _outputs(given: argparse.Namespace) -> dict[str, Path]:
    """The files to write, by option."""
    from recurra.engine.errors import FileError
    from recurra.forecasting.tables.files import output_path

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
    check_outputs(
        {f"--{name}": path for name, path in files.items()},
        {"the table": given.table, "--future": given.future, "--model": saved_model(given.model)},
    )
    return files


def _write(files: dict[str, Path], forecaster: Any, frame: Any, subject: Any) -> None:
    from recurra.forecasting.report import write_report
    from recurra.forecasting.tables.files import write_table

    with together(list(files.values())) as paths:
        for name, path in zip(files, paths):
            if name == "out":
                write_table(path, frame)
            elif name == "report":
                write_report(path, subject)
            else:
                forecaster.save(path)
