"""Names of things: strings, configurations and instances become objects, and back.

A registry is the closed list of one kind (layers, losses, ...). Loading a file can make only what
stands in a registry, or what the caller passes as `custom_objects`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from recurra.engine import arguments
from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.engine.tracebacks import public

T = TypeVar("T")

_custom: dict[str, Any] = {}
_registries: dict[str, Registry] = {}


def snake_case(name: str) -> str:
    """`GlobalMaxPooling1D` -> `global_max_pooling1d`, Keras's way of naming layers."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def registered() -> dict[str, Any]:
    """The user's own objects by name, to be looked at and changed."""
    return _custom


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


def of(module: str) -> Registry:
    """The registry of a public namespace such as "layers", for who does not import it."""
    return _registries[f"keras.{module}"]


def home_of(thing: Any) -> Registry:
    """The registry that has a class or function, that of layers for what is in none."""
    homes = (r for r in _registries.values() if r.has(thing))
    return next(homes, of("layers"))


class Registry:
    """All named things of one kind.

    Args:
        kind: how a message calls one of them, such as "loss".
        module: the public namespace, such as "losses".

    Attributes:
        names: every spelling, and what it means.
        of_array: makes an object from an array of values, where one stands for something.
    """

    def __init__(self, kind: str, module: str) -> None:
        self.kind, self.module = kind, module
        self.classes: dict[str, type] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self.names: dict[str, Any] = {}
        self.of_array: Callable[[Any], Any] | None = None
        _registries[f"keras.{module}"] = self

    def add(self, thing: T, *aliases: str) -> T:
        """Register a class or function under its name, snake case and further names.

        Use as `@registry.add` or `registry.add(thing, "mse", "MSE")`.
        """
        name: str = thing.__name__  # type: ignore[attr-defined]
        is_class = inspect.isclass(thing)
        table: dict[str, Any] = self.classes if is_class else self.functions
        table[name] = thing
        for spelling in (name, snake_case(name), *aliases):
            # a function wins over the class of the same snake-case name, as in Keras
            if not (is_class and inspect.isfunction(self.names.get(spelling))):
                self.names[spelling] = thing
        return thing

    def named(self, *aliases: str) -> Callable[[T], T]:
        """The same as a decorator with further names: `@registry.named("mse", "MSE")`."""
        return lambda thing: self.add(thing, *aliases)

    def find(self, name: str) -> Any:
        """The class or function of that name; an `ArgumentError` with a suggestion otherwise."""
        found = _custom.get(name, self.names.get(name))
        if found is None and arguments.legacy_name_hook:
            found = self.names.get(arguments.legacy_name_hook(self.module, name) or "")
        if found is None:
            raise ArgumentError(
                f"there is no {self.kind} {name!r}" + did_you_mean(name, self.names)
            )
        return found

    @public
    def get(self, identifier: Any) -> Any:
        """An object from None, a name, a configuration, a class, an instance or a function."""
        if identifier is None:
            return None
        if self.of_array and hasattr(identifier, "__array__"):
            return self.of_array(identifier)
        if isinstance(identifier, str):
            identifier = self.find(identifier)
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if inspect.isclass(identifier):
            return identifier()
        if callable(identifier) or isinstance(identifier, tuple(self.classes.values())):
            return identifier
        raise ArgumentError(
            f"{identifier!r} ({type(identifier).__name__}) is no {self.kind}: "
            "a name, a function or an instance is needed"
        )

    def serialize(self, thing: Any) -> Any:
        """Plain data that `deserialize` turns back: a configuration, or a function's name.

        What is not in the registry is written with its module, so that loading asks for it.
        """
        if thing is None or isinstance(thing, (str, dict)):
            return thing
        is_instance = hasattr(thing, "get_config")
        name = type(thing).__name__ if is_instance else getattr(thing, "__name__", repr(thing))
        if not is_instance and self.functions.get(name) is thing:
            return name
        if not is_instance:
            return self.serialize_function(thing)
        kind = type(thing)
        if self.has(kind):
            # a class that Keras calls otherwise says so
            home = getattr(kind, "keras_name", (f"keras.{self.module}", name, None))
        else:
            home = (kind.__module__, name, registered_name(kind))
        return _named(home, thing.get_config())

    def has(self, thing: Any) -> bool:
        """Whether a class or function is in the registry under its name."""
        name = getattr(thing, "__name__", None)
        return name is not None and thing in (self.classes.get(name), self.functions.get(name))

    def serialize_function(self, function: Callable[..., Any]) -> dict[str, Any]:
        """Plain data for a function, ours or the user's own."""
        name = getattr(function, "__name__", repr(function))
        module = f"keras.{self.module}" if self.has(function) else str(function.__module__)
        return _named((module, "function", registered_name(function)), name)

    @public
    def deserialize(self, config: Any, objects: dict[str, Any] | None = None) -> Any:
        """The object of a configuration: `{"class_name": ..., "config": {...}}` or a name.

        Args:
            config: what `serialize` returned, or what Keras wrote.
            objects: the user's own classes and functions by name.

        Raises:
            ArgumentError: where the name is not known, or is somebody's own and not in `objects`.
        """
        with custom_objects(objects):
            if not isinstance(config, dict):
                return self.get(config)
            if not isinstance(config.get("class_name"), str):
                raise ArgumentError(
                    f"a configuration of a {self.kind} needs a `class_name`, such as "
                    "{'class_name': 'LSTM', 'config': {...}}, "
                    f"and this one has the keys {', '.join(map(repr, config)) or 'none'}"
                )
            is_function = config["class_name"] == "function"
            name = config.get("config" if is_function else "class_name")
            if not isinstance(name, str):
                raise ArgumentError(f"a configuration names a {self.kind} as {name!r}.")
            found = self._recall(config, name)
            if is_function:
                return found
            inner = config.get("config") or {}
            return found.from_config(inner) if hasattr(found, "from_config") else found(**inner)

    def _recall(self, config: dict[str, Any], name: Any) -> Any:
        """The class or function that a configuration names, never by importing it."""
        registered, module = config.get("registered_name"), str(config.get("module") or "")
        found = _custom.get(registered, _custom.get(name)) if registered else None
        if found is not None:
            return found
        if "__lambda__" in config["class_name"] or name == "<lambda>":
            raise ArgumentError(
                "there is an unnamed function (lambda), and code in a file is not run.",
                fixes=["def halve(x): return x / 2 has a name; write such a function instead"],
            )
        home = self if name in self.names else _registries.get(module, self)
        if registered is None or module.startswith("keras."):
            try:
                return home.find(name)
            except ArgumentError as error:  # Keras 2 wrote no more of a class of one's own
                error.fixes = (f"custom_objects={{{name!r}: {name}}}",)
                raise
        if registered == "function" and name in home.names:
            return home.names[name]
        is_function = config["class_name"] == "function"
        what, code = ("function", "def") if is_function else ("class", "class")
        where = "" if module in ("", "builtins", "__main__") else f", of {module}"
        raise ArgumentError(
            f"{name!r} is a {what} of your own{where}; a file holds its name, not its code.",
            fixes=[
                f"custom_objects={{{name!r}: {name}}}",
                f"@keras.saving.register_keras_serializable() above `{code} {name}`, before the "
                "model is saved",
            ],
        )


def registered_name(thing: Any) -> str:
    """What the user has registered a class or function as, or its name."""
    own = (key for key, value in _custom.items() if value is thing)
    return next(own, getattr(thing, "__name__", repr(thing)))


def _named(home: Sequence[Any], config: Any) -> dict[str, Any]:
    return dict(zip(("module", "class_name", "registered_name"), home)) | {"config": config}
