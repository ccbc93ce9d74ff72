"""The numbers in targets against the loss: NaN, ranges, class numbers and one-hot rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.shapes import of_samples
from recurra.engine.words import amount
from recurra.training import losses
from recurra.training.ends import End
from recurra.training.target_fixes import (
    YES_OR_NO,
    dense,
    range_fixes,
)

Sizes = Sequence[int | None]

#: Between which numbers the targets of a loss have to be.
LIMITS: dict[Callable[..., Any], tuple[float, float]] = {
    losses.binary_crossentropy: (0, 1),
    losses.binary_focal_crossentropy: (0, 1),
    losses.categorical_crossentropy: (0, 1),
    losses.kl_divergence: (0, 1),
    losses.categorical_hinge: (0, 1),
    losses.poisson: (0, np.inf),
    losses.hinge: (-1, 1),
    losses.squared_hinge: (-1, 1),
}


def check_numbers(y: np.ndarray, who: str) -> None:
    """Refuse NaN and infinity."""
    if y.dtype.kind != "f" or bool(np.isfinite(y).all()):
        return
    bad = ~np.isfinite(y).reshape(len(y), -1).all(axis=1)
    kind = "NaN" if np.isnan(y).any() else "infinity"
    row = int(bad.argmax())
    raise DataError(
        f"`y` for {who} holds {kind}: in {amount(int(bad.sum()), 'row')} of {len(y)}, first in row "
        f"{row}. One such number makes the loss, and then every weight, NaN.",
        came=f"y[{row}] = {_short(y[row])}",
        fixes=[f"keep = np.isfinite(y){_over_axes(y.ndim)}; fit(x[keep], y[keep])"],
    )


def _over_axes(rank: int) -> str:
    return "" if rank == 1 else f".all(axis={tuple(range(1, rank)) if rank > 2 else 1})"


def check_range(y: np.ndarray, function: Callable[..., Any], who: str) -> None:
    """Refuse targets that the loss has no meaning for."""
    low, high = LIMITS[function]
    least, most = (float(y.min()), float(y.max())) if y.size else (low, low)
    if low - 1e-6 <= least and most <= high + 1e-6:
        return
    needed = f"from {low:g} to {high:g}" if np.isfinite(high) else "of 0 and more"
    raise DataError(
        f"`y` for {who} goes from {least:g} to {most:g}, and {function.__name__} takes targets "
        f"{needed}.",
        came=f"y from {least:g} to {most:g}",
        expected=f"y {needed}",
        fixes=range_fixes(y, function),
    )


# Classes -----------------------------------------------------------------------------------------


def check_no_rows(y: np.ndarray, output_shape: tuple, who: str, end: End) -> None:
    """Refuse one-hot rows where class numbers are needed."""
    classes = output_shape[-1]
    if y.ndim != len(output_shape) or y.ndim < 2:
        return
    if y.shape[-1] != classes and not _are_one_hot(y):
        return
    columns = y.shape[-1]
    differ = ""
    if classes not in (columns, None):
        differ = f", and {who} has {amount(classes, 'class', 'classes')}"
    raise DataError(
        f"`y` for {who} has a column for each of {'the ' * (not differ)}{columns} classes{differ}"
        f"{':' if differ else ', and'} sparse_categorical_crossentropy takes one class number a "
        "sample.",
        came=f"y {named(y.shape)}",
        expected=f"whole numbers from 0 to {columns - 1}, y {named((len(y), *output_shape[1:-1]))}",
        set_by=_line(end),
        fixes=[
            *([f"end the model with {columns} outputs: {dense(columns, end)}"] if differ else ()),
            "loss='categorical_crossentropy'",
            "y = y.argmax(-1)",
        ],
    )


def check_whole(y: np.ndarray, who: str) -> np.ndarray:
    """Class numbers as whole numbers; others are refused."""
    numbers = np.asarray(y).astype(np.int32)
    if y.dtype.kind == "f" and (bad := numbers != y).any():
        first = y[bad].reshape(-1)[0]
        raise DataError(
            f"`y` for {who} holds {first:g}, which is no class number: "
            "sparse_categorical_crossentropy takes whole numbers from 0.",
            came=f"y from {float(y.min()):g} to {float(y.max()):g}",
            expected="whole numbers from 0",
            fixes=["for measurements, loss='mse' and a last layer without softmax"],
        )
    return numbers


def check_labels(labels: np.ndarray, classes: int | None, who: str, end: End) -> None:
    """Refuse class numbers that the output has no class for."""
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, 0)
    if low >= 0 and (classes is None or high < classes):
        return
    fixes = [f"end the model with {high + 1} outputs: Dense({high + 1}, activation='softmax')"]
    if low >= 1 and (classes is None or high - low < classes):
        fixes = [f"number them from 0: y = y - {low}", *fixes]
    elif low < 0 or (classes is not None and len(np.unique(labels)) <= classes):
        renumbered = "number them from 0: y = np.unique(y, return_inverse=True)[1].reshape(y.shape)"
        fixes = [*fixes, renumbered] if low == 0 else [renumbered]
    if classes == 1 and high <= 1:
        fixes.insert(0, YES_OR_NO)
    raise DataError(
        f"`y` for {who} holds class numbers from {low} to {high}, and "
        + (
            f"{who} has {amount(classes, 'class', 'classes')}, 0 to {classes - 1}."
            if classes
            else "the first class is 0."
        ),
        came=f"y from {low} to {high}",
        expected=f"y from 0 to {classes - 1}" if classes else "y from 0",
        set_by=_line(end),
        fixes=fixes,
    )


def check_one_hot(y: np.ndarray, output_shape: Sizes, who: str, end: End) -> None:
    """Refuse class numbers where one-hot rows are needed, and outputs of a single class."""
    classes = output_shape[-1]
    if classes == 1:
        columns = y.shape[-1] if y.ndim == len(output_shape) else 1
        several = columns if columns > 1 else max(2, int(y.max()) + 1 if y.size else 2)
        raise DataError(
            f"categorical_crossentropy compares several classes, and {who} has only one: "
            "its loss would be the same for every prediction.",
            set_by=_line(end),
            fixes=[
                *([YES_OR_NO] if columns == 1 and several == 2 else ()),
                f"for {several} classes, Dense({several}, activation='softmax')"
                + ("" if columns > 1 else " and loss='sparse_categorical_crossentropy'"),
            ],
        )
    whole = y.dtype.kind in "biu" or bool((y == np.round(y)).all())
    labels = y[..., 0] if y.ndim == len(output_shape) and y.shape[-1] == 1 else y
    if whole and classes and labels.ndim == len(output_shape) - 1:
        numbers = "one class number a " + ("timestep" if labels.ndim == 2 else "sample")
        raise DataError(
            f"`y` for {who} holds {numbers}, and categorical_crossentropy takes a "
            f"row of {classes} numbers, one for each class.",
            came=f"y {named(y.shape)}, from {int(y.min())} to {int(y.max())}" if y.size else None,
            expected=f"y {named((*labels.shape, classes))}",
            set_by=_line(end),
            fixes=_for_class_numbers(y, classes),
        )


def _for_class_numbers(y: np.ndarray, classes: int) -> list[str]:
    """For class numbers where one-hot rows are needed."""
    low, high = (int(y.min()), int(y.max())) if y.size else (0, 0)
    sparse = "loss='sparse_categorical_crossentropy'"
    if low >= 1 and high - low < classes <= high:  # numbered from 1 on
        return [f"{sparse}; y = y - {low}", f"y = to_categorical(y - {low}, {classes})"]
    return [sparse, f"y = to_categorical(y, {max(classes, high + 1)})"]


def _are_one_hot(y: np.ndarray) -> bool:
    """Whether every row has a single 1 and zeros."""
    return bool(((y == 0) | (y == 1)).all() and (y.sum(-1) == 1).all())


# Words -------------------------------------------------------------------------------------------


def _line(end: End) -> str | None:
    """The line of the layer that sets how many numbers there are."""
    origin = end.set_by(end.width)
    return str(origin) if origin else None


def named(sizes: Sizes, names: Sequence[str] | None = None) -> str:
    """A shape in words, all samples along the first axis."""
    return str(of_samples(sizes, names))


def _short(row: np.ndarray) -> str:
    with np.printoptions(threshold=6, edgeitems=2, precision=4):
        return str(row).replace("\n", "")
