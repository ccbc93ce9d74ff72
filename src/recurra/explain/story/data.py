"""The user's own data: what its shape means, how many steps an epoch has, and a way through."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from recurra.engine.known import carried_batch
from recurra.engine.layer import Layer
from recurra.engine.scope import Scope
from recurra.engine.shapes import Shape, of_samples
from recurra.engine.tree import leaves, map_leaves
from recurra.engine.words import amount
from recurra.explain.story.calls import Axes, Call

#: Samples that are computed to see what each layer gives.
MOST_SAMPLES = 32
#: Samples a step, where `fit` is not told another number.
USUAL_BATCH = 32

Line = tuple[str, str]


def data_lines(x: Any, y: Any, inputs: list[Axes], outputs: list[Axes]) -> Iterator[Line]:
    """The shapes of the data in words."""
    for argument, tree, known in (("x", x, inputs), ("y", y, outputs)):
        arrays = list(map(np.asarray, leaves(_as_arrays(tree))))
        for k, array in enumerate(arrays if tree is not None else []):
            shape = Shape(array.shape, _names(known[k] if k < len(known) else (), array.ndim))
            label = argument if len(arrays) == 1 else f"{argument}[{k}]"
            what = _about(array, shape, "sample" if argument == "x" else "target")
            yield label, f"{of_samples(array.shape, shape.names)}: {what}"


def _names(axes: Any, rank: int) -> list[str] | None:
    """The names that the model has for the data's axes; a last axis of size 1 may be missing."""
    names = [a.name for a in axes]
    if len(names) == rank + 1 and axes[-1].size == 1:
        names.pop()
    return names if len(names) == rank else None


def _as_arrays(tree: Any) -> Any:
    """A list of plain numbers is one array."""
    plain = isinstance(tree, list) and tree and np.isscalar(next(leaves(tree)))
    return np.asarray(tree) if plain else tree


def _about(array: Any, shape: Shape, word: str) -> str:
    samples, *inner = shape.sizes
    words = amount(samples, word)
    if inner:
        parts = [_size(a.size, a.name) for a in shape[1:]]
        words += f"{', each' * (samples != 1)} of {' with '.join(parts)}"
    if samples == 1 and len(inner) > 1 and word == "sample":
        words += f" (one sequence, so not {inner[0]} samples)"
    return f"{words}, values {_range(array)}"


def _size(size: Any, name: str) -> str:
    """`20 timesteps`; what layers give are numbers, whatever they are called."""
    if name in ("units", "filters"):
        name = "numbers"
    return amount(size, name[:-1]) if name.endswith("s") else f"{name}={size}"


def epoch_line(samples: int, batch: int, steps: int | None = None) -> str:
    """`100 samples / batch of 32 = 4 steps, the last with 4 samples`."""
    whole = math.ceil(samples / batch)
    rest = samples % batch
    text = f"{amount(samples, 'sample')} / batch of {batch} = {amount(whole, 'step')}"
    last = "the last with" if whole > 1 else "with"
    text += f", {last} {amount(rest, 'sample')}" if rest else ""
    if steps is not None and steps != whole:
        text += f"; fit was told to take {steps} of them an epoch"
    return text


def way_lines(model: Any, x: Any, calls: list[list[Call]]) -> Iterator[Line]:
    """One sample on its way: the sizes behind each layer, and the numbers there."""
    layers = {each[0].layer: each for each in calls}
    heard: list[tuple[Any, Any]] = []
    with Scope(), _listening([x for x in layers if isinstance(x, Layer)], heard):
        model(x, training=False)
    seen: dict[Any, int] = {}
    for layer, outputs in heard:
        told = layers[layer][min(seen.get(layer, 0), len(layers[layer]) - 1)]
        seen[layer] = seen.get(layer, 0) + 1
        arrays = [np.asarray(a) for a in leaves(outputs) if hasattr(a, "shape")]
        for k, array in enumerate(arrays):
            sizes = _sizes(array, told.outputs[k] if k < len(told.outputs) else ())
            zeros = f"{(array == 0).mean():.0%} zeros"
            yield (str(layer.name) if k == 0 else ""), f"-> {sizes}: {_range(array)}, {zeros}"


def _sizes(array: Any, axes: Any) -> str:
    one = Shape(array.shape, _names(axes, array.ndim))[1:]
    return str(Shape([a.size for a in one], [a.name for a in one]))


def _range(values: np.ndarray) -> str:
    least, most = float(values.min()), float(values.max())
    return f"all {least:.3g}" if least == most else f"from {least:.3g} to {most:.3g}"


def number_of(x: Any) -> int:
    """The number of samples in arrays."""
    return len(next(leaves(x)))


def first_samples(model: Any, x: Any) -> Any:
    """As many samples as are looked at, or as a model that carries states computes at once."""
    number = carried_batch(model) or MOST_SAMPLES
    return map_leaves(lambda a: a[:number], x)


@contextmanager
def _listening(layers: list[Any], heard: list[tuple[Any, Any]]) -> Iterator[None]:
    """Within the block, what layers give is written down."""

    def finish(layer: Any, *args: Any) -> Any:
        outputs = type(layer)._finish(layer, *args)
        heard.append((layer, outputs))
        return outputs

    for layer in layers:
        layer._finish = partial(finish, layer)
    try:
        yield
    finally:
        for layer in layers:
            del layer._finish
