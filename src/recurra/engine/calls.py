"""What a layer's `call` takes, and what is true for all layers while one is being called."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import jax
import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.kinds import check_kind
from recurra.engine.lazy import Windows
from recurra.engine.suggestions import did_you_mean
from recurra.engine.tree import leaves, map_leaves
from recurra.engine.variable import Variable


class CallSpec(NamedTuple):
    """The arguments of a method: their names, those without a default, and `*args`, `**kwargs`."""

    names: tuple[str, ...]
    required: frozenset[str]
    any_positional: bool
    any_keyword: bool

    @property
    def first(self) -> str:
        """What a method calls its first argument after `self`."""
        return self.names[1] if len(self.names) > 1 else "inputs"

    def takes(self, name: str) -> bool:
        """Whether the method has an argument of that name."""
        return name in self.names


@cache
def spec_of(function: Any) -> CallSpec:
    """The arguments of a function that is looked at again and again."""
    parameters = list(inspect.signature(function).parameters.values())
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    kinds = [p.kind for p in parameters]
    return CallSpec(
        tuple(p.name for p in named),
        frozenset(p.name for p in named if p.default is p.empty),
        inspect.Parameter.VAR_POSITIONAL in kinds,
        inspect.Parameter.VAR_KEYWORD in kinds,
    )


class _Local(threading.local):
    def __init__(self) -> None:
        self.training: bool | None = None
        self.depth = 0
        self.undo: list[Callable[[], None]] | None = None
        self.number = 0


_local = _Local()


def training_now() -> bool | None:
    """Whether the outermost call said that this is training."""
    return _local.training


def within_call() -> bool:
    """Whether some layer is being called at the moment."""
    return _local.depth > 0


@contextmanager
def training_is(training: bool | None) -> Iterator[None]:
    """Calls within the block take this as their `training` unless they are told otherwise."""
    before = _local.training
    _local.training = training
    _local.depth += 1
    try:
        yield
    finally:
        _local.training = before
        _local.depth -= 1


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """What an outermost call has built is taken back if it fails.

    So the corrected call finds the layers as they were, not built for a shape that was a mistake.
    """
    if _local.undo is not None:
        yield
        return
    _local.undo = []
    _local.number += 1
    try:
        yield
    except BaseException:
        for undo in reversed(_local.undo):
            undo()
        raise
    finally:
        _local.undo = None


def call_number() -> int | None:
    """Which of this thread's outermost calls the present one belongs to; None outside."""
    return None if _local.undo is None else _local.number


def on_failure(undo: Callable[[], None]) -> None:
    """Call this should the outermost call fail."""
    if _local.undo is not None:
        _local.undo.append(undo)


_NUMBER = (int, float, np.generic)
_IN_LISTS = (*_NUMBER, str, type(None))


def to_arrays(tree: Any, dtype: str, who: str, argument: str) -> Any:
    """The same structure with NumPy arrays and lists of numbers made JAX arrays.

    Floats take `dtype`; everything else keeps its own type.
    """
    if isinstance(tree, list) and _is_data(list(leaves(tree))):
        try:
            tree = np.asarray(tree)
        except ValueError:  # rows of different lengths
            tree = np.asarray(tree, dtype=object)
    return map_leaves(lambda x: _to_array(x, dtype, who, argument), tree)


def _is_data(flat: list[Any]) -> bool:
    """Whether a list holds numbers, perhaps with something among them that should be one."""
    return any(isinstance(x, _NUMBER) for x in flat) and all(isinstance(x, _IN_LISTS) for x in flat)


def _to_array(x: Any, dtype: str, who: str, argument: str) -> Any:
    if isinstance(x, Variable):
        x = x.value
    if isinstance(x, Windows):
        x = np.asarray(x)
    if isinstance(x, np.ndarray):
        x = jax.numpy.asarray(check_kind(x, who, argument))
    if isinstance(x, jax.Array) and jax.numpy.issubdtype(x.dtype, np.floating):
        return x if x.dtype == dtype else x.astype(dtype)
    return x


#: What a layer may be told even if its `call` does not ask for it.
_TOLD_TO_ALL = ("training", "mask")


def arranged(
    function: Any, layer: Any, args: tuple, kwargs: dict[str, Any]
) -> tuple[tuple, dict[str, Any]]:
    """The first argument of a call by place and the others by name.

    Args:
        function: the `call` of the layer's class.
        layer: for its label.
        args: as they came.
        kwargs: as they came.

    Raises:
        ArgumentError: for arguments that are missing, given twice or not known.
    """
    spec = spec_of(function)
    if spec.any_positional:
        return args, kwargs
    names = spec.names[1:]
    takes = f"({', '.join(names)})"
    if len(args) > len(names):
        raise ArgumentError(
            f"{layer.label} was called with {len(args)} values, and its `call` takes {len(names)} "
            f"{takes}."
        )
    given = dict(zip(names, args))
    for name in kwargs:
        if name in given:
            raise ArgumentError(f"{layer.label} was called with two values for `{name}`.")
        if name not in names and not spec.any_keyword and name not in _TOLD_TO_ALL:
            near = did_you_mean(name, [*names, *_TOLD_TO_ALL]).removeprefix(".")
            raise ArgumentError(
                f"{layer.label} was called with `{name}`, which its `call` does not take {takes}."
                + near
            )
    given.update(kwargs)
    for name in names:
        if name in spec.required and name not in given and name not in _TOLD_TO_ALL:
            raise ArgumentError(f"{layer.label} was called without `{name}`.")
    first = (given.pop(names[0]),) if names and names[0] in given else ()
    return first, given
