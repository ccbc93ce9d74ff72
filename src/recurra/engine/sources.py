"""Where an array comes from: the layers it went through, from the data on.

Symbolic tensors know it from the graph. For arrays and tracers it is kept beside them, as a mask
is, so that an error in a subclassed model names the layer before, too.
"""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import jax

from recurra.engine import symbolic
from recurra.engine.shapes import Shape
from recurra.engine.tree import leaves

#: So many layers are followed back; a loop that calls a layer on its own output has no end.
MOST_STEPS = 64


class Step(NamedTuple):
    """One stop on an array's way: the layer that gave it, None for data, and its shape there."""

    layer: Any
    shape: Shape
    argument: str = ""


class _Made(NamedTuple):
    """What is kept of an array until somebody asks; the axes get their names only then."""

    layer: Any
    argument: str
    sizes: list[tuple[Any, ...]]
    place: int
    before: _Made | None
    length: int


_made: dict[int, tuple[weakref.ref, _Made]] = {}


def _keep(x: Any, made: _Made) -> None:
    key, forget = id(x), _made.pop  # bound here: as Python ends, `_made` may be gone before x
    _made[key] = (weakref.ref(x, lambda _: forget(key, None)), made)


def _kept(x: Any) -> _Made | None:
    entry = _made.get(id(x))
    return entry[1] if entry is not None and entry[0]() is x else None


def given(x: Any, argument: str) -> None:
    """From here on an array counts as data that came under that name."""
    if isinstance(x, jax.Array):
        _keep(x, _Made(None, argument, [x.shape], 0, None, 1))


def made(outputs: Any, layer: Any, inputs: Any) -> None:
    """Remember which layer gave these arrays, and what for."""
    first: Any = next(leaves(inputs), None)
    before = _kept(first)
    if before is None and hasattr(first, "shape"):
        before = _Made(None, "", [first.shape], 0, None, 1)
    if before is not None and before.length >= MOST_STEPS:
        before = None
    arrays = [x for x in leaves(outputs) if isinstance(x, jax.Array)]
    sizes, length = [x.shape for x in arrays], before.length + 1 if before else 1
    for k, x in enumerate(arrays):
        _keep(x, _Made(layer, "", sizes, k, before, length))


def path_of(x: Any) -> tuple[Step, ...]:
    """The way of an array from the data to where it is now; empty where nothing is known."""
    if isinstance(x, symbolic.SymbolicTensor):
        return _path_in_graph(x)
    chain, entry = [], _kept(x)
    while entry is not None:
        chain.append(entry)
        entry = entry.before
    steps: list[Step] = []
    for entry in reversed(chain):
        sizes = [tuple(map(symbolic.known_size, s)) for s in entry.sizes]
        if entry.layer is None or not steps:
            shape = Shape(sizes[entry.place])
        else:
            shape = entry.layer._name_axes([steps[-1].shape], sizes)[entry.place]
        steps.append(Step(entry.layer, shape, entry.argument))
    return tuple(steps)


def _path_in_graph(x: symbolic.SymbolicTensor | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    while x is not None and len(steps) < MOST_STEPS:
        steps.append(Step(x.node.operation if x.node else None, x.axes))
        x = next(iter(x.node.inputs), None) if x.node else None
    return tuple(reversed(steps))
