"""What to change where two inputs cannot be combined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.engine import sources
from recurra.engine.origin import at
from recurra.layers.checks import shape_of, sizes_of


def merging_fixes(kind: str, first: Any, other: Any, argument: str) -> Iterator[str]:
    """For two arrays whose shapes differ, most likely first.

    Args:
        kind: the class of the layer, such as "Add".
        first: the first input.
        other: the one that does not go with it.
        argument: what messages call it: "inputs[1]".
    """
    a, b = sizes_of(first), sizes_of(other)
    names = {len(a): argument.split("[")[0] + "[0]", len(b): argument}
    if {len(a), len(b)} == {2, 3}:
        yield from _sequence_and_vector(*((first, b) if len(a) == 3 else (other, a)), names)
        return
    differing = [k for k, (m, n) in enumerate(zip(a, b)) if k and m != n]
    if len(a) != len(b) or len(differing) != 1:
        return
    axis = differing[0]
    name = shape_of(first)[axis].name
    if None in (a[axis], b[axis]):
        yield "Input((20, 1))  # states all sizes, if they are the same"
    elif axis == len(a) - 1 and kind != "Concatenate":
        yield f"Dense({a[axis]})({argument})  # makes {a[axis]} {name} of {b[axis]}"
        yield f"Concatenate()([...])  # side by side: {a[axis]} + {b[axis]} {name}"
    elif len(a) == 3 and axis == 1:
        yield from map(_keeps_length, [*_shortening(first), *_shortening(other)])
        if kind == "Concatenate":
            yield f"Concatenate(axis=1)  # in time: {a[1]} timesteps and then {b[1]}"


def _sequence_and_vector(sequence: Any, vector: Any, names: dict[int, str]) -> Iterator[str]:
    """A sequence is made one vector, or the vector one for each timestep."""
    layer = _recurrent_before(sequence)
    if layer is not None:
        yield f"return_sequences=False in {at(layer)}  # gives its last output alone"
    steps = sizes_of(sequence)[1]
    if steps is not None:
        yield f"RepeatVector({steps})({names[2]})  # the vector once for each timestep"
    if layer is None:
        yield f"GlobalAveragePooling1D()({names[3]})  # the mean over the timesteps"


def _recurrent_before(x: Any) -> Any:
    """The recurrent layer behind which no layer needs timesteps, or None."""
    for layer in _before(x):
        if hasattr(layer, "return_sequences"):
            return layer
        if "timesteps" in (layer.shape_rule or "timesteps"):
            return None
    return None


def _before(x: Any) -> list[Any]:
    """The layers that an array with timesteps has come through with them, the last one first."""
    return [s.layer for s in reversed(sources.path_of(x)) if s.layer and len(s.shape) == 3]


def _shortening(x: Any) -> list[Any]:
    return [y for y in _before(x) if hasattr(y, "span") and y.padding == "valid"]


def _keeps_length(layer: Any) -> str:
    return f"padding='same' in {at(layer)}  # keeps all timesteps"
