"""Names of layers and paths of variables, as Keras gives them: `lstm`, `lstm_1`, ..."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recurra.engine.registry import snake_case

_counts: Counter[str] = Counter()


class _Local(threading.local):
    def __init__(self) -> None:
        self.stack: list[Any] = []


_local = _Local()


def unique_name(class_name: str) -> str:
    """The next free name of a kind of layer: `LSTM` -> `lstm`, then `lstm_1`."""
    base = snake_case(class_name)
    number = _counts[base]
    _counts[base] += 1
    return f"{base}_{number}" if number else base


def clear_session() -> None:
    """Start counting names anew, as at the start of the program."""
    _counts.clear()


@contextmanager
def name_scope(owner: Any) -> Iterator[None]:
    """Within the block, paths of new variables begin with the owner's name.

    Args:
        owner: what is built or called; within its own block nothing is added.
    """
    if _local.stack and _local.stack[-1] is owner:
        yield
        return
    _local.stack.append(owner)
    try:
        yield
    finally:
        _local.stack.pop()


def path_of(name: str) -> str:
    """The path of a variable made here: the open scopes and its name."""
    return "/".join((*(str(owner.name) for owner in _local.stack), name))
