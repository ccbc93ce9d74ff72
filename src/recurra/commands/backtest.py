"""`recurra backtest`: how good forecasts of a table would have been in the past."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recurra.commands import told
from recurra.commands.options import add_columns, add_learning
from recurra.commands.outputs import check_outputs, together
from recurra.commands.running import noted, run
from recurra.commands.stages import Stages
from recurra.commands.suggested import suggesting
from recurra.commands.task import TRYING, read, try_out


def add(commands: Any) -> None:
    """The words of the command."""
    parser = commands.add_parser(
        "backtest",
        help="try out on the past how good forecasts of a table are",
        description="Learn from the first part of each history, forecast the last part from many "
        "points, and compare with what came and with what simple rules forecast.",
    )
    add_columns(parser)
    add_learning(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="every value that was forecast, .csv or .parquet"
    )
    parser.set_defaults(run=lambda given: run("backtest", _backtest, given))


def _backtest(given: argparse.Namespace) -> str:
    from recurra.forecasting import printed
    from recurra.forecasting.tables.files import output_path, write_table

    if given.out is not None:
        check_outputs({"--out": output_path(given.out)}, {"the table": given.table})
    with Stages() as stages, noted() as warned:
        task = read(given, stages)
        task.forecaster._callbacks = (stages.training(TRYING),)
        with suggesting(given, task):
            tried = try_out(task)
        if given.out is not None:
            stages.begin("Writing")
            with together([given.out]) as (path,):
                write_table(path, tried.table.give_back(tried.rows()))
    parts = [
        tried.verdict,
        told.notes([*tried.learned.notes, *warned]),
        printed.scores(tried.scores),
    ]
    parts += [f"Written: {given.out}"] if given.out is not None else []
    return "\n\n".join(parts)
