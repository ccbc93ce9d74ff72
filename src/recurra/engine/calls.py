"""What a layer's `call` takes, and what is true for all layers while one is being called."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.tree import leaves, map_leaves
from recurra.engine.variable import Variable


class CallSpec(NamedTuple):
    """The arguments of a method: their names, and whether it takes `training` and `mask`."""

    names: tuple[str, ...]
    any_keyword: bool

    def takes(self, name: str) -> bool:
        """Whether the method has an argument of that name."""
        return name in self.names


@cache
def spec_of(function: Any) -> CallSpec:
    """The arguments of a function that is looked at again and again."""
    parameters = list(inspect.signature(function).parameters.values())
    named = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return CallSpec(tuple(named), any(p.kind is p.VAR_KEYWORD for p in parameters))


class _Local(threading.local):
    def __init__(self) -> None:
        self.training: bool | None = None


_local = _Local()


def training_now() -> bool | None:
    """Whether the outermost call said that this is training."""
    return _local.training


@contextmanager
def training_is(training: bool | None) -> Iterator[None]:
    """Calls within the block take this as their `training` unless they are told otherwise."""
    before = _local.training
    _local.training = training
    try:
        yield
    finally:
        _local.training = before


def to_arrays(tree: Any, dtype: str, who: str, argument: str) -> Any:
    """The same structure with NumPy arrays and lists of numbers made JAX arrays.

    Floats take `dtype`; everything else keeps its own type.
    """
    if isinstance(tree, list) and tree and all(isinstance(x, (int, float)) for x in leaves(tree)):
        tree = np.asarray(tree)
    return map_leaves(lambda x: _to_array(x, dtype, who, argument), tree)


def _to_array(x: Any, dtype: str, who: str, argument: str) -> Any:
    if isinstance(x, Variable):
        x = x.value
    if isinstance(x, np.ndarray):
        check_kind(x, who, argument)
        x = jax.numpy.asarray(x)
    if isinstance(x, jax.Array) and jax.numpy.issubdtype(x.dtype, np.floating):
        return x if x.dtype == dtype else x.astype(dtype)
    return x


def check_kind(x: np.ndarray, who: str, argument: str) -> None:
    """Refuse arrays whose values are no numbers."""
    if x.dtype.kind in "biufV":  # V: bfloat16 and its like
        return
    what = {"O": "Python objects", "U": "text", "S": "bytes", "M": "dates", "c": "complex numbers"}
    fixes = ["X.astype('float32')"]
    if x.dtype.kind == "O":
        lengths = sorted({len(v) for v in x.ravel() if hasattr(v, "__len__")})
        if len(lengths) > 1:
            fixes = [
                f"the sequences have lengths {lengths[0]} to {lengths[-1]}: "
                "recurra.utils.pad_sequences(X) makes them equal"
            ]
    raise DataError(
        f"{who}: `{argument}` holds {what.get(x.dtype.kind, 'no numbers')} (dtype {x.dtype}).",
        came=f"{argument} of dtype {x.dtype}, shape {x.shape}",
        expected="an array of numbers",
        fixes=fixes,
    )


def check_call(function: Any, who: str, args: tuple, kwargs: dict[str, Any]) -> None:
    """Refuse arguments that a layer's `call` does not have."""
    spec = spec_of(function)
    unknown = [k for k in kwargs if k not in spec.names]
    if unknown and not spec.any_keyword:
        raise ArgumentError(
            f"{who} was called with `{unknown[0]}`, which its `call` does not take "
            f"({', '.join(spec.names[1:])})."
        )
