"""Checks of shapes that several layers share, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import jax.numpy as jnp

from recurra.engine.errors import ShapeError
from recurra.engine.layer import Layer
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape, usual_names


def sizes_of(x: Any) -> tuple[int | None, ...]:
    """The sizes of an array, None where they are not known."""
    return tuple(s if isinstance(s, int) else None for s in x.shape)


def shape_of(x: Any, names: Sequence[str] | None = None) -> Shape:
    """The shape of an array, or of a symbolic tensor with the names that its axes have."""
    return getattr(x, "axes", None) or Shape(sizes_of(x), names)


def refuse(
    layer: Layer,
    x: Any,
    expected: Any,
    problem: str | None = None,
    fixes: Sequence[str] = (),
    argument: str = "inputs",
) -> NoReturn:
    """Raise the `ShapeError` of an array (or its shape) that a layer cannot take."""
    if not isinstance(x, Shape):
        layer._refuse_shape(x, argument, shape_of(x), expected, problem=problem, fixes=fixes)
    raise ShapeError(
        layer.label, argument, x, expected, origin=layer.origin, problem=problem, fixes=fixes
    )


def known_size(layer: Layer, shape: Sequence[int | None], axis: int, weight: str) -> int:
    """The size of an axis that a weight is made for, or a `ShapeError` if it is not known."""
    size = shape[axis]
    if size is not None:
        return size
    came = Shape(shape)
    name = came[axis].name
    error = ShapeError(
        layer.label,
        "inputs",
        came,
        f"a known number of {name}",
        origin=layer.origin,
        problem=f"{layer.label} makes its {weight} for a fixed number of {name}, "
        f"and that of its input {came} is not known.",
    )
    error.unknown = True
    raise error


def check_sizes(layer: Layer, x: Any, argument: str, rank: int, sizes: Mapping[int, int]) -> None:
    """Refuse an array that has not the rank, or not the given sizes at the given axes."""
    expected = Expected(Axis(name, sizes.get(k)) for k, name in enumerate(usual_names(rank)))
    if not expected.fit(shape_of(x)):
        refuse(layer, x, expected, argument=argument)


def check_mask(layer: Layer, mask: Any, inputs: Any, rank: int = 2) -> Any:
    """A mask as booleans, refused unless its axes are the first ones of the inputs."""
    mask = jnp.asarray(mask)
    if mask.ndim != rank or mask.shape != inputs.shape[:rank]:
        names = usual_names(inputs.ndim)[:rank]
        came = Shape(sizes_of(mask), names if mask.ndim == rank else None)
        wanted = Shape(sizes_of(inputs)[:rank], names)
        refuse(layer, came, wanted, fixes=_mask_fixes(came.sizes, wanted.sizes), argument="mask")
    return mask.astype(bool)


def _mask_fixes(came: tuple, wanted: tuple) -> list[str]:
    """How a mask is brought to the shape of the data, or made anew from them."""
    fixes = []
    if len(came) == len(wanted) == 2 and came == wanted[::-1]:
        fixes.append("mask.T  # exchanges samples and timesteps")
    if len(came) == len(wanted) + 1 and came[: len(wanted)] == wanted:
        fixes.append("mask.any(axis=-1)  # a timestep is real where any of its features is")
    if len(wanted) == 2:
        fixes.append("(X != 0).any(axis=-1)  # made from the data: real where anything is not 0")
    return fixes


def check_length(
    layer: Layer,
    inputs: Any,
    argument: str,
    axis: int,
    needed: int,
    does: str,
    fixes: Sequence[str],
) -> None:
    """Refuse sequences that are too short for what a layer does with their timesteps."""
    steps = inputs.shape[axis]
    if isinstance(steps, int) and steps < needed:
        order = ("timesteps", "features") if axis == 1 else ("features", "timesteps")
        layer._refuse_shape(
            inputs,
            argument,
            shape_of(inputs, ("batch", *order)),
            f"at least {needed} timesteps",
            too_short=True,
            problem=f"{layer.label} {does}, and its input has {steps}.",
            fixes=fixes,
        )
