"""Tables by the name of a layer's class: `explain` knows layers by name, not by import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def find(table: Mapping[str, T], thing: Any, changed_by: str | None = None) -> T | None:
    """The entry of the nearest of recurra's classes that a layer is one of.

    Args:
        table: entries by class name.
        thing: the layer.
        changed_by: a method; where a class of the user's has its own, no entry holds.
    """
    for kind in type(thing).__mro__:
        if not kind.__module__.startswith("recurra."):
            if changed_by in vars(kind):
                return None
        elif kind.__name__ in table:
            return table[kind.__name__]
    return None


def last_size(axes: Any) -> int | None:
    """The size of the last axis, None where it is not known."""
    return axes[-1].size if axes and isinstance(axes[-1].size, int) else None


def size_of(axes: Any, name: str) -> int | None:
    """The size of the axis of that name, None where there is none or it is not known."""
    return next((a.size for a in axes or () if a.name == name and isinstance(a.size, int)), None)
