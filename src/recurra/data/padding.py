"""Sequences of several lengths as one array, and the mask that tells what is real in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.kinds import check_kind
from recurra.utils.padding import pad_sequences


def pad(
    sequences: Any, *, by: Any = None, length: int | None = None, value: float = math.nan
) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of several lengths as one array, filled up behind their ends.

    `Masking(float("nan"))` as the first layer lets the model skip what is filled in. A model
    without it refuses NaN, so that nothing learns from padding unnoticed.

    Args:
        sequences: a list of arrays (timesteps, features) or (timesteps,). With `by` a table of all
            of them, (rows, features) or (rows,), in order of time.
        by: which sequence each row belongs to, (rows,). Sequences come in the order of their first
            rows, that of `dict.fromkeys(by)`.
        length: timesteps of the result; by default those of the longest sequence.
        value: what is filled in. With a whole number, sequences of whole numbers stay whole, as
            `Embedding(mask_zero=True)` needs them with `value=0`; all others become float32.

    Returns:
        x (samples, timesteps, features), and the mask (samples, timesteps), True where a timestep
        is real: for a layer's `mask=`, or as `sample_weight` of targets for each timestep.

    Raises:
        DataError: for sequences without timesteps, longer than `length`, of different features, or
            with timesteps that the mask would take for padding.

    Example:
        >>> x, mask = pad([[1.0, 2.0, 3.0], [4.0]])
        >>> x[:, :, 0].tolist()
        [[1.0, 2.0, 3.0], [4.0, nan, nan]]
        >>> mask.tolist()
        [[True, True, True], [True, False, False]]
        >>> x, _ = pad([5, 6, 7], by=["a", "b", "a"], value=0)
        >>> x[:, :, 0].tolist()
        [[5, 7], [6, 0]]
    """
    if length is not None and not (INTEGER.ok(length) and length > 0):
        raise ArgumentError(
            f"pad: `length`={length!r}: a whole number of at least 1 is needed, or None."
        )
    arrays = read_sequences(sequences, by, value, "pad")
    steps = np.array([len(a) for a in arrays])
    length = length or int(steps.max())
    if steps.max() > length:
        longest = int(steps.argmax())
        raise DataError(
            f"pad: sequence {longest} has {steps[longest]} timesteps, more than `length`={length}.",
            fixes=[
                f"sequences = [s[-{length}:] for s in sequences]  # the last {length} of each",
                f"length={steps[longest]}",
            ],
        )
    return filled(arrays, length, value), np.arange(length) < steps[:, None]


def filled(arrays: Sequence[np.ndarray], length: int, value: float) -> np.ndarray:
    """Arrays of one type, filled up behind their ends to a length, (samples, length, ...)."""
    return pad_sequences(arrays, length, arrays[0].dtype, padding="post", value=value)


def read_sequences(sequences: Any, by: Any, value: float, who: str) -> list[np.ndarray]:
    """Sequences from what a user gave, each (timesteps, features), all int32 or all float32.

    Args:
        sequences: a list of them, or a table with `by`.
        by: which sequence each row of a table belongs to, or None.
        value: of padding, which no timestep may look like.
        who: the function, for messages.
    """
    if not isinstance(value, (int, float)):
        raise ArgumentError(f"{who}: `value`={value!r}: a number is needed, such as float('nan').")
    if by is not None:
        sequences = _grouped(sequences, by, who)
    if not hasattr(sequences, "__len__") or not len(sequences) or isinstance(sequences, str):
        raise DataError(f"{who}: a list of sequences is needed, not {sequences!r}.")
    arrays = [_sequence(s, k, who) for k, s in enumerate(sequences)]
    whole = isinstance(value, int) and all(a.dtype.kind in "biu" for a in arrays)
    features = arrays[0].shape[1]
    for k, array in enumerate(arrays):
        if array.shape[1] != features:
            raise DataError(
                f"{who}: sequence {k} has {array.shape[1]} features a timestep, and sequence 0 has "
                f"{features}."
            )
        arrays[k] = array = array.astype(np.int32 if whole else np.float32)
        _check_no_padding(array, k, value, who)
    return arrays


def _grouped(table: Any, by: Any, who: str) -> list[np.ndarray]:
    """The rows of each sequence of a table, the sequences in the order of their first rows."""
    rows, ids = np.asarray(table), np.asarray(by)
    if rows.ndim == 0 or ids.shape != rows.shape[:1]:
        raise DataError(
            f"{who}: `by` has shape {ids.shape}, and the table {rows.shape}: each row needs the id "
            "of its sequence."
        )
    numbers: dict[Any, int] = {}
    of_row = np.array([numbers.setdefault(i, len(numbers)) for i in ids.tolist()], int)
    unnamed = next((i for i in numbers if i is None or i != i), numbers)
    if unnamed is not numbers:
        row = int(np.argmax(of_row == numbers[unnamed]))
        raise DataError(f"{who}: row {row} has no id: `by` holds {unnamed!r} there.")
    order = np.argsort(of_row, kind="stable")
    return np.split(rows[order], np.cumsum(np.bincount(of_row))[:-1])


def _sequence(values: Any, number: int, who: str) -> np.ndarray:
    """(timesteps, features) of numbers."""
    array = check_kind(np.asarray(values), who, f"sequences[{number}]")
    if array.ndim not in (1, 2):
        raise DataError(
            f"{who}: sequence {number} has shape {array.shape}: (timesteps, features) or "
            "(timesteps,) is needed."
        )
    if not len(array):
        raise DataError(
            f"{who}: sequence {number} has no timesteps.",
            fixes=["keep = [k for k, s in enumerate(sequences) if len(s)]  # leave out empty ones"],
        )
    return array[:, None] if array.ndim == 1 else array


def _check_no_padding(array: np.ndarray, number: int, value: float, who: str) -> None:
    """Refuse a timestep that looks like padding, which a mask would hide."""
    same = np.isnan(array) if math.isnan(value) else array == value
    hidden = same.all(axis=1)
    if not hidden.any():
        return
    step, only = int(hidden.argmax()), "only " * (array.shape[1] > 1)
    if math.isnan(value):
        fixes = ["sequence, _ = recurra.data.fill(sequence)  # or leave those timesteps out"]
    elif array.dtype.kind == "i" and value == 0:
        fixes = ["sequences = [s + 1 for s in sequences]  # numbers from 1: 0 is left for padding"]
    else:
        fixes = ["value=float('nan')"]
    raise DataError(
        f"{who}: timestep {step} of sequence {number} holds {only}{value}, which is what "
        "padding is filled with: a mask would hide it.",
        fixes=fixes,
    )
