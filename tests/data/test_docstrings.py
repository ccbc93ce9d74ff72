"""The examples in the docstrings of recurra.data run as they stand."""

import doctest
import importlib
import pkgutil

import pytest

import recurra.data

MODULES = sorted(
    m.name for m in pkgutil.walk_packages(recurra.data.__path__, prefix="recurra.data.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "name", [n for n in dir(recurra.data) if callable(getattr(recurra.data, n))]
)
def test_what_is_public_has_an_example(name):
    if name != "Windows":  # `windows` makes them, and shows them
        assert ">>> " in getattr(recurra.data, name).__doc__
