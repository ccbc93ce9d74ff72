"""Any object of a configuration as plain data in Keras's format, and back.

What a user's own constructor was given (a layer, a function, an array) is written by this; the
parts that recurra knows are written by the registry of their kind.
"""

from __future__ import annotations

import inspect
import json
from typing import Any

import jax
import numpy as np

from recurra.engine import registry
from recurra.engine.config import DTYPES
from recurra.engine.errors import ArgumentError

_PLAIN = (type(None), bool, int, float, str)


def serialize_keras_object(obj: Any) -> Any:
    """Plain data that `deserialize_keras_object` turns back.

    Args:
        obj: a layer, loss, optimizer or the like, a function, an array, or lists and dicts of them.

    Raises:
        ArgumentError: for what no file can hold.

    Example:
        >>> serialize_keras_object({"size": np.int64(3), "steps": slice(1, None)})["size"]
        3

    Source: Keras's `saving.serialize_keras_object`.
    """
    if isinstance(obj, (list, tuple)):
        return [serialize_keras_object(item) for item in obj]
    if isinstance(obj, dict):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    return obj if isinstance(obj, _PLAIN) else to_data(obj)


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True
) -> Any:
    """The object, or the lists and dicts of objects, that plain data describe.

    Args:
        config: what `serialize_keras_object` of recurra or Keras returned.
        custom_objects: your own classes and functions by name. Nothing is imported by name.
        safe_mode: accepted as in Keras; code in a configuration is never run.

    Raises:
        ArgumentError: where a name is not known, or is somebody's own and not in `custom_objects`.

    Example:
        >>> data = serialize_keras_object([np.array([1, 2]), slice(1, None)])
        >>> deserialize_keras_object(data)
        [array([1, 2]), slice(1, None, None)]

    Source: Keras's `saving.deserialize_keras_object`.
    """
    with registry.custom_objects(custom_objects):
        return from_data(config)


def to_data(value: Any) -> Any:
    """Plain data for one value that JSON has no word for."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (np.ndarray, jax.Array)) and str(value.dtype) in DTYPES:
        config = {"value": np.asarray(value).tolist(), "dtype": str(value.dtype)}
        return {"class_name": "__numpy__", "config": config}
    if isinstance(value, slice):
        parts = {k: serialize_keras_object(getattr(value, k)) for k in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if hasattr(value, "get_config") and not inspect.isclass(value):
        return registry.home_of(type(value)).serialize(value)
    if inspect.isfunction(value):
        return registry.home_of(value).serialize_function(value)
    raise ArgumentError(
        f"the configuration holds {value!r} ({type(value).__name__}), which JSON cannot.",
        fixes=["let `get_config` of the layer return numbers, strings, lists and dicts"],
    )


def from_data(data: Any) -> Any:
    """What plain data describe; see `deserialize_keras_object`."""
    if isinstance(data, (list, tuple)):
        return [from_data(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "class_name" not in data:
        return {key: from_data(value) for key, value in data.items()}
    kind, config = data["class_name"], data.get("config") or {}
    if kind in ("__numpy__", "__tensor__") and config.get("dtype") in DTYPES:
        return np.asarray(config["value"]).astype(config["dtype"])
    if kind == "__slice__":
        return slice(*(from_data(config.get(k)) for k in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Ellipsis
    return registry.of("layers").deserialize(data)


def to_json(data: Any, **options: Any) -> str:
    """A configuration as JSON.

    Args:
        data: with objects in it, too.
        options: for `json.dumps`, such as `indent=2`.

    Raises:
        ArgumentError: for what no file can hold, with the layer that holds it.
    """

    def plain(value: Any) -> Any:
        try:
            return to_data(value)
        except ArgumentError as error:
            _name_owner(error, data, value)
            raise

    try:
        return json.dumps(data, default=plain, **options)
    except (TypeError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError(f"the configuration is nothing that JSON can hold: {error}.") from error


def _name_owner(error: ArgumentError, data: Any, value: Any) -> None:
    """Say in an error which layer has the argument that no file can hold."""
    if isinstance(data, (list, tuple)):
        for item in data:
            _name_owner(error, item, value)
    if not isinstance(data, dict):
        return
    given = data.get("config")
    config = given if isinstance(given, dict) else {}
    for key, item in config.items():
        if item is value and "class_name" in data:
            who = f"{data['class_name']} {config.get('name')!r}"
            error.problem = (
                f"{who}: its argument `{key}` is {value!r} ({type(value).__name__}), which no file "
                "can hold."
            )
            error.fixes = (
                f"def get_config(self): return {{**super().get_config(), {key!r}: ...}} with "
                "numbers, strings, lists, arrays or layers",
            )
    for item in data.values():
        _name_owner(error, item, value)
