"""Random numbers: NumPy's generator for initial weights, JAX's keys inside a step."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from recurra.engine import scope


class _Source:
    """The process-wide source of randomness, made at first use."""

    generator: np.random.Generator | None = None


_inside: ContextVar[np.random.Generator | None] = ContextVar("generator", default=None)


def set_random_seed(seed: int) -> None:
    """Make everything random from here on repeatable: Python's, NumPy's and recurra's numbers."""
    random.seed(seed)
    np.random.seed(seed)
    _Source.generator = np.random.default_rng(seed)


def generator() -> np.random.Generator:
    """The generator behind initial weights and shuffling.

    Without `set_random_seed` it starts from NumPy's global state, which reading does not change:
    a script that begins with `np.random.seed(7)` is repeatable, as in its day.
    """
    if (inside := _inside.get()) is not None:
        return inside
    if _Source.generator is None:
        state: Any = np.random.get_state()
        digest = hashlib.sha256(np.asarray(state[1]).tobytes() + bytes([state[2] % 256])).digest()
        _Source.generator = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    return _Source.generator


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Within a `with` block, draw from a generator of its own; the user's goes on unchanged."""
    token = _inside.set(np.random.default_rng(seed))
    try:
        yield
    finally:
        _inside.reset(token)


def new_seed() -> int:
    """A seed drawn from the process-wide generator."""
    return int(generator().integers(2**31 - 1))


def step_key(seed: int | None = None) -> Any:
    """A JAX key for one draw: another one for each call, each step and each `seed`.

    While a step is traced it is made from that step's key. Outside, a fresh one is drawn.
    """
    import jax

    inside = scope.current()
    if inside is None:
        return jax.random.key(new_seed() if seed is None else seed)
    key, draw = inside.draw()
    if key is None:
        key = jax.random.key(0 if seed is None else seed)
    if seed is not None:
        key = jax.random.fold_in(key, seed)
    return jax.random.fold_in(key, draw)
