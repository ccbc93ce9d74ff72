"""`merge([a, b], mode="concat")` of Keras 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from recurra import layers
from recurra.compat.said import say, shown
from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError

#: By mode: the layer that does it today, made from `concat_axis` and `dot_axes`.
MODES: dict[str, Callable[[int, Any], Any]] = {
    "sum": lambda axis, dot_axes: layers.Add(),
    "mul": lambda axis, dot_axes: layers.Multiply(),
    "ave": lambda axis, dot_axes: layers.Average(),
    "max": lambda axis, dot_axes: layers.Maximum(),
    "concat": lambda axis, dot_axes: layers.Concatenate(axis=axis),
    "dot": lambda axis, dot_axes: layers.Dot(dot_axes),
    "cos": lambda axis, dot_axes: layers.Dot(dot_axes, normalize=True),
}


def merge(
    inputs: Sequence[Any],
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    name: str | None = None,
) -> Any:
    """One tensor from several.

    Args:
        inputs: the tensors.
        mode: a key of `MODES`, or a function of the list of tensors.
        concat_axis: the axis of `"concat"`.
        dot_axes: the axes of `"dot"` and `"cos"`.
        output_shape: accepted; shapes are found.
        name: of the layer.
    """
    if callable(mode):
        layer = layers.Lambda(mode, name=name)
    elif mode not in MODES:
        raise ArgumentError(f"merge has no mode {mode!r}" + (did_you_mean(mode, MODES) or "."))
    else:
        layer = MODES[mode](concat_axis, dot_axes)
        layer.name = name or layer.name
        say(f"`merge(..., mode={shown(mode)})` is now {type(layer).__name__}()([...])")
    return layer(list(inputs))
