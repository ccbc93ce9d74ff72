"""What all tests may ask for: a strict JAX and repeatable random numbers.

A program that was compiled once in this run is kept in a folder for the tests, workers and
processes that need the same: most of the time of a test goes into compiling.
"""

import os
import tempfile

import jax
import pytest

from recurra.engine.names import clear_session
from recurra.engine.seeds import set_random_seed


def pytest_configure(config):
    if hasattr(config, "workerinput"):  # a worker has the environment of the process above it
        return
    folder = tempfile.TemporaryDirectory(prefix="recurra-compiled-")
    config.add_cleanup(folder.cleanup)
    kept = {
        "jax_compilation_cache_dir": folder.name,
        "jax_persistent_cache_min_compile_time_secs": 0,
    }
    for name, value in kept.items():
        jax.config.update(name, value)
        os.environ[name.upper()] = str(value)


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
