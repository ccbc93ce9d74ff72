"""Training steps side by side: recurra, Keras on JAX, and PyTorch where it is installed.

    python benchmarks/steps.py [--rounds 3] [--only LSTM]

Each figure comes from fresh processes, the libraries taking turns, and is the median over the
rounds. Peers stand as ratios to recurra: 2.0 means that the peer needs twice as much.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from programs import SHAPES
from rich.console import Console
from rich.table import Table

PEERS = {"keras": "Keras (JAX)", "torch": "PyTorch"}
FIGURES = {"ms": "ms a step", "first": "s to end of first epoch", "peak": "peak MB"}


def run(system: str, name: str) -> dict[str, float]:
    """One program in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("programs.py")), system, name]
    out = subprocess.run([*command, str(time.time())], capture_output=True, text=True, check=False)
    if out.returncode:
        raise SystemExit(f"{system} failed on {name}:\n{out.stderr[-2000:]}")
    return json.loads(out.stdout.strip().splitlines()[-1])


def measure(name: str, systems: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """The medians of each system, which take turns."""
    results: dict[str, list[dict[str, float]]] = {s: [] for s in systems}
    for _ in range(rounds):
        for system in systems:
            results[system].append(run(system, name))
    return {s: {f: median(r[f] for r in rs) for f in FIGURES} for s, rs in results.items()}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="part of a program's name")
    options = parser.parse_args()
    peers = [p for p in PEERS if importlib.util.find_spec(p)]
    console = Console(width=130)
    table = Table(title="Training, recurra's figure and the peers' as ratios to it")
    table.add_column("program")
    for label in FIGURES.values():
        table.add_column(label, justify="right")
        for peer in peers:
            table.add_column(PEERS[peer], justify="right")
    with console.status("measuring") as status:
        for name in SHAPES:
            if options.only not in name:
                continue
            status.update(f"measuring {name}")
            figures = measure(name, ["recurra", *peers], options.rounds)
            cells: list[str] = []
            for figure in FIGURES:
                own = figures["recurra"][figure]
                cells.append(f"{own:.3g}" if own < 1000 else f"{own:.0f}")
                cells += [f"x {figures[p][figure] / own:.2f}" for p in peers]
            table.add_row(name, *cells)
    console.print(table)


if __name__ == "__main__":
    main()
