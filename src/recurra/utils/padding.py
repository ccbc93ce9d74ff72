"""pad_sequences: sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.engine.arguments import did_you_mean, is_count, keywords_checked
from recurra.engine.errors import ArgumentError, DataError

SIDES = ("pre", "post")


@keywords_checked
def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Make sequences equally long, by filling up the short ones and cutting the long ones.

    Args:
        sequences: of numbers (timesteps,) or of vectors (timesteps, features).
        maxlen: the length of all; by default that of the longest.
        dtype: of the result. For measurements say "float32".
        padding: "pre" fills up in front, "post" behind.
        truncating: "pre" cuts off in front, "post" behind.
        value: what is filled in; `Masking(value)` lets layers skip it.

    Returns:
        (number of sequences, maxlen), or (number of sequences, maxlen, features).

    Raises:
        DataError: for sequences of different features, and for fractions as whole numbers.

    Example:
        >>> pad_sequences([[1], [2, 3, 4]])
        array([[0, 0, 1],
               [2, 3, 4]], dtype=int32)

    Source: Keras's `utils.pad_sequences`.
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in SIDES:
            meant = did_you_mean(str(side), SIDES)
            raise ArgumentError(f"pad_sequences: {name}={side!r}: 'pre' or 'post' is needed{meant}")
    if maxlen is not None and not is_count(maxlen):
        raise ArgumentError(f"pad_sequences: maxlen={maxlen!r}: a whole number of at least 1.")
    dtype = np.dtype(dtype)
    if isinstance(value, str) and dtype.kind in "biuf":
        raise ArgumentError(
            f"pad_sequences: value={value!r} is text and dtype is {dtype}.", fixes=["dtype=object"]
        )
    arrays = _arrays(sequences, dtype)
    length = max(map(len, arrays), default=0) if maxlen is None else int(maxlen)
    sample = next((a.shape[1:] for a in arrays if len(a)), ())
    padded = np.full((len(arrays), length, *sample), value, dtype)
    for k, array in enumerate(arrays):
        part = array[-length:] if truncating == "pre" else array[:length]
        if len(part):
            place = slice(length - len(part), None) if padding == "pre" else slice(len(part))
            padded[k, place] = part
    return padded


def _arrays(sequences: Any, dtype: np.dtype) -> list[np.ndarray]:
    """Each sequence as an array of the dtype, checked against the first."""
    if not hasattr(sequences, "__len__"):
        raise ArgumentError(
            f"pad_sequences: a list of sequences is needed, not {type(sequences).__name__}."
        )
    arrays: list[np.ndarray] = []
    first: tuple[int, np.ndarray] | None = None
    for k, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise DataError(
                f"pad_sequences: number {k} of the sequences is {sequence!r}, not a sequence.",
                fixes=["[sequence] makes a list of one sequence"],
            )
        given = np.asarray(sequence, dtype if dtype.kind in "OUS" else None)
        with np.errstate(invalid="ignore"):  # NaN is found below
            array = given.astype(dtype) if len(given) else given
        if first is not None and len(array) and array.shape[1:] != first[1].shape[1:]:
            raise DataError(
                f"pad_sequences: the samples of sequence {k} have shape {array.shape[1:]}, and "
                f"those of sequence {first[0]} have {first[1].shape[1:]}."
            )
        if given.dtype.kind == "f" and dtype.kind in "iu" and not np.array_equal(given, array):
            raise DataError(
                f"pad_sequences: sequence {k} holds fractions, and dtype is {dtype}, which "
                "would cut them off.",
                fixes=["pad_sequences(..., dtype='float32')"],
            )
        if first is None and len(array):
            first = (k, array)
        arrays.append(array)
    return arrays
