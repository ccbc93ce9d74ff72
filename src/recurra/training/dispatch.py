"""How many steps each call of the device takes, and on which samples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import Any, TypeAlias

import jax

from recurra.engine import seeds
from recurra.engine.lazy import gathered
from recurra.training.batches import Batches, IterableBatches
from recurra.training.pace import Pace
from recurra.training.runner import Runner

#: The number of the first batch, how many, and what takes the steps: it is called with the number
#: of the first of them and returns the logs.
Call: TypeAlias = tuple[int, int, Any]


def device_calls(runner: Runner, batches: Batches, single: bool, may_pad: bool) -> Iterator[Call]:
    """The calls of one epoch.

    Args:
        runner: takes the steps.
        batches: where the samples come from.
        single: whether somebody looks at every batch, so that each is a call of its own.
        may_pad: whether a short last batch may be filled up to the size that is compiled already.
    """
    if isinstance(batches, IterableBatches):
        for k, batch in enumerate(batches):
            yield k, 1, lambda number, b=batch: runner.on_batch(b, number)
        return
    size, samples = batches.batch_size, batches.samples
    whole, rest = divmod(samples, size)
    padded = bool(rest) and may_pad
    order, first, end = batches.epoch(seeds.generator())
    order = order if padded else order[:samples]
    stop = min(whole + padded, end)
    data, on_device = batches.on_device(), jax.device_put(order)
    pace = Pace() if single else runner.pace(data, size)

    def take(k: int, count: int, number: int) -> Any:
        start = perf_counter()
        logs = runner.on_arrays(data, on_device, k, count, number, size, samples)
        if not single:
            runner.wait()
            pace.took(count, perf_counter() - start)
        return logs

    k = first
    while k < stop:
        count = min(pace.steps, stop - k) if runner.loops else 1
        yield k - first, count, partial(take, k, count)
        k += count
    if end > stop:
        index = order[whole * size :]
        last = gathered(batches.data, index)
        yield whole - first, 1, lambda number: runner.on_batch(last, number)
