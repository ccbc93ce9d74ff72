"""Targets against outputs: every mistake is named before the first step, and none is broadcast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import DataError, ShapeError
from recurra.engine.shapes import Shape, usual_names
from recurra.training import losses
from recurra.training.target_fixes import range_fixes, shape_fixes

Sizes = Sequence[int | None]

_CLASSES = (losses.sparse_categorical_crossentropy, losses.categorical_crossentropy)
_FROM_0_TO_1 = (
    losses.binary_crossentropy,
    losses.binary_focal_crossentropy,
    losses.categorical_crossentropy,
)


def check_targets(loss: Any, y: np.ndarray, output_shape: Sizes, who: str) -> np.ndarray:
    """Targets in the shape that the loss takes.

    A last axis of size 1 is added or dropped where the output has one or none, and dropped from
    class numbers.

    Args:
        loss: a `Loss` or a function of targets and predictions.
        y: the targets, (samples, ...).
        output_shape: of the model's output, (batch, ...), None where a size is not known.
        who: what messages call the output, such as "the output" or "output 'mood'".

    Returns:
        y, as an array that the loss compares with the output number by number, or row by row
        where it holds class numbers.

    Raises:
        ShapeError: where it has another shape than the output.
        DataError: where it holds text, NaN, infinity, or what cannot be a target of that loss.
    """
    y = np.asarray(y)
    _check_numbers(y, who)
    function = function_of(loss)
    if getattr(loss, "axis", -1) not in (-1, len(output_shape) - 1):
        return y
    if function is losses.sparse_categorical_crossentropy:
        return _class_numbers(loss, y, tuple(output_shape), who)
    y = _same_rank(y, output_shape)
    if function not in losses.registry.functions.values():
        return y
    if function is losses.categorical_crossentropy:
        _check_one_hot(y, output_shape, who)
    _check_shape(y, tuple(output_shape), who, function)
    if function in _FROM_0_TO_1:
        _check_range(y, output_shape, function.__name__, who)
    return y


def function_of(loss: Any) -> Callable[..., Any]:
    """The function behind a loss."""
    if isinstance(loss, losses.LossFunctionWrapper):
        return loss.fn
    return getattr(type(loss), "function", loss)


# Values ------------------------------------------------------------------------------------------


def _check_numbers(y: np.ndarray, who: str) -> None:
    if y.dtype.kind in "OSU":
        raise DataError(
            f"`y` for {who} holds {y.dtype.name}, not numbers.",
            came=f"y[0] = {y.reshape(-1)[0]!r}" if y.size else None,
            fixes=["number the classes: names, y = np.unique(y, return_inverse=True)"],
        )
    if y.dtype.kind != "f" or bool(np.isfinite(y).all()):
        return
    bad = ~np.isfinite(y).reshape(len(y), -1).all(axis=1)
    kind = "NaN" if np.isnan(y).any() else "infinity"
    row = int(bad.argmax())
    raise DataError(
        f"`y` for {who} holds {kind}: in {_count(int(bad.sum()), 'row')} of {len(y)}, first in row "
        f"{row}. One such number makes the loss, and then every weight, NaN.",
        came=f"y[{row}] = {_short(y[row])}",
        fixes=[f"keep = np.isfinite(y){_over_axes(y.ndim)}; fit(x[keep], y[keep])"],
    )


def _over_axes(rank: int) -> str:
    return "" if rank == 1 else f".all(axis={tuple(range(1, rank)) if rank > 2 else 1})"


def _check_range(y: np.ndarray, output_shape: Sizes, loss: str, who: str) -> None:
    low, high = (float(y.min()), float(y.max())) if y.size else (0.0, 1.0)
    if low >= -1e-6 and high <= 1 + 1e-6:
        return
    raise DataError(
        f"`y` for {who} goes from {low:g} to {high:g}, and {loss} takes targets from 0 to 1.",
        came=f"y from {low:g} to {high:g}",
        expected="y from 0 to 1",
        fixes=range_fixes(y),
    )


# Classes -----------------------------------------------------------------------------------------


def _class_numbers(loss: Any, y: np.ndarray, output_shape: tuple, who: str) -> np.ndarray:
    """Class numbers without a last axis of size 1, as whole numbers."""
    classes = output_shape[-1]
    if y.ndim == len(output_shape) and y.shape[-1] == 1:
        y = y[..., 0]
    if y.ndim == len(output_shape) and y.shape[-1] == classes:
        raise DataError(
            f"`y` for {who} has a column for each of the {classes} classes, and "
            "sparse_categorical_crossentropy takes one class number a sample.",
            came=f"y {_named(y.shape)}",
            expected=f"whole numbers from 0 to {classes - 1}, "
            f"y {_named((len(y), *output_shape[1:-1]))}",
            fixes=["loss='categorical_crossentropy'", "y = y.argmax(-1)"],
        )
    _check_shape(y, output_shape[:-1], who, losses.sparse_categorical_crossentropy)
    numbers = np.asarray(y).astype(np.int32)
    if y.dtype.kind == "f" and (bad := numbers != y).any():
        first = y[bad].reshape(-1)[0]
        raise DataError(
            f"`y` for {who} holds {first:g}, which is no class number: "
            "sparse_categorical_crossentropy takes whole numbers from 0.",
            fixes=["for measurements, loss='mse' and a last layer without softmax"],
        )
    ignored = getattr(loss, "ignore_class", None)
    real = numbers if ignored is None else numbers[numbers != ignored]
    _check_labels(real, classes, who)
    return numbers


def _check_labels(labels: np.ndarray, classes: int | None, who: str) -> None:
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, 0)
    if low >= 0 and (classes is None or high < classes):
        return
    fixes = [f"end the model with {high + 1} outputs: Dense({high + 1}, activation='softmax')"]
    if low < 0:
        fixes = ["number them from 0: y = np.unique(y, return_inverse=True)[1]"]
    elif low >= 1 and (classes is None or high - low < classes):
        fixes = [f"number them from 0: y = y - {low}", *fixes]
    if classes == 1:
        fixes.append("for yes or no, loss='binary_crossentropy' and Dense(1, activation='sigmoid')")
    raise DataError(
        f"`y` for {who} holds class numbers from {low} to {high}, and {who} has "
        f"{_count(classes, 'class', 'classes')}" + (f", 0 to {classes - 1}." if classes else "."),
        came=f"y from {low} to {high}",
        expected=f"y from 0 to {classes - 1}" if classes else "y from 0",
        fixes=fixes,
    )


def _check_one_hot(y: np.ndarray, output_shape: Sizes, who: str) -> None:
    classes = output_shape[-1]
    if classes == 1:
        raise DataError(
            f"categorical_crossentropy compares several classes, and {who} has only one: "
            "its loss would be the same for every prediction.",
            fixes=[
                "for yes or no, loss='binary_crossentropy' and Dense(1, activation='sigmoid')",
                "for more classes, a last layer with one output a class",
            ],
        )
    whole = y.dtype.kind in "biu" or bool((y == np.round(y)).all())
    labels = y[..., 0] if y.ndim == len(output_shape) and y.shape[-1] == 1 else y
    if whole and classes and labels.ndim == len(output_shape) - 1:
        raise DataError(
            f"`y` for {who} holds one class number a sample, and categorical_crossentropy takes a "
            f"row of {classes} numbers, one for each class.",
            came=f"y {_named(y.shape)}, from {int(y.min())} to {int(y.max())}" if y.size else None,
            expected=f"y {_named((*labels.shape, classes))}",
            fixes=[
                "loss='sparse_categorical_crossentropy'",
                f"y = to_categorical(y, {max(classes, int(y.max()) + 1)})",
            ],
        )


# Shapes ------------------------------------------------------------------------------------------


def _same_rank(y: np.ndarray, output_shape: Sizes) -> np.ndarray:
    """Add or drop a last axis of size 1, where that makes y as long as the output."""
    if y.ndim == len(output_shape) - 1 and output_shape[-1] == 1:
        return y[..., None]
    if y.ndim == len(output_shape) + 1 and y.shape[-1] == 1 and _fits(y.shape[:-1], output_shape):
        return y[..., 0]
    return y


def _fits(sizes: Sizes, wanted: Sizes) -> bool:
    return len(sizes) == len(wanted) and all(
        w is None or s == w for s, w in zip(sizes[1:], wanted[1:])
    )


def _check_shape(
    y: np.ndarray, wanted: tuple[int | None, ...], who: str, function: Callable[..., Any]
) -> None:
    if _fits(y.shape, wanted):
        return
    sparse = function is losses.sparse_categorical_crossentropy
    giver = "class numbers for it have" if sparse else "the output gives"
    names = usual_names(len(wanted) + sparse)[: len(wanted)]
    came = _named(y.shape, names if y.ndim == len(wanted) else None)
    expected = _named((len(y), *wanted[1:]), names)
    raise ShapeError(
        who,
        "y",
        came,
        expected,
        problem=f"`y` does not fit {who}: it has {_difference(y.shape, wanted, names, giver)}.",
        fixes=shape_fixes(y, wanted, function),
    )


def _difference(came: Sizes, wanted: Sizes, names: Sequence[str], giver: str) -> str:
    """In what the shape of y differs: `3 features, the output gives 5`."""
    if len(came) != len(wanted):
        axes = [_count(len(shape), "axis", "axes") for shape in (came, wanted)]
        return f"{axes[0]}, {giver} {axes[1]}"
    k = next(k for k, w in enumerate(wanted) if k and w is not None and w != came[k])
    return f"{_amount(names[k], came[k])}, {giver} {wanted[k]}"


def _amount(name: str, size: int | None) -> str:
    plural = name in ("timesteps", "features")
    return _count(size, name[:-1], name) if plural else f"{name}={size}"


def _count(count: int | None, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _named(sizes: Sizes, names: Sequence[str] | None = None) -> str:
    """A shape in words, all samples along the first axis."""
    return str(Shape(sizes, ("samples", *(names or usual_names(len(sizes)))[1:])))


def _short(row: np.ndarray) -> str:
    with np.printoptions(threshold=6, edgeitems=2, precision=4):
        return str(row).replace("\n", "")
