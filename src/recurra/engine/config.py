"""Two settings of the whole process: the default float type and the small constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError

#: The types of numbers that weights and data may have.
DTYPES = (
    *("bfloat16", "float16", "float32", "float64", "bool"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)


class _Settings:
    floatx: str = "float32"
    epsilon: float = 1e-7


def floatx() -> str:
    """The float type of layers that name none."""
    return _Settings.floatx


def set_floatx(dtype: str) -> None:
    """Set the float type of layers that name none: float16, bfloat16, float32 or float64."""
    if dtype not in ("float16", "bfloat16", "float32", "float64"):
        raise ArgumentError(f"floatx cannot be {dtype!r}: float16, bfloat16, float32 or float64.")
    _Settings.floatx = dtype


def epsilon() -> float:
    """The small constant that keeps logarithms and quotients finite."""
    return _Settings.epsilon


def set_epsilon(value: float) -> None:
    """Set the small constant."""
    _Settings.epsilon = float(value)


def dtype_name(dtype: Any) -> str | None:
    """A type of numbers as its name: `np.float32` and Keras's policies become "float32"."""
    if dtype is None:
        return None
    if isinstance(dtype, dict):
        # Keras writes {"class_name": "DTypePolicy", "config": {"name": ...}}
        dtype = dtype["config"]["name"]
    try:
        name = str(np.dtype(dtype))
    except TypeError:
        name = str(dtype)
    if name not in DTYPES:
        raise ArgumentError(f"{name!r} is no type of numbers" + did_you_mean(name, DTYPES))
    return name
