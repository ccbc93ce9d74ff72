"""Values in a model's configuration as plain data, as Keras writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.variable import Variable

NUMBERS = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
FLOATS = ("float16", "bfloat16", "float32", "float64")
PLAIN = (type(None), bool, int, float, str)


def encode(value: Any, tensor: Callable[[SymbolicTensor], Any], who: str) -> Any:
    """Plain data for the arguments of a call.

    Args:
        value: arguments, in any structure.
        tensor: makes the data that stand for a symbolic tensor.
        who: the layer that was called, for messages.

    Raises:
        ArgumentError: for a value that no file can hold.
    """
    if isinstance(value, SymbolicTensor):
        return tensor(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, (list, tuple)):
        return type(value)([encode(v, tensor, who) for v in value])
    if isinstance(value, dict):
        return {str(k): encode(v, tensor, who) for k, v in value.items()}
    if isinstance(value, slice):
        parts = {k: encode(getattr(value, k), tensor, who) for k in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, (np.ndarray, jax.Array)) and str(value.dtype) in NUMBERS + FLOATS:
        config = {"value": np.asarray(value).tolist(), "dtype": str(value.dtype)}
        return {"class_name": "__tensor__", "config": config}
    what = f"the variable {value.path!r}" if isinstance(value, Variable) else repr(value)
    raise ArgumentError(
        f"the call of {who} has {what} among its arguments, which a configuration cannot hold.",
        fixes=["do that step in the `call` of a Layer of your own"],
    )


def decode(value: Any, tensor: Callable[[Any], SymbolicTensor]) -> Any:
    """The arguments of a call from what `encode` or Keras wrote.

    Args:
        value: plain data.
        tensor: finds the symbolic tensor of `[layer, call, output]`.
    """
    if isinstance(value, (list, tuple)):
        return type(value)([decode(v, tensor) for v in value])
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {k: decode(v, tensor) for k, v in value.items()}
    kind, config = value["class_name"], value.get("config") or {}
    if kind == "__keras_tensor__":
        return tensor(config.get("keras_history"))
    if kind == "__slice__":
        return slice(*(decode(config.get(k), tensor) for k in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Ellipsis
    if kind in ("__tensor__", "__numpy__") and config.get("dtype") in NUMBERS + FLOATS:
        return jax.numpy.asarray(np.asarray(config["value"]), config["dtype"])
    raise ArgumentError(f"a configuration with {kind!r} among a call's arguments is not read.")
