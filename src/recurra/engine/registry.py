"""Names of things: strings, configurations and instances become objects, and back.

A registry is the closed list of one kind (layers, losses, ...). Loading a file can make only what
stands in a registry, or what the caller passes as `custom_objects`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError

_custom: dict[str, Any] = {}


def snake_case(name: str) -> str:
    """`GlobalMaxPooling1D` -> `global_max_pooling1d`, Keras's way of naming layers."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


@contextmanager
def custom_objects(objects: dict[str, Any] | None) -> Iterator[None]:
    """Let names resolve to the user's own classes and functions within a `with` block."""
    before = dict(_custom)
    _custom.update(objects or {})
    try:
        yield
    finally:
        _custom.clear()
        _custom.update(before)


class Registry:
    """All named things of one kind.

    Args:
        kind: how a message calls one of them, such as "loss".
        module: the public namespace, such as "losses".
    """

    def __init__(self, kind: str, module: str) -> None:
        self.kind, self.module = kind, module
        self.classes: dict[str, type] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self._lookup: dict[str, Any] = {}

    def add(self, thing: Any = None, *aliases: str) -> Any:
        """Register a class or function under its name, snake case and further names.

        Use as `@registry.add` or `registry.add(thing, "mse", "MSE")`.
        """
        name = thing.__name__
        (self.classes if inspect.isclass(thing) else self.functions)[name] = thing
        for spelling in (name, snake_case(name), *aliases):
            # a function wins over the class of the same snake-case name, as in Keras
            if not (inspect.isclass(thing) and callable(self.functions.get(spelling))):
                self._lookup[spelling] = thing
        return thing

    def find(self, name: str) -> Any:
        """The class or function of that name; an `ArgumentError` with a suggestion otherwise."""
        found = _custom.get(name, self._lookup.get(name))
        if found is None:
            raise ArgumentError(
                f"there is no {self.kind} {name!r}" + did_you_mean(name, self._lookup)
            )
        return found

    def get(self, identifier: Any) -> Any:
        """An object from None, a name, a configuration, a class, an instance or a function."""
        if identifier is None:
            return None
        if isinstance(identifier, str):
            identifier = self.find(identifier)
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if inspect.isclass(identifier):
            return identifier()
        if callable(identifier) or any(isinstance(identifier, c) for c in self.classes.values()):
            return identifier
        raise ArgumentError(
            f"{identifier!r} ({type(identifier).__name__}) is no {self.kind}: "
            "a name, a function or an instance is needed"
        )

    def serialize(self, thing: Any) -> Any:
        """Plain data that `deserialize` turns back: a configuration, or a function's name."""
        if thing is None or isinstance(thing, (str, dict)):
            return thing
        if hasattr(thing, "get_config"):
            name = type(thing).__name__
            known = self.classes.get(name) is type(thing)
            return {
                "module": f"keras.{self.module}" if known else type(thing).__module__,
                "class_name": name,
                "config": thing.get_config(),
                "registered_name": None if known else name,
            }
        return thing.__name__

    def deserialize(self, config: Any, objects: dict[str, Any] | None = None) -> Any:
        """The object of a configuration: `{"class_name": ..., "config": {...}}` or a name."""
        with custom_objects(objects):
            if not isinstance(config, dict) or "class_name" not in config:
                return self.get(config)
            name = config["class_name"]
            if name == "function":
                return self.find(config["config"])
            cls = self.find(name)
            inner = config.get("config") or {}
            return cls.from_config(inner) if hasattr(cls, "from_config") else cls(**inner)
