"""The parts of the benchmark: what is measured for each, as data for tables and charts."""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median
from typing import Any

from processes import Options, in_turns, run, start
from programs import PROGRAMS
from systems import NAMES

#: What `longest_series` allows: memory in MB, and seconds a length.
MEMORY, PATIENCE = 4096, 100
#: One LSTM grows in units, in steps and in batch size, from (128, 50, 32).
SIZES = [
    *((units, 50, 32) for units in (8, 32, 64, 128, 256, 512)),
    *((128, steps, 32) for steps in (10, 100, 200, 400)),
    *((128, 50, batch) for batch in (1, 4, 16, 64, 256)),
]


def rows(task: str, options: Options, left_out: set[str], status: Any) -> dict[str, Any]:
    """All programs: each system's figures, and the machine's in the same minutes."""
    systems = [system for system in options.systems if system not in left_out]
    found = {}
    for name in PROGRAMS:
        if options.only in name:
            status.update(f"{task}: {name}")
            found[name] = in_turns(task, systems, options, program=name)
    return found


def training(options: Options, status: Any) -> dict[str, Any]:
    """Steps of training."""
    return rows("training", options, {"onnxruntime"}, status)


def inference(options: Options, status: Any) -> dict[str, Any]:
    """Prediction batch by batch."""
    return rows("inference", options, set(), status)


def latency(options: Options, status: Any) -> dict[str, Any]:
    """Prediction of one sample."""
    status.update("latency of one sample")
    return in_turns("latency", list(options.systems), options)


def growth(options: Options, status: Any) -> dict[str, Any]:
    """Cost by size, of recurra and of those that train without TensorFlow, by number of cores."""
    cores, found = len(os.sched_getaffinity(0)), {}
    kinds = [(s, count) for s in trained(options) for count in sorted({1, cores})]
    for turn in range(options.rounds):
        for system, count in kinds:
            label = f"{NAMES[system]}, {count} core{'s' * (count > 1)}"
            status.update(f"growth: {label}, round {turn + 1}")
            ms = run("growth", system, options, cores=count, sizes=SIZES)["ms"]
            entry = {"system": system, "cores": count, "label": label, "rounds": []}
            found.setdefault(label, entry)["rounds"].append(ms)
    for entry in found.values():
        entry["ms"] = [median(values) for values in zip(*entry.pop("rounds"), strict=True)]
    return {"sizes": SIZES, "runs": list(found.values())}


def trained(options: Options) -> list[str]:
    """The systems whose growth and memory are measured."""
    return [s for s in options.systems if s not in ("onnxruntime", "keras-tensorflow")]


def memory(options: Options, status: Any) -> dict[str, Any]:
    """The longest series that each system can train on."""
    return {system: longest_series(system, options, status) for system in trained(options)}


def longest_series(system: str, options: Options, status: Any) -> dict[str, Any]:
    """Double the length until it fails, then halve the gap twice."""
    good, bad = 0, 1 << 15
    while not (why := fails(system, bad, options, status)):
        good, bad = bad, 2 * bad
    for _ in range(2):
        middle = (good + bad) // 2
        if said := fails(system, middle, options, status):
            bad, why = middle, said
        else:
            good = middle
    return {"steps": good, "failed": bad, "why": why}


def fails(system: str, steps: int, options: Options, status: Any) -> str:
    """Why one step of training on so long a series fails; empty if it does not.

    The memory is watched, not limited: address space that is reserved but never used is free.
    """
    status.update(f"memory: {NAMES[system]}, {steps:,} steps")
    process = start("longest", system, options, steps=steps)
    end = time.monotonic() + PATIENCE
    try:
        while process.poll() is None:
            if resident(process.pid) > MEMORY:
                return f"over {MEMORY} MB"
            if time.monotonic() > end:
                return f"over {PATIENCE} s"
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate()
    return "" if process.returncode == 0 else "an error"


def resident(pid: int) -> float:
    """The most memory that a process has held so far, in MB; 0 once it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = [line for line in text.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
