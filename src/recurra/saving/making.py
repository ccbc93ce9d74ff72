"""A model from the configuration in a file, which may come from a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recurra.engine import arguments, registry
from recurra.engine.allowance import allowed
from recurra.engine.errors import FileError, RecurraError, StateError
from recurra.engine.tracebacks import has_user_line

#: What a configuration leads to that is damaged or made to do harm.
_DAMAGED = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)


def model_of(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The model of a configuration, whose names mean what they did to the Keras that wrote it.

    Args:
        config: plain data, with Keras's version as `keras_version` where it is known.
        custom_objects: the user's own classes and functions by name.
    """
    old = arguments.legacy_objects_hook
    meant = old(config.get("keras_version")) if old else {}
    return registry.of("layers").deserialize(config, {**meant, **(custom_objects or {})})


def make_model(config: dict[str, Any], path: Path) -> Any:
    """The model that the configuration in a file describes, built where the file says for what."""
    model = model_of(config)
    if not hasattr(model, "compile_from_config"):
        raise FileError(f"{path} holds a {type(model).__name__}, not a model.")
    if not model.built and config.get("build_config"):
        model.build_from_config(config["build_config"])
    if not model.built:
        raise StateError(
            f"the file does not say for what input {model.label} was built.",
            fixes=[
                "make the model as it was, call it on data, and then "
                f"model.load_weights({str(path)!r})"
            ],
        )
    return model


@contextmanager
def configuring(path: Path, size: int) -> Iterator[None]:
    """Within the block a configuration is read: what is wrong with it is said with the file.

    Args:
        path: of the file.
        size: of the weights in it, in bytes: so many numbers the model may have.
    """
    try:
        with allowed(size, path):
            yield
    except FileError:
        raise
    except RecurraError as error:
        error.problem = f"{path}: {error.problem}"
        load = f"load_model({str(path)!r}, "
        error.fixes = tuple(
            f"{load}{fix})" if fix.startswith("custom_objects=") else fix for fix in error.fixes
        )
        raise
    except _DAMAGED as error:
        if has_user_line(error):
            raise
        reason = f"{type(error).__name__}: {error}"
        raise FileError(f"{path}: its configuration is damaged ({reason}).") from error
