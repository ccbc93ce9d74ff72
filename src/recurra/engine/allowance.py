"""How many numbers a model may hold that is made from a file.

A few words of a configuration can ask for terabytes. What a model keeps is also in its file, so a
file of weights says how much is right. Nothing is counted outside of `allowed`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from recurra.engine.errors import FileError

#: What is kept besides weights: the states of stateful layers and the counts of metrics.
BESIDES = 1 << 24


class _Allowance:
    def __init__(self, left: int, file: Any) -> None:
        self.left, self.file = left, file


_now: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def allowed(count: int, file: Any) -> Iterator[None]:
    """Within the block, no more than so many numbers and `BESIDES` may be kept.

    Args:
        count: of the numbers that the file can hold.
        file: for the message.
    """
    token = _now.set(_Allowance(count + BESIDES, file))
    try:
        yield
    finally:
        _now.reset(token)


def take(shape: Sequence[Any]) -> None:
    """Count an array that is about to be made.

    Raises:
        FileError: where it is more than what is left.
    """
    allowance = _now.get()
    if allowance is None:
        return
    allowance.left -= math.prod(max(int(size), 0) for size in shape)
    if allowance.left < 0:
        raise FileError(
            f"{allowance.file}: its configuration asks for an array of shape {tuple(shape)}, and "
            "the file is too small to have the numbers of such a model.",
        )
