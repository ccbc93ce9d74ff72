"""Constructors of the user's own layers: what they take, and what one was called with."""

from __future__ import annotations

import inspect
from typing import Any

from recurra.engine.arguments import no_argument
from recurra.engine.calls import spec_of
from recurra.engine.errors import ArgumentError
from recurra.engine.objects import from_data

#: Arguments that every configuration holds.
_OF_EVERY_LAYER = frozenset(("name", "trainable", "dtype"))


def check_keywords(cls: type, keywords: dict[str, Any]) -> None:
    """Refuse keywords that the user's own `__init__` of a class does not take.

    Args:
        cls: a class of layers or models; the constructors of recurra's own check for themselves.
        keywords: what was given.

    Raises:
        ArgumentError: for the first of them.
    """
    if not keywords or is_ours(cls):
        return
    init = cls.__init__  # type: ignore[misc]
    spec = spec_of(init)
    unknown = next((k for k in keywords if k not in spec.names), None)
    if spec.any_keyword or unknown is None:
        return
    who = cls.__name__
    if unknown not in cls._arguments:  # type: ignore[attr-defined]
        raise no_argument(who, unknown, spec.names[1:])
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


def arguments_from(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the user's own constructor from a configuration in a file.

    Layers, functions and arrays among them stand there as plain data.
    """
    if is_ours(cls):
        return config
    return {k: v if k in _OF_EVERY_LAYER else from_data(v) for k, v in config.items()}


def not_taken(cls: type, config: dict[str, Any]) -> dict[str, Any]:
    """The part of a configuration that is true of every layer and that a constructor cannot take.

    Raises:
        ArgumentError: where the constructor needs more than there is.
    """
    spec = spec_of(cls.__init__)  # type: ignore[misc]
    missing = [k for k in spec.names[1:] if k in spec.required and k not in config]
    if missing and not is_ours(cls):
        named = " and ".join(f"`{name}`" for name in missing)
        items = ", ".join(f"{name!r}: self.{name}" for name in missing)
        raise ArgumentError(
            f"{cls.__name__}: its `__init__` needs {named}, and `get_config` has not returned it.",
            fixes=[f"def get_config(self): return {{**super().get_config(), {items}}}"],
        )
    if spec.any_keyword:
        return {}
    return {k: v for k, v in config.items() if k in _OF_EVERY_LAYER and k not in spec.names}


def is_ours(cls: type) -> bool:
    """Whether a class has a constructor of recurra's."""
    init = cls.__init__  # type: ignore[misc]
    return getattr(init, "__module__", "recurra.").startswith("recurra.")
