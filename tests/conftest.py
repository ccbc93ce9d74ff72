"""What all tests may ask for: a strict JAX and repeatable random numbers."""

import jax
import pytest

from recurra.engine.names import clear_session
from recurra.engine.seeds import set_random_seed


@pytest.fixture
def strict_jax():
    """No type of numbers becomes another by itself."""
    with jax.numpy_dtype_promotion("strict"):
        yield


@pytest.fixture
def repeatable():
    """The same random numbers and names of layers in every test."""
    set_random_seed(0)
    clear_session()
