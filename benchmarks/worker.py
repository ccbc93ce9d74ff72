"""One measurement of one system in a fresh process.

    python benchmarks/worker.py '{"task": "latency", "system": "pytorch"}'

Prints the figures as JSON on the last line. `processes.py` starts it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import machine
import programs
from systems import opened


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def with_best_threads(model: Any, call: Callable[[], Any]) -> None:
    """Give a system whose threads can be set the faster of one and one a core."""
    if not hasattr(model, "set_threads"):
        return
    seconds = {}
    for threads in sorted({1, len(os.sched_getaffinity(0))}):
        model.set_threads(threads)
        seconds[threads] = machine.best(call, 0.2)
    model.set_threads(min(seconds, key=seconds.__getitem__))


def training(system: str, program: str, started: float) -> dict[str, Any]:
    """Train: losses of two epochs without shuffling, then the best of several timed fits."""
    chosen = programs.PROGRAMS[program]
    (x, y), batch = chosen.data(), chosen.batch
    model = opened(system, chosen)
    losses = model.fit(x, y, batch, 1, False)
    first = time.time() - started
    losses += model.fit(x, y, batch, 1, False)
    with_best_threads(model, lambda: model.fit(x, y, batch, 1, True))
    seconds = machine.best(lambda: model.fit(x, y, batch, chosen.epochs, True), 2.0)
    ms = seconds * 1e3 / chosen.batches / chosen.epochs
    return {"ms": ms, "first": first, "peak": peak(), "checked": losses}


def inference(system: str, program: str) -> dict[str, Any]:
    """Predict all batches: the best time a batch, and 100 outputs to compare."""
    chosen = programs.PROGRAMS[program]
    x, _ = chosen.data()
    model = opened(system, chosen)
    outputs = model.predict(x, chosen.batch).ravel()
    with_best_threads(model, lambda: model.predict(x, chosen.batch))
    ms = machine.best(lambda: model.predict(x, chosen.batch), 1.0) * 1e3 / chosen.batches
    return {"ms": ms, "checked": outputs[:: -(-len(outputs) // 100)].tolist()}


def latency(system: str) -> dict[str, Any]:
    """One `predict` of one sample, and one timestep of a stepper, in microseconds."""
    chosen = programs.ONE_SAMPLE
    x = chosen.data()[0][:1]
    model = opened(system, chosen)
    call = lambda: model.predict(x, 1)  # noqa: E731
    outputs = call().ravel().tolist()
    with_best_threads(model, call)
    found = {"predict": median_call(call), "checked": outputs}
    if hasattr(model, "stepper"):
        stepper = model.stepper()
        for timestep in x[0]:
            last = stepper(timestep)
        found["checked"] = outputs + last.ravel().tolist()
        found["step"] = median_call(lambda: stepper(x[0, 0]))
    return found


def median_call(call: Callable[[], Any], calls: int = 1000) -> float:
    """The median time of so many calls, in microseconds; at most five seconds in all."""
    times, end = [], time.perf_counter() + 5
    while len(times) < calls and (begin := time.perf_counter()) < end:
        call()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2] * 1e6


def growth(system: str, sizes: list[list[int]]) -> dict[str, Any]:
    """Milliseconds a step of training of one LSTM for each (units, steps, batch)."""
    found = []
    for size in sizes:
        program = programs.grown(*size)
        x, y = program.data()
        model = opened(system, program)
        call = lambda m=model, x=x, y=y, p=program: m.fit(x, y, p.batch, 1, True)  # noqa: E731
        found.append(machine.best(call, 0.3) * 1e3 / program.batches)
    return {"ms": found}


def longest(system: str, steps: int) -> dict[str, Any]:
    """One step of training on one series of so many steps."""
    program = programs.series(steps)
    opened(system, program).fit(*program.data(), 1, 1, False)
    return {"peak": peak()}


def product(system: str) -> dict[str, Any]:
    """The speed of a large matrix product."""
    return {"gflops": machine.gflops()}


def reading(system: str) -> dict[str, Any]:
    """The speed of reading from L2."""
    return {"stream": machine.stream()}


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    task = globals()[asked.pop("task")]
    print(json.dumps(task(**asked)))
