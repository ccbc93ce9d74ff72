"""Targets against outputs: every mistake is named before the first step, and none is broadcast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import ShapeError
from recurra.engine.lazy import Windows, pieces
from recurra.engine.shapes import usual_names
from recurra.engine.words import amount
from recurra.training import losses
from recurra.training.ends import NOWHERE, End
from recurra.training.target_fixes import shape_fixes
from recurra.training.target_values import (
    LIMITS,
    check_labels,
    check_no_rows,
    check_numbers,
    check_one_hot,
    check_range,
    check_whole,
    named,
)

Sizes = Sequence[int | None]


def check_targets(loss: Any, y: Any, output_shape: Sizes, who: str, end: End = NOWHERE) -> Any:
    """Targets in the shape that the loss takes.

    A last axis of size 1 is added or dropped where the output has one or none, and dropped from
    class numbers.

    Args:
        loss: a `Loss` or a function of targets and predictions.
        y: the targets, (samples, ...), an array or windows.
        output_shape: of the model's output, (batch, ...), None where a size is not known.
        who: what messages call the output, such as "the output" or "output 'mood'".
        end: the layers that the output comes from, which set what is expected.

    Returns:
        y, as an array (or windows) that the loss compares with the output number by number, or
        row by row where it holds class numbers.

    Raises:
        ShapeError: where it has another shape than the output.
        DataError: where it holds NaN, infinity, or what cannot be a target of that loss.
    """
    if isinstance(y, Windows):
        return _checked_windows(loss, y, output_shape, who, end)
    y = np.asarray(y)
    check_numbers(y, who)
    function = function_of(loss)
    if getattr(loss, "axis", -1) not in (-1, len(output_shape) - 1):
        return y
    if function is losses.sparse_categorical_crossentropy:
        return _class_numbers(loss, y, tuple(output_shape), who, end)
    y = _same_rank(y, output_shape)
    if function not in losses.registry.functions.values():
        return y
    if function is losses.categorical_crossentropy:
        check_one_hot(y, output_shape, who, end)
    _check_shape(y, tuple(output_shape), who, function, end)
    if function in LIMITS:
        check_range(y, function, who)
    return y


def _checked_windows(loss: Any, y: Windows, output_shape: Sizes, who: str, end: End) -> Windows:
    """The same for windows, of which some at a time are arrays."""
    checked = np.zeros(0)
    for part in pieces(y):
        try:
            checked = check_targets(loss, part, output_shape, who, end)
        except ShapeError:  # which is to name the number of all samples
            check_targets(loss, np.broadcast_to(part[:1], y.shape), output_shape, who, end)
            raise
    return y.like(checked)


def function_of(loss: Any) -> Callable[..., Any]:
    """The function behind a loss."""
    if isinstance(loss, losses.LossFunctionWrapper):
        return loss.fn
    return getattr(type(loss), "function", loss)


def _class_numbers(loss: Any, y: np.ndarray, output_shape: tuple, who: str, end: End) -> np.ndarray:
    """Class numbers without a last axis of size 1, as whole numbers."""
    if y.ndim == len(output_shape) and y.shape[-1] == 1:
        y = y[..., 0]
    check_no_rows(y, output_shape, who, end)
    _check_shape(y, output_shape[:-1], who, losses.sparse_categorical_crossentropy, end)
    numbers = check_whole(y, who)
    ignored = getattr(loss, "ignore_class", None)
    real = numbers if ignored is None else numbers[numbers != ignored]
    check_labels(real, output_shape[-1], who, end)
    return numbers


def _same_rank(y: np.ndarray, output_shape: Sizes) -> np.ndarray:
    """Add or drop a last axis of size 1, where that makes y as long as the output."""
    if y.ndim == len(output_shape) - 1 and output_shape[-1] == 1:
        wide = y[..., None]
        return wide if _fits(wide.shape, output_shape) or y.ndim == 1 else y
    if y.ndim == len(output_shape) + 1 and y.shape[-1] == 1 and _fits(y.shape[:-1], output_shape):
        return y[..., 0]
    return y


def _fits(sizes: Sizes, wanted: Sizes) -> bool:
    return len(sizes) == len(wanted) and all(
        w is None or s == w for s, w in zip(sizes[1:], wanted[1:])
    )


def _check_shape(
    y: np.ndarray,
    wanted: tuple[int | None, ...],
    who: str,
    function: Callable[..., Any],
    end: End,
) -> None:
    if _fits(y.shape, wanted):
        return
    sparse = function is losses.sparse_categorical_crossentropy
    names = usual_names(len(wanted) + sparse)[: len(wanted)]
    came = named(y.shape, names if y.ndim == len(wanted) else None)
    expected = named((len(y), *wanted[1:]), names)
    layer = _setter(y.shape, wanted, sparse, end)
    noun = "class number" if sparse else "number"
    giver = end.width.label if end.width is not None else "the output"
    raise ShapeError(
        who,
        "y",
        came,
        expected,
        origin=end.set_by(layer),
        problem=f"`y` does not fit {who}: it has {_amount(y.shape, noun, sparse)} a sample, and "
        f"{giver} {'needs' if sparse else 'gives'} {_amount(wanted, noun, sparse)}"
        f"{', one a timestep' if sparse and len(wanted) == 2 else ''}.",
        fixes=shape_fixes(y, wanted, function, end),
    )


def _setter(came: Sizes, wanted: Sizes, sparse: bool, end: End) -> Any:
    """The layer that sets the axis in which the two differ, or None."""
    timed, recurrent = len(wanted) + sparse == 3, end.recurrent
    if len(came) != len(wanted) and recurrent is not None:
        steps = came[1] if len(came) > 1 else None
        possible = timed or end.timesteps in (None, steps)
        return recurrent if possible and recurrent.return_sequences == timed else end.width
    other_length = len(came) == len(wanted) and timed and wanted[1] not in (None, came[1])
    if other_length and end.repeating is not None:
        return end.repeating
    return end.shortened[0][0] if other_length and end.shortened else end.width


def _amount(sizes: Sizes, noun: str, sparse: bool) -> str:
    """What one sample has: `one number`, `3 numbers`, `6 timesteps of 2 numbers`."""
    if len(sizes) == 3 and not sparse:
        return f"{amount(sizes[1], 'timestep')} of {amount(sizes[2], noun)}"
    if len(sizes) > 2:
        return " x ".join("?" if s is None else str(s) for s in sizes[1:]) + f" {noun}s"
    if len(sizes) < 2 or sizes[1] == 1:
        return f"one {noun}"
    return amount(sizes[1], noun)
