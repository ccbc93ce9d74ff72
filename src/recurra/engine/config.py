"""Two settings of the whole process: the default float type and the small constant."""

from __future__ import annotations

from recurra.engine.errors import ArgumentError


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
