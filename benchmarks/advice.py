"""What advice costs, as a share of the time that `fit` takes.

    python benchmarks/advice.py                      # all rows, some minutes
    python benchmarks/advice.py --only GRU --rounds 3

Each figure is the median over fresh processes, those with advice and those without taking turns.
"in it" is what the advisor took within the fits, as a share of them: that stays right on a machine
that does other things as well, where the difference between two fits drowns. All times are
processor time. Python's search for garbage is off: whom it interrupts is chance.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from statistics import median
from typing import Any, NamedTuple

from processes import SETTINGS
from program import Layer, Program
from programs import PROGRAMS
from rich.console import Console
from rich.table import Table
from systems import opened

#: The share that advice may take.
BOUND = 0.01


class Row(NamedTuple):
    """A program and how it is trained: so many fits of so many epochs."""

    program: Program
    epochs: int = 1
    fits: int = 1


SMALL = replace(PROGRAMS["LSTM 5 -> LSTM 4, (10, 20, 1)"], batches=10)
ROWS = {
    "LSTM 5 -> LSTM 4, (100, 20, 1), 2 epochs": Row(SMALL, epochs=2),
    "the same, 1,000 fits of 1 epoch": Row(SMALL, fits=1000),
    "GRU(128), (3200, 50, 32), 1 epoch": Row(
        replace(PROGRAMS["GRU(128), (32, 50, 32)"], batches=100)
    ),
    "LSTM(8), (1000000, 20, 1), 1 epoch": Row(
        Program((Layer("LSTM", 8), Layer("Dense", 1)), 20, 1, 1000, 1000, 1)
    ),
}


def measure(row: Row, advice: bool) -> dict[str, float]:
    """Seconds of a row's fits, and of them those within the advisor."""
    x, y = row.program.data()
    model = opened("recurra", row.program).model
    model.compile("adam", model.loss, advice=advice)
    spent = [0.0]
    for name in ("begin", "epoch", "end") if advice else ():
        setattr(model._advisor, name, timed(getattr(model._advisor, name), spent))
    gc.collect()
    gc.disable()
    begin = time.process_time()
    for _ in range(row.fits):
        model.fit(x, y, batch_size=row.program.batch, epochs=row.epochs, verbose=0)
    return {"fit": time.process_time() - begin, "advice": spent[0]}


def timed(method: Any, spent: list[float]) -> Any:
    """The method, which adds the time that it takes."""

    def call(*args: Any, **keywords: Any) -> None:
        begin = time.thread_time()
        method(*args, **keywords)
        spent[0] += time.thread_time() - begin

    return call


def in_turns(name: str, rounds: int) -> dict[bool, dict[str, list[float]]]:
    """The figures of each process, with advice and without."""
    found: dict[bool, dict[str, list[float]]] = {
        advice: {"fit": [], "advice": []} for advice in (True, False)
    }
    for _ in range(rounds):
        for advice in found:
            command = [sys.executable, __file__, "--measure", json.dumps([name, advice])]
            process = subprocess.run(
                command, env={**os.environ, **SETTINGS}, capture_output=True, text=True, check=True
            )
            for key, value in json.loads(process.stdout.splitlines()[-1]).items():
                found[advice][key].append(value)
    return found


def main() -> None:
    """Measure all rows and print them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="processes of each kind")
    parser.add_argument("--only", default="", help="part of a row's name")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        name, advice = json.loads(given.measure)
        print(json.dumps(measure(ROWS[name], advice)))
        return
    table = Table("training", "without, s", "with, s", "advice, ms", "in it", f"below {BOUND:.0%}")
    for name in (name for name in ROWS if given.only in name):
        found = in_turns(name, given.rounds)
        share = median(a / f for a, f in zip(found[True]["advice"], found[True]["fit"]))
        table.add_row(
            name,
            f"{median(found[False]['fit']):.3f}",
            f"{median(found[True]['fit']):.3f}",
            f"{median(found[True]['advice']) * 1e3:.1f}",
            f"{share:.2%}",
            "yes" if share < BOUND else "NO",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
