"""`recurra classify`: the labels of sequences, learnt from those that have one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from recurra.commands import told
from recurra.commands.outputs import check_outputs, together
from recurra.commands.running import run
from recurra.commands.stages import Stages
from recurra.commands.task import read_file


def add(commands: Any) -> None:
    """The words of the command."""
    parser = commands.add_parser(
        "classify",
        help="find the labels of the sequences in a table that have none",
        description="Learn from the sequences of a CSV or Parquet file that have a label, and "
        "find those of the others. A row is one timestep of one sequence.",
    )
    parser.add_argument("table", help="a CSV or Parquet file")
    parser.add_argument(
        "--by", required=True, metavar="COLUMN", help="which sequence a row belongs to"
    )
    parser.add_argument("--target", required=True, metavar="COLUMN", help="the label")
    parser.add_argument("--time", metavar="COLUMN", help="the times of the rows")
    parser.add_argument(
        "--values", metavar="COLUMN", action="append",
        help="what the sequences consist of; by default all numbers; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--group", metavar="COLUMN",
        help="what sequences of one kind belong to: a person, a machine; held out together",
    )  # fmt: skip
    parser.add_argument("--model", default="lstm", help="lstm, gru or tcn")
    parser.add_argument("--seed", type=int, default=0, help="makes results repeat; 0 by default")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the labels, .csv or .parquet")
    parser.set_defaults(run=lambda given: run("classify", _classify, given))


def _classify(given: argparse.Namespace) -> str:
    from recurra.forecasting.sequences.classifying import classify
    from recurra.forecasting.tables.files import output_path, write_table

    if given.out is not None:
        check_outputs({"--out": output_path(given.out)}, {"the table": given.table})
    names = {given.by, given.target, given.time, given.group, *(given.values or ())} - {None}
    with Stages() as stages:
        frame = read_file(given.table, stages, names if given.values else None)
        stages.begin("Checking the sequences and learning")
        found = classify(
            frame,
            by=given.by,
            target=given.target,
            time=given.time,
            values=given.values,
            group=given.group,
            model=given.model,
            random_state=given.seed,
        )
        if given.out is not None:
            stages.begin("Writing")
            with together([given.out]) as (path,):
                write_table(path, found.table)
    *notes, verdict = found.notes
    parts = [verdict, told.notes(notes), told.head(found.table, "The labels")]
    parts += [f"Written: {given.out}"] if given.out is not None else []
    return "\n\n".join(parts)
