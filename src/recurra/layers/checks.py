"""Checks of shapes that several layers share, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax.numpy as jnp

from recurra.engine.errors import ShapeError
from recurra.engine.layer import Layer
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape, usual_names


def sizes_of(x: Any) -> tuple[int | None, ...]:
    """The sizes of an array, None where they are not known."""
    return tuple(s if isinstance(s, int) else None for s in x.shape)


def known_size(layer: Layer, shape: Sequence[int | None], axis: int, weight: str) -> int:
    """The size of an axis that a weight is made for, or a `ShapeError` if it is not known."""
    size = shape[axis]
    if size is not None:
        return size
    came = Shape(shape)
    name = came[axis].name
    fixes = ["Input((20, 1)): state the sizes, here 20 timesteps of 1 feature"]
    if len(shape) == 2:  # as Flatten gives it for an unknown number of timesteps
        fixes = [
            "GlobalAveragePooling1D() in place of Flatten(): for any number of timesteps",
            "return_sequences=False in the recurrent layer before, which gives its last state",
            "Input((20, 1)): a fixed number of timesteps, which Flatten can multiply",
        ]
    raise ShapeError(
        layer.label,
        "inputs",
        came,
        f"a known number of {name}",
        origin=layer.origin,
        problem=f"{layer.label} makes its {weight} for a fixed number of {name}, "
        f"and that of its input {came} is not known.",
        fixes=fixes,
    )


def check_sizes(layer: Layer, x: Any, argument: str, rank: int, sizes: Mapping[int, int]) -> None:
    """Refuse an array that has not the rank, or not the given sizes at the given axes."""
    came = Shape(sizes_of(x))
    expected = Expected(
        Axis(name, sizes.get(k, sizes.get(k - rank))) for k, name in enumerate(usual_names(rank))
    )
    if not expected.fit(came):
        raise ShapeError(layer.label, argument, came, expected, origin=layer.origin)


def check_mask(layer: Layer, mask: Any, inputs: Any, rank: int = 2) -> Any:
    """A mask as booleans, refused unless its axes are the first ones of the inputs."""
    mask = jnp.asarray(mask)
    if mask.ndim != rank or mask.shape != inputs.shape[:rank]:
        names = usual_names(inputs.ndim)
        raise ShapeError(
            layer.label,
            "mask",
            Shape(sizes_of(mask), names[:rank] if mask.ndim == rank else None),
            Shape(sizes_of(inputs)[:rank], names[:rank]),
            origin=layer.origin,
        )
    return mask.astype(bool)


def check_length(layer: Layer, inputs: Any, axis: int, needed: int, fixes: Sequence[str]) -> None:
    """Refuse sequences shorter than the window that a layer moves along them."""
    steps = inputs.shape[axis]
    if not isinstance(steps, int) or steps >= needed:
        return
    came = Shape(sizes_of(inputs), ("batch", *("timesteps", "features")[:: 1 if axis == 1 else -1]))
    raise ShapeError(
        layer.label,
        "inputs",
        came,
        f"at least {needed} timesteps",
        origin=layer.origin,
        problem=f"{layer.label} covers {needed} timesteps at once, and its input {came} has "
        f"{steps}: at least {needed} timesteps are needed.",
        fixes=fixes,
    )
