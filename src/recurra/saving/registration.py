"""The user's own classes and functions, by the names that configurations give them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from recurra.engine.errors import ArgumentError
from recurra.engine.registry import custom_objects, registered, registered_name

T = TypeVar("T")


def get_custom_objects() -> dict[str, Any]:
    """The user's own objects by name; what is put in is known everywhere from here on.

    Example:
        >>> get_custom_objects()["halve"] = lambda x: x / 2
        >>> from recurra import activations
        >>> activations.get("halve")(3.0)
        1.5
        >>> del get_custom_objects()["halve"]

    Source: Keras's `saving.get_custom_objects`.
    """
    return registered()


def custom_object_scope(*objects: dict[str, Any]) -> AbstractContextManager[None]:
    """Let names resolve to the user's own classes and functions within a `with` block.

    Args:
        objects: dicts of classes and functions by name.

    Source: Keras's `saving.custom_object_scope`.
    """
    return custom_objects({name: thing for each in objects for name, thing in each.items()})


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[T], T]:
    """Decorate a class or function of your own so that configurations may name it.

    Args:
        package: put before the name, as in `Custom>Scale`.
        name: by default that of the class or function.

    Raises:
        ArgumentError: for a class without `get_config`, and for `@` without parentheses.

    Example:
        >>> @register_keras_serializable()
        ... def halve(x):
        ...     return x / 2
        >>> get_custom_objects().pop("Custom>halve") is halve
        True

    Source: Keras's `saving.register_keras_serializable`.
    """
    if not isinstance(package, str):
        raise ArgumentError(
            f"register_keras_serializable: `package` has to be a string, not {package!r}.",
            fixes=["@register_keras_serializable() with its parentheses"],
        )

    def register(thing: T) -> T:
        own = name or thing.__name__  # type: ignore[attr-defined]
        if inspect.isclass(thing) and not hasattr(thing, "get_config"):
            raise ArgumentError(
                f"register_keras_serializable: the class {own} has no `get_config`, so nothing "
                "says how to make it again.",
                fixes=["def get_config(self): return {...} with the constructor's arguments"],
            )
        registered()[f"{package}>{own}"] = thing
        return thing

    return register


def get_registered_name(obj: Any) -> str:
    """The name that a class or function is registered under, or its own.

    Args:
        obj: the class or function.

    Example:
        >>> get_registered_name(print)
        'print'

    Source: Keras's `saving.get_registered_name`.
    """
    return registered_name(obj)


def get_registered_object(
    name: str,
    custom_objects: dict[str, Any] | None = None,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """The class or function of a name; None where it is not known.

    Args:
        name: such as `"Custom>Scale"`.
        custom_objects: looked through after what is registered.
        module_objects: looked through last.

    Example:
        >>> get_registered_object("halve", custom_objects={"halve": lambda x: x / 2})(3.0)
        1.5

    Source: Keras's `saving.get_registered_object`.
    """
    for known in (registered(), custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None
