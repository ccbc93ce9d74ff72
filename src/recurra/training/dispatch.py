"""How many steps each call of the device takes, and on which samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine import seeds
from recurra.training.batches import Batches, IterableBatches
from recurra.training.runner import STEPS_A_CALL, Runner

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
    if padded:
        order = np.concatenate([order, np.zeros(size - rest, np.int32)])
    stop = min(whole + padded, end)
    data, on_device = batches.on_device(), jnp.asarray(order)
    most = STEPS_A_CALL if runner.tiny and not single else 1
    for k in range(first, stop, most):
        count = min(most, stop - k)
        yield (
            k - first,
            count,
            lambda number, k=k, count=count: runner.on_arrays(
                data, on_device, k, count, number, size, samples if padded else len(order)
            ),
        )
    if end > stop:
        index = order[whole * size :]
        last = jax.tree.map(lambda a: np.asarray(a)[index], batches.data)
        yield whole - first, 1, lambda number: runner.on_batch(last, number)
