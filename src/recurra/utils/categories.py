"""Classes as rows of zeros and a one, and vectors of length one."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.arguments import is_count, keywords_checked
from recurra.engine.errors import ArgumentError, DataError


@keywords_checked
def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Class numbers as rows that are 1 at the class and 0 elsewhere.

    Args:
        x: whole numbers from 0 on, (...) or (..., 1).
        num_classes: the number of classes; by default the largest number and one.

    Returns:
        (..., num_classes).

    Raises:
        DataError: for numbers that are no class.

    Example:
        >>> to_categorical([0, 2])
        array([[1., 0., 0.],
               [0., 0., 1.]])

    Source: Keras's `utils.to_categorical`.
    """
    given = np.asarray(x)
    if given.dtype.kind not in "biuf":
        raise DataError(f"to_categorical: class numbers are needed, not values of {given.dtype}.")
    with np.errstate(invalid="ignore"):  # NaN is found below
        labels = given.astype(np.int64)
    if given.dtype.kind == "f" and not np.array_equal(given, labels):
        raise DataError("to_categorical: class numbers are whole; these are fractions or NaN.")
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if num_classes is not None and not is_count(num_classes):
        raise ArgumentError(f"to_categorical: num_classes={num_classes!r}: a count is needed.")
    largest = int(labels.max(initial=-1))
    count = largest + 1 if num_classes is None else int(num_classes)
    if labels.min(initial=0) < 0 or largest >= count:
        wrong = int(labels.min()) if labels.min(initial=0) < 0 else largest
        raise DataError(
            f"to_categorical: {wrong} is no class; with num_classes={count} they are 0 to "
            f"{count - 1}.",
            fixes=[f"num_classes={largest + 1}"] if wrong > 0 else ["number the classes from 0 on"],
        )
    return np.eye(count)[labels]


@keywords_checked
def normalize(x: Any, axis: int = -1, order: Any = 2) -> np.ndarray:
    """Vectors divided by their length; those of length 0 stay as they are.

    Args:
        x: (...).
        axis: along which the vectors lie.
        order: of the norm, as in `numpy.linalg.norm`.

    Returns:
        The same shape.

    Example:
        >>> normalize([[3.0, 4.0]])
        array([[0.6, 0.8]])

    Source: Keras's `utils.normalize`.
    """
    x = np.asarray(x)
    length = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(length == 0, 1, length)
