"""What training on windows takes beside the series itself: memory and time.

    python benchmarks/windows.py                  # 10 million rows of 25 columns, a minute
    python benchmarks/windows.py --rows 1e8       # 10 GB

The peak of a process that trains, measures and predicts on windows of 200 rows of a long series,
less the peak of one that does so on a short series, which is the program and the model, as a share
of what the series takes. And a step on windows beside one on the array of all windows, where that
fits into memory. Each figure comes from fresh processes, those of time taking turns. Times are
processor time, of all threads, which stays right on a machine that does other things as well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import machine
import numpy as np
from processes import SETTINGS
from rich.console import Console
from rich.table import Table

COLUMNS, LOOKBACK, BATCH, UNITS = 25, 200, 64, 64
#: Rows of the short series: 100 KB, and of the one whose windows are also an array of 400 MB.
SHORT, COPIED = 1_000, 20_200
#: The share of the series that training may take beside it.
BOUND = 0.08


def series(rows: int) -> np.ndarray:
    """(rows, columns), made part by part so that nothing else is as large."""
    table = np.empty((rows, COLUMNS), np.float32)
    rng = np.random.default_rng(0)
    for first in range(0, rows, 100_000):
        part = table[first : first + 100_000]
        part[...] = rng.standard_normal(part.shape, np.float32)
    return table


def peak() -> int:
    """The most bytes that this process has had in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kilobytes) * 1024


def measure(rows: int, copied: bool) -> dict[str, float]:
    """The peak of memory; seconds before the first step of a fit, and of each step."""
    import recurra as rc

    table = series(rows)
    x, y = rc.data.windows(table, table[:, 0], lookback=LOOKBACK)
    if copied:
        x, y = np.asarray(x), np.asarray(y)
    layers = [rc.Input((LOOKBACK, COLUMNS)), rc.layers.LSTM(UNITS), rc.layers.Dense(1)]
    model = rc.Sequential(layers)
    model.compile("adam", "mse")
    steps = min(100, len(x) // BATCH)
    options: dict[str, Any] = {"batch_size": BATCH, "verbose": 0}
    model.fit(x, y, steps_per_epoch=steps, epochs=2, **options)
    taken = {1: math.inf, 4: math.inf}
    for epochs in 3 * list(taken):
        begin = time.process_time()
        model.fit(x, y, steps_per_epoch=steps, epochs=epochs, **options)
        taken[epochs] = min(taken[epochs], time.process_time() - begin)
    step = (taken[4] - taken[1]) / (3 * steps)
    model.evaluate(x, y, steps=steps, **options)
    model.predict(x, steps=steps, **options)
    before = max(0.0, taken[1] - steps * step)
    return {"series": table.nbytes, "peak": peak(), "step": step, "before": before}


def fresh(rows: int, copied: bool = False) -> dict[str, float]:
    """The figures of a process of its own."""
    command = [sys.executable, __file__, "--measure", json.dumps([rows, copied])]
    process = subprocess.run(
        command, env={**os.environ, **SETTINGS}, capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise SystemExit(process.stderr[-3000:])
    figures: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=float, default=1e7, help="of the long series")
    parser.add_argument("--rounds", type=int, default=3, help="processes of each kind")
    parser.add_argument("--to", type=Path, default=Path("build"), help="folder of results")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(*json.loads(given.measure))))
        return
    rows = int(given.rows)
    long = [fresh(rows) for _ in range(given.rounds)]
    short = [fresh(SHORT) for _ in range(given.rounds)]
    turns = [[fresh(COPIED, copied) for copied in (False, True)] for _ in range(given.rounds)]
    size = long[0]["series"]
    beside = median(f["peak"] for f in long) - median(f["peak"] - f["series"] for f in short) - size
    found = {
        "machine": machine.description(),
        "rows": rows,
        "series": size,
        "beside it": beside,
        "share": beside / size,
        "array of all windows": (rows - LOOKBACK) * LOOKBACK * COLUMNS * 4,
        "step on windows": median(a["step"] for a, _ in turns),
        "step on an array": median(b["step"] for _, b in turns),
        "step on windows of the long series": median(f["step"] for f in long),
        "before the first step": median(f["before"] for f in long),
    }
    table = Table(f"windows of {LOOKBACK} rows, {COLUMNS} columns", "")
    table.add_row(f"the series, {rows:,} rows", f"{size / 1e6:,.0f} MB")
    table.add_row("the array of all its windows", f"{found['array of all windows'] / 1e9:,.0f} GB")
    table.add_row("training takes beside the series", f"{beside / 1e6:,.0f} MB")
    verdict = "yes" if found["share"] < BOUND else "NO"
    table.add_row(f"which is, below {BOUND:.0%}", f"{found['share']:.1%} {verdict}")
    for name in ("on an array", "on windows", "on windows of the long series"):
        label = f"a step {name}, {BATCH} samples"
        table.add_row(label, f"{found[f'step {name}'] * 1e3:.2f} ms")
    table.add_row(
        "checks of the long series, its order, before the first step",
        f"{found['before the first step']:.2f} s",
    )
    Console(width=100).print(table)
    given.to.mkdir(parents=True, exist_ok=True)
    path = given.to / "windows.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"Results: {path}")


if __name__ == "__main__":
    main()
