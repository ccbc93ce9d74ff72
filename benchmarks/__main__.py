"""How fast recurra is, beside its peers and the machine's limits, in one command.

    python benchmarks                                   # everything, an hour
    python benchmarks training --only GRU --rounds 1    # one row, quickly

PyTorch and ONNX Runtime are measured where they are installed (`pip install torch onnx
onnxruntime`). Keras on TensorFlow needs an environment of its own (`pip install keras
tensorflow-cpu`), whose interpreter `--tensorflow-python` or BENCH_TF_PYTHON names.

Each figure comes from fresh processes, the systems taking turns: the best of the repetitions in a
process, and the median over the rounds. All systems start from the same weights and must arrive at
the same losses and outputs, or the command stops.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import charts
import machine
import sections
import tables
from processes import Options
from programs import PROGRAMS
from rich.console import Console
from systems import NAMES

SECTIONS = ("training", "inference", "latency", "growth", "memory")
#: What must be installed for a system.
MODULES = {
    "keras-jax": ["keras"],
    "pytorch": ["torch"],
    "onnxruntime": ["onnx", "onnxruntime"],
}


def asked() -> tuple[list[str], Options, Path]:
    """The sections, the options and the folder for results, from the command line."""
    parser = argparse.ArgumentParser(
        "benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=3, help="processes of each system")
    parser.add_argument("--only", default="", help="part of a program's name")
    parser.add_argument("--systems", default=",".join(NAMES), help=", ".join(NAMES))
    parser.add_argument("--skip-tensorflow", action="store_true")
    parser.add_argument("--tensorflow-python", default=os.environ.get("BENCH_TF_PYTHON"))
    parser.add_argument("--to", type=Path, default=Path("build"), help="folder of results")
    given = parser.parse_args()
    chosen = given.sections or list(SECTIONS)
    systems = ["recurra", *(s for s in given.systems.split(",") if s != "recurra")]
    for name, known in ((s, SECTIONS) for s in chosen):
        if name not in known:
            parser.error(f"unknown section {name!r}: take {', '.join(known)}")
    for name in systems:
        if name not in NAMES:
            parser.error(f"unknown system {name!r}: take {', '.join(NAMES)}")
    if given.skip_tensorflow:
        given.tensorflow_python = None
    there = [s for s in systems if installed(s, given.tensorflow_python)]
    options = Options(tuple(there), given.rounds, given.only, given.tensorflow_python)
    return chosen, options, given.to


def installed(system: str, tensorflow: str | None) -> bool:
    """Whether a system can be measured here."""
    if system == "keras-tensorflow":
        return tensorflow is not None
    return system == "recurra" or all(importlib.util.find_spec(name) for name in MODULES[system])


def earlier(path: Path) -> dict[str, Any]:
    """Results of this machine that are there already; new ones are put in their place."""
    found = json.loads(path.read_text()) if path.exists() else {}
    return found if found.get("machine") == machine.description() else {}


def main() -> None:
    """Measure, print, keep and draw."""
    chosen, options, folder = asked()
    console = Console(width=150)
    missing = [NAMES[s] for s in NAMES if s not in options.systems]
    if missing:
        console.print(f"Not measured: {', '.join(missing)}")
    if (load := os.getloadavg()[0]) > 0.5:
        console.print(f"The machine is busy (load {load:.1f}): no figure will be right, and worst")
        console.print("those of PyTorch on several threads. Measure again when it is idle.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "benchmark.json"
    results = earlier(path) | {"machine": machine.description(), "versions": machine.versions()}
    for name in chosen:
        with console.status(name) as status:
            found = getattr(sections, name)(options, status)
        if name in ("training", "inference"):
            both = results.get(name, {}) | found
            found = {label: both[label] for label in PROGRAMS if label in both}
        results[name] = found
        path.write_text(json.dumps(results, indent=1) + "\n")
        getattr(tables, name)(console, found)
    charts.comparison(results, folder / "benchmark.png")
    if "growth" in results:
        charts.growth(results["growth"], folder / "growth.png")
    console.print(f"Results: {path}, charts beside it")


if __name__ == "__main__":
    main()
