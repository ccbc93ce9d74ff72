"""Constructors of the user's own layers: what they take, and what one was called with."""

from __future__ import annotations

import inspect
from typing import Any

from recurra.engine.arguments import unknown_argument
from recurra.engine.calls import spec_of
from recurra.engine.errors import ArgumentError


def check_keywords(cls: type, keywords: dict[str, Any]) -> None:
    """Refuse keywords that the user's own `__init__` of a class does not take.

    Args:
        cls: a class of layers or models; the constructors of recurra's own check for themselves.
        keywords: what was given.

    Raises:
        ArgumentError: for the first of them.
    """
    init = cls.__init__  # type: ignore[misc]
    if not keywords or getattr(init, "__module__", "recurra.").startswith("recurra."):
        return
    spec = spec_of(init)
    unknown = next((k for k in keywords if k not in spec.names), None)
    if spec.any_keyword or unknown is None:
        return
    who = cls.__name__
    if unknown not in cls._arguments:  # type: ignore[attr-defined]
        near = unknown_argument(unknown, spec.names[1:]) or "."
        raise ArgumentError(f"{who} has no argument {unknown!r}{near}")
    raise ArgumentError(
        f"{who}: its `__init__` does not take `{unknown}`, an argument of every layer.",
        fixes=[f"def __init__{_with_keywords(init)}: super().__init__(**kwargs)"],
    )


def _with_keywords(init: Any) -> inspect.Signature:
    """`(self, factor, **kwargs)`."""
    signature = inspect.signature(init)
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    more = inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD)
    return inspect.Signature([*plain, more])


def own_arguments(layer: Any) -> dict[str, Any]:
    """What the user's own constructor of a layer was called with, by name."""
    args, kwargs = layer._init_arguments
    signature = inspect.signature(type(layer).__init__)
    bound = signature.bind(layer, *args, **kwargs).arguments
    plain: dict[str, Any] = {}
    for (name, value), parameter in zip(bound.items(), signature.parameters.values()):
        if parameter.kind is parameter.VAR_KEYWORD:
            plain.update(value)
        elif name != "self":
            plain[name] = value
    return plain
