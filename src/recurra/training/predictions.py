"""What `predict` gives for one number a sample: an array that warns before it is spread to a table.

`predict` gives `(50, 1)` where targets often are `(50,)`. NumPy makes a table of 50 x 50 of their
difference, so that an error computed from it is wrong, without a word.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.origin import user_line, warn

#: The places that were told.
_told: set[Any] = set()


class Predictions(np.ndarray):
    """An array `(samples, 1)` that warns where a calculation with `(samples,)` would be spread.

    It is an ordinary array in all else: what is computed from it, cut out of it, copied or stored
    is a plain `np.ndarray`.
    """

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        """What a function of arrays gives: plain, as it was computed."""
        if context is not None and len(context[1]) >= 2:
            _check_pair(*context[1][:2])
        return array[()] if return_scalar else array

    def __getitem__(self, key: Any) -> Any:
        """A part, as a plain array."""
        return self.view(np.ndarray)[key]

    def __copy__(self) -> np.ndarray:  # type: ignore[override]
        """A plain copy."""
        return np.array(self)

    def __deepcopy__(self, memo: Any) -> np.ndarray:  # type: ignore[override]
        """A plain copy."""
        return np.array(self)

    def copy(self, order: Any = "C") -> np.ndarray:  # type: ignore[override]
        """A plain copy."""
        return np.array(self, order=order)

    def __reduce__(self) -> Any:
        """What a pickle holds: a plain array."""
        return self.view(np.ndarray).__reduce__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """What a pickle holds: a plain array."""
        return self.view(np.ndarray).__reduce_ex__(protocol)

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))


def as_predictions(array: Any) -> Any:
    """An array that warns where it is one number a sample, otherwise the same array."""
    if isinstance(array, np.ndarray) and array.ndim == 2 and array.shape[1] == 1 < len(array):
        return array.view(Predictions)
    return array


def _check_pair(a: Any, b: Any) -> None:
    """Warn where NumPy makes a table of `(n, 1)` and `(n,)`."""
    left: tuple[int, ...] = getattr(a, "shape", ())
    right: tuple[int, ...] = getattr(b, "shape", ())
    if left == right or ((*left, 1) != right and left != (*right, 1)):
        return
    samples = min(left, right, key=len)
    if len(samples) != 1 or samples[0] < 2 or (place := user_line()) in _told:
        return
    _told.add(place)
    n = samples[0]
    warn(
        f"arrays of shape {left} and {right} make a table of ({n}, {n}), {n * n:,} numbers: each "
        f"of the {n:,} meets all others, not its own. Write predict(x)[:, 0], which is ({n},), or "
        f"y[:, None], which is ({n}, 1)."
    )
