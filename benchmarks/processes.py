"""Measurements in fresh processes that take turns, and the check that all compute the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from systems import NAMES

#: A system's name and its figures.
Figures = dict[str, dict[str, Any]]
#: The largest difference of losses and outputs that is rounding.
TOLERANCE = 2e-5
WORKER = str(Path(__file__).with_name("worker.py"))
#: Quiet, and on the CPU even where there is an accelerator.
SETTINGS = {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Options:
    """What the command was asked for.

    Attributes:
        systems: recurra and the peers that are measured.
        rounds: processes of each system for each figure.
        only: part of the names of the programs that are measured.
        tensorflow: the interpreter of an environment with Keras and TensorFlow.
    """

    systems: tuple[str, ...]
    rounds: int
    only: str
    tensorflow: str | None


def start(
    task: str, system: str, options: Options, cores: int = 0, **asked: Any
) -> subprocess.Popen[str]:
    """A process that measures, on so many cores; 0: all."""
    python = options.tensorflow if system == "keras-tensorflow" else None
    spec = json.dumps({"task": task, "system": system, **asked})
    allowed = sorted(os.sched_getaffinity(0))[: cores or None]
    return subprocess.Popen(
        [python or sys.executable, WORKER, spec],
        env={**os.environ, **SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
    )


def run(task: str, system: str, options: Options, cores: int = 0, **asked: Any) -> dict[str, Any]:
    """The figures of one process."""
    process = start(task, system, options, cores, **asked)
    out, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"{NAMES.get(system, system)} failed at {task} {asked}:\n{errors[-3000:]}")
    return json.loads(out.strip().splitlines()[-1])


def in_turns(task: str, systems: list[str], options: Options, **asked: Any) -> Figures:
    """The medians of each system's figures, checked to agree, and the machine's best speeds.

    Each round runs every system once, and before them what the machine can do ("machine").
    """
    found: dict[str, list[dict[str, Any]]] = {system: [] for system in ("machine", *systems)}
    for _ in range(options.rounds):
        product = run("product", "machine", options)
        found["machine"].append(product | run("reading", "machine", options, cores=1))
        for system in systems:
            late = {"started": time.time()} if task == "training" else {}
            found[system].append(run(task, system, options, **asked, **late))
    expected = found["recurra"][0]["checked"]
    for system in systems:
        for figures in found[system]:
            figures["difference"] = difference(task, system, figures["checked"], expected, asked)
    return {
        system: combined(rounds, max if system == "machine" else median)
        for system, rounds in found.items()
    }


def combined(rounds: list[dict[str, Any]], how: Callable[[list[float]], float]) -> dict[str, float]:
    """Each figure of all rounds in one."""
    return {
        name: how([figures[name] for figures in rounds])
        for name, value in rounds[0].items()
        if isinstance(value, float)
    }


def difference(
    task: str, system: str, found: list[float], expected: list[float], asked: dict[str, Any]
) -> float:
    """How far a system is from recurra; stops where it computes something else altogether.

    Losses after up to 1180 steps of Adam, and outputs of untrained models, are of the order of 1
    and differ by rounding alone.
    """
    differences = [abs(a - b) for a, b in zip(found, expected, strict=False)]
    if not all(d <= TOLERANCE for d in differences):
        raise SystemExit(
            f"{NAMES[system]} does not compute what recurra computes: {task} {asked}\n"
            f"  {NAMES[system]}: {found[:4]}\n  recurra: {expected[:4]}\n"
            f"  differences: {differences[:4]}, allowed: {TOLERANCE:.0e}"
        )
    return max(differences)
