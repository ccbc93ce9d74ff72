"""The mask that travels with a tensor: which timesteps of it are real."""

from __future__ import annotations

import weakref
from typing import Any

_masks: dict[int, tuple[weakref.ref, Any]] = {}


def get_mask(tensor: Any) -> Any:
    """The mask of an array, or None. True where a step is real; shape (batch, timesteps)."""
    kept = _masks.get(id(tensor))
    return kept[1] if kept is not None and kept[0]() is tensor else None


def set_mask(tensor: Any, mask: Any) -> None:
    """Let a mask travel with an array from here on; None takes it off."""
    key = id(tensor)
    if mask is None:
        _masks.pop(key, None)
    else:
        forget = _masks.pop  # bound here: when Python ends, this module's names go first
        _masks[key] = (weakref.ref(tensor, lambda _: forget(key, None)), mask)
