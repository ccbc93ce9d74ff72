"""Results as tables in the terminal."""

from __future__ import annotations

from typing import Any

from arithmetic import Limit, limit
from programs import PROGRAMS
from rich.console import Console
from rich.table import Table
from systems import NAMES


def agreement(console: Console, rows: dict[str, Any]) -> None:
    """How far the systems' losses or outputs are apart."""
    worst = max(r["difference"] for row in rows.values() for s, r in row.items() if s in NAMES)
    console.print(f"All compute the same: largest difference {worst:.1e}\n")


def figure(value: float) -> str:
    """Three digits that matter."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def peers(rows: dict[str, Any]) -> list[str]:
    """The systems but recurra that have results, in the order of `NAMES`."""
    found = {system for row in rows.values() for system in row}
    return [system for system in NAMES if system in found and system != "recurra"]


def ratios(console: Console, title: str, rows: dict[str, Any], name: str) -> None:
    """Recurra's figure, and the peers' as multiples of it: above 1 recurra is better."""
    table = Table(title=f"{title}; peers as multiples of recurra's")
    table.add_column("")
    for system in ("recurra", *peers(rows)):
        table.add_column(NAMES[system], justify="right")
    for label, row in rows.items():
        own = row["recurra"][name]
        others = (f"x {figure(row[s][name] / own)}" if s in row else "" for s in peers(rows))
        table.add_row(label, figure(own), *others)
    console.print(table)


def limits_of(rows: dict[str, Any], training: bool) -> dict[str, Limit]:
    """Each row's limit, at the best speeds that the machine has shown beside any row."""
    gflops, stream = (max(r["machine"][s] for r in rows.values()) for s in ("gflops", "stream"))
    return {label: limit(PROGRAMS[label], gflops, stream, training) for label in rows}


def verdict(factor: float, goal: float, distance: float) -> str:
    """Whether recurra is ahead of every peer and, where that is asked, by enough.

    Enough is the goal's factor, or a step within 1.6 times the limit.
    """
    if not goal:
        return "ahead" if factor > 1 else "behind"
    met = factor > 1 and (factor >= goal or distance <= 1.6)
    return f"x {goal:g}: {'met' if met else 'missed'}"


def limits(console: Console, title: str, rows: dict[str, Any], training: bool) -> None:
    """Each system's distance to the limit, the fastest peer's ratio and what was asked."""
    table = Table(
        title=f"{title}: each system's time as a multiple of the machine's limit; "
        "the fastest peer's as a multiple of recurra's"
    )
    for column in ("", "limit, ms", "bound", "recurra", *(NAMES[s] for s in peers(rows))):
        table.add_column(column, justify="right" if column else "left")
    table.add_column("fastest peer", justify="right")
    table.add_column("goal")
    bounds = limits_of(rows, training)
    for label, row in rows.items():
        bound = bounds[label]
        here = [s for s in peers(rows) if s in row]
        factor = min((row[s]["ms"] / row["recurra"]["ms"] for s in here), default=float("nan"))
        distance = row["recurra"]["ms"] / bound.ms
        others = (f"x {figure(row[s]['ms'] / bound.ms)}" if s in row else "" for s in peers(rows))
        goal = PROGRAMS[label].factor if training else 0.0
        cells = (figure(bound.ms), bound.bound, f"x {figure(distance)}", *others)
        table.add_row(label, *cells, f"x {figure(factor)}", verdict(factor, goal, distance))
    console.print(table)


def training(console: Console, rows: dict[str, Any]) -> None:
    """Time, limits, start and memory of training."""
    ratios(console, "Training, ms a step", rows, "ms")
    limits(console, "Training", rows, True)
    ratios(console, "Import, compile and first epoch, s", rows, "first")
    ratios(console, "Peak memory of training, MB", rows, "peak")
    agreement(console, rows)


def inference(console: Console, rows: dict[str, Any]) -> None:
    """Time and limits of prediction."""
    ratios(console, "Inference, ms a batch", rows, "ms")
    limits(console, "Inference", rows, False)
    agreement(console, rows)


def latency(console: Console, row: dict[str, Any]) -> None:
    """One sample."""
    labels = {"predict": "predict, 1 sample of 20 steps", "step": "stepper, 1 step"}
    rows = {
        label: {s: {"us": r[kind]} for s, r in row.items() if kind in r}
        for kind, label in labels.items()
    }
    ratios(console, "LSTM(32), microseconds", rows, "us")
    agreement(console, {"": row})


def growth(console: Console, found: dict[str, Any]) -> None:
    """Cost by size, on one core and on all."""
    table = Table(
        title="One LSTM, ms a step of training, growing from 128 units, 50 steps, batch 32"
    )
    table.add_column("")
    for run in found["runs"]:
        table.add_column(run["label"], justify="right")
    for k, (units, steps, batch) in enumerate(found["sizes"]):
        cells = (figure(run["ms"][k]) for run in found["runs"])
        table.add_row(f"{units}, {steps}, {batch}", *cells)
    console.print(table)


def memory(console: Console, found: dict[str, Any]) -> None:
    """The longest series."""
    table = Table(title="Longest series that trains in 4 GiB: batch 1, LSTM(32), all outputs kept")
    for column in ("", "steps", "next size tried", "why it failed"):
        table.add_column(column, justify="right" if column else "left")
    for system, row in found.items():
        table.add_row(NAMES[system], f"{row['steps']:,}", f"{row['failed']:,}", row["why"])
    console.print(table)
