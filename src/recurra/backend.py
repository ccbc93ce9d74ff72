"""Settings of the process and names of types, as `keras.backend` has them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import did_you_mean
from recurra.engine.config import epsilon as epsilon
from recurra.engine.config import floatx as floatx
from recurra.engine.config import set_epsilon as set_epsilon
from recurra.engine.config import set_floatx as set_floatx
from recurra.engine.errors import ArgumentError
from recurra.engine.names import clear_session as _clear_names
from recurra.engine.symbolic import SymbolicTensor

_FORMATS = ("channels_last", "channels_first")
_settings = {"image_data_format": "channels_last"}
_uids: Counter[str] = Counter()
_DTYPES = (
    *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)),
    *("float16", "bfloat16", "float32", "float64", "bool", "complex64", "complex128"),
)


def backend() -> str:
    """The tensor engine underneath: `"jax"`."""
    return "jax"


def image_data_format() -> str:
    """The order of axes that layers over images take where they are told none."""
    return _settings["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set that order: `"channels_last"` or `"channels_first"`."""
    if data_format not in _FORMATS:
        raise ArgumentError(
            f"image_data_format cannot be {data_format!r}: {' or '.join(map(repr, _FORMATS))}"
            + (did_you_mean(data_format, _FORMATS) or ".")
        )
    _settings["image_data_format"] = data_format


def clear_session(free_memory: bool = True) -> None:
    """Start counting names anew, as at the start of the program.

    Args:
        free_memory: accepted as in Keras; what nothing refers to is freed anyway.
    """
    _clear_names()
    _uids.clear()


def get_uid(prefix: str = "") -> int:
    """The next number of a prefix, from 1.

    Example:
        >>> get_uid("weight"), get_uid("weight")
        (1, 2)
    """
    _uids[prefix] += 1
    return _uids[prefix]


def is_keras_tensor(x: Any) -> bool:
    """Whether it is what `Input` and layers called on it give: a tensor without values."""
    return isinstance(x, SymbolicTensor)


def standardize_dtype(dtype: Any) -> str:
    """The name of a type: of NumPy, of JAX, of Python or None for the default float.

    Example:
        >>> standardize_dtype(np.int32), standardize_dtype(float), standardize_dtype(None)
        ('int32', 'float32', 'float32')
    """
    if dtype is None or dtype is float or dtype == "float":
        return floatx()
    if dtype is int or dtype == "int":
        return "int32"
    name = dtype if isinstance(dtype, str) else str(np.dtype(dtype))
    if name not in _DTYPES:
        raise ArgumentError(f"there is no dtype {name!r}" + (did_you_mean(name, _DTYPES) or "."))
    return name


def is_float_dtype(dtype: Any) -> bool:
    """Whether a type holds fractions."""
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Whether a type holds whole numbers."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def result_type(*dtypes: Any) -> str:
    """The type of a result of values of these types; Python's own types give way.

    Example:
        >>> result_type("int32", "float16"), result_type("int32", float), result_type("int8", int)
        ('float16', 'float32', 'int8')
    """
    weak = {int: 0, float: 0.0, bool: False}
    values = [weak[d] if d in weak else jnp.dtype(standardize_dtype(d)) for d in dtypes or (None,)]
    with jax.numpy_dtype_promotion("standard"):
        return str(jnp.result_type(*values))
