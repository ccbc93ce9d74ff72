"""Programs that are compiled in a hurry, for tests in which they run once."""

from collections.abc import Iterator
from contextlib import contextmanager

import jax


@contextmanager
def hurried() -> Iterator[None]:
    """XLA leaves most optimizations out: for numbers to compare with, and for what is not numbers.

    What recurra computes is tested as users compile it, and so not in here.
    """
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)
