"""How a function of JAX arrays becomes one of arrays, variables and symbolic tensors alike.

    mean = op(jnp.mean, "x, axis=None, keepdims=False", "The mean over axes, all by default.")

is a line of the table that `recurra.ops` is: the JAX function, Keras's signature, what it does. In
a call, arguments without a default are handed on by place, the others by name. A function that has
to be written out is decorated instead: `@op`.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.apply import apply
from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.engine.tracebacks import shorten

#: Every function of `recurra.ops` by name.
OPS: dict[str, Callable[..., Any]] = {}
_plain: set[Callable[..., Any]] = set()

_ARRAYS = """a array bins condition data elements indices inputs kernel logits offset output
    predictions query scale segment_ids sorted_sequence target targets updates value values
    variable weights x x1 x2 y"""
#: What arguments are called that hold one array, so that a list of numbers is one too.
ARRAYS = frozenset(_ARRAYS.split())

_LISTS = (list, tuple, np.ndarray)

UNARY, BINARY = "x", "x1, x2"
REDUCTION = "x, axis=None, keepdims=False"


def op(
    function: Callable[..., Any], signature: str | None = None, doc: str | None = None
) -> Callable[..., Any]:
    """Let a function of JAX arrays take variables and symbolic tensors too.

    Args:
        function: of JAX arrays.
        signature: Keras's, such as "x, axis=None"; by default the function's own.
        doc: what it computes, in one line; by default the function's own.
    """
    own = inspect.signature(function) if signature is None else _parse(signature)
    open_ended = any(p.kind is p.VAR_POSITIONAL for p in own.parameters.values())
    names = () if open_ended else tuple(own.parameters)

    def pure(*args: Any, **kwargs: Any) -> Any:
        arrays = map(_array, names, args) if names else args
        return function(*arrays, **{k: _array(k, v) for k, v in kwargs.items()})

    def operation(*args: Any, **kwargs: Any) -> Any:
        try:
            positional, named = _bind(operation.__name__, own, args, kwargs)
            return apply(pure, *positional, **named)
        except BaseException as error:
            shorten(error)
            raise

    operation.__signature__ = own  # type: ignore[attr-defined]
    operation.pure = pure  # type: ignore[attr-defined]
    operation.__doc__ = doc or function.__doc__
    operation.__module__ = ""
    return operation


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Put a function into the table that sees variables and symbolic tensors as they are."""
    _plain.add(function)
    return function


def named(module: dict[str, Any]) -> None:
    """Give the operations of a module the names they are assigned to, and put them in the table."""
    for name, thing in module.items():
        is_made = hasattr(thing, "pure")
        if is_made and not thing.__module__:
            thing.__module__ = module["__name__"]
            for function in (thing, thing.pure):
                function.__name__ = function.__qualname__ = name
            thing.pure.__module__, thing.pure.__qualname__ = thing.__module__, f"{name}.pure"
        if is_made or (callable(thing) and thing in _plain):
            OPS[name] = thing


@functools.cache
def _parse(text: str) -> inspect.Signature:
    """A signature from its text; parameters with a default are handed on by name."""
    parameters = []
    for part in text.split(", "):
        name, equals, default = part.partition("=")
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        value = ast.literal_eval(default) if equals else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, kind, default=value))
    return inspect.Signature(parameters)


def _bind(
    name: str, signature: inspect.Signature, args: tuple, kwargs: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call: those without a default by place, the others by name."""
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        unknown = [k for k in kwargs if k not in signature.parameters]
        near = did_you_mean(unknown[0], signature.parameters) if unknown else "."
        raise ArgumentError(f"ops.{name}{signature}: {error}{near}") from None
    bound.apply_defaults()
    positional: list[Any] = []
    by_name: dict[str, Any] = {}
    for key, value in bound.arguments.items():
        parameter = signature.parameters[key]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            by_name |= value
        elif parameter.default is parameter.empty:
            positional.append(value)
        else:
            by_name[key] = value
    return positional, by_name


def _array(name: str, value: Any) -> Any:
    """A list of numbers, or an array of NumPy, in an argument for an array becomes one of JAX."""
    return jnp.asarray(value) if name in ARRAYS and isinstance(value, _LISTS) else value
