"""A fix as code that can be pasted."""

from __future__ import annotations

from typing import Any, NamedTuple

from recurra.engine.shapes import Shape


class Fix(NamedTuple):
    """What to type, and why.

    Args:
        code: an expression, such as `X[..., None]`.
        why: what it does or when it is right.
        on_data: whether the code is an expression over the data that replaces them, so that it
            can be tried out.
    """

    code: str
    why: str = ""
    on_data: bool = False

    def __str__(self) -> str:
        return f"{self.code}  # {self.why}" if self.why else self.code


def literal(sizes: Any) -> str:
    """Sizes as a Python tuple."""
    return str(tuple(s if isinstance(s, int) else None for s in sizes))


def times(sizes: Any) -> str:
    """`9 x 4`."""
    return " x ".join(map(str, sizes))


def named(sizes: Any) -> str:
    """The sizes of data with the names of their axes."""
    return str(Shape(sizes))


def count(size: Any, names: str) -> str:
    """`1 timestep`, `20 timesteps`."""
    return f"{size} {names.removesuffix('s') if size == 1 else names}"
