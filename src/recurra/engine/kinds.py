"""Arrays whose values are no numbers, and what to do about them."""

from __future__ import annotations

import datetime
import reprlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor, known_size

_REPR = reprlib.Repr()
_REPR.maxother = 60  # a date whole

_WHAT = {
    "O": "Python objects",
    "U": "text",
    "S": "bytes",
    "M": "dates",
    "m": "spans of time",
    "c": "complex numbers",
}
_FIXES = {
    "U": "number what it says: names, {0} = np.unique({0}, return_inverse=True)",
    "S": "number what it says: names, {0} = np.unique({0}, return_inverse=True)",
    "M": "count from the first date: {0} = ({0} - {0}.min()) / np.timedelta64(1, 'D')",
    "m": "{0} = {0} / np.timedelta64(1, 's')",
    "c": "{0} = np.stack([{0}.real, {0}.imag], axis=-1)",
}


def check_kind(x: np.ndarray, who: str, argument: str) -> np.ndarray:
    """Refuse arrays whose values are no numbers.

    Args:
        x: the array.
        who: the layer or model that refuses it.
        argument: the name under which it came.

    Returns:
        The array, with its bytes in this machine's order.

    Raises:
        DataError: which names the first value that is no number.
    """
    if x.dtype.kind in "biufV":  # V: bfloat16 and its like
        return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))
    name = argument.split("[")[0]
    if x.ndim == 0:
        value = x.item()
        raise DataError(
            f"{who}: `{argument}` is {reprlib.repr(value)}, not an array of numbers.",
            fixes=[f"read the file first: {name} = np.loadtxt({value!r}, delimiter=',')"]
            if isinstance(value, str) and "." in value
            else (),
        )
    lengths = [len(v) for v in x.ravel() if isinstance(v, (list, tuple, np.ndarray))]
    if len(set(lengths)) > 1:
        raise ragged(lengths, argument, who)
    raise DataError(
        f"{who}: `{argument}` holds {_WHAT.get(x.dtype.kind, 'no numbers')} (dtype {x.dtype}).",
        came=_first(x, argument),
        expected="an array of numbers",
        fixes=_fixes(x, name),
    )


def ragged(lengths: Sequence[int], argument: str, who: str) -> DataError:
    """The error of sequences that have not all the same length."""
    name, known = argument.split("[")[0], sorted(set(lengths))
    said = ", ".join(map(str, known)) if len(known) < 6 else f"from {known[0]} to {known[-1]}"
    return DataError(
        f"{who}: `{argument}` holds sequences of different lengths, {said}, and an array needs "
        "one length.",
        fixes=[
            f"{name} = recurra.utils.pad_sequences({name}, dtype='float32')  # zeros in front, up "
            f"to {known[-1]}; Masking() as the first layer leaves them out",
            f"recurra.data.bucket({name}, y)  # batches of near lengths, for Input((None, "
            "features)); Masking(float('nan')) as the first layer leaves out what is filled up",
            f"model.train_on_batch({name}[i][None], y[i][None])  # one sequence at a time",
        ],
    )


def several_fixes(arrays: Any, argument: str, one: bool) -> list[str]:
    """What to type where several arrays came and one is needed."""
    if not one or not isinstance(arrays, (list, tuple)) or not arrays:
        return []
    if not all(hasattr(a, "shape") for a in arrays):
        return []
    if isinstance(arrays, tuple) or any(isinstance(a, SymbolicTensor) for a in arrays):
        return [f"{argument}[0]  # what return_state=True gives: the output, then the states"]
    sizes = {tuple(map(known_size, a.shape)) for a in arrays}
    if len(sizes) > 1:
        return []
    shape = Shape((len(arrays), *sizes.pop()))
    return [f"{argument} = np.stack({argument})  # if each array is one sample: {shape}"]


def lengths_of(arrays: Any) -> list[int]:
    """The lengths of a list of arrays that differ in nothing else; empty where they do not."""
    if not isinstance(arrays, list) or not all(isinstance(a, np.ndarray) for a in arrays):
        return []
    if 0 in {a.ndim for a in arrays} or len({a.shape[1:] for a in arrays}) != 1:
        return []
    lengths = [len(a) for a in arrays]
    return lengths if len(set(lengths)) > 1 else []


def _first(x: np.ndarray, argument: str) -> str:
    """The first value that is no number, and where it stands."""
    for place in np.ndindex(x.shape):
        if not isinstance(x[place], (int, float)):
            index = ", ".join(map(str, place))
            return f"{argument}[{index}] = {_REPR.repr(_plain(x[place]))}"
    return f"{argument} of dtype {x.dtype}, {Shape(x.shape)}"


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _fixes(x: np.ndarray, name: str) -> list[str]:
    if x.dtype.kind in "OUS" and x.size:
        if isinstance(x.ravel()[0], np.ndarray):
            return [f"{name} = np.stack({name})"]
        if any(v is None for v in x.ravel()):
            return ["fill in what is missing, or leave those samples out"]
        if any(isinstance(v, datetime.date) for v in x.ravel()):
            return [
                "leave the dates out, or count the days from the first: (d - d.min()).dt.days",
            ]
        try:
            x.astype(np.float32)
            return [f"{name} = {name}.astype('float32')"]
        except (TypeError, ValueError):
            pass
    return [_FIXES[x.dtype.kind].format(name)] if x.dtype.kind in _FIXES else []
