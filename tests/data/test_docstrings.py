"""The examples in the docstrings of recurra.data run as they stand."""

import doctest
import importlib
import pkgutil

import pytest

import recurra.data

MODULES = sorted(m.name for m in pkgutil.walk_packages(recurra.data.__path__, "recurra.data."))


@pytest.mark.parametrize("name", [*MODULES, "recurra.engine.lazy"])
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_are_found():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = finder.find(importlib.import_module("recurra.data.windows"))
    assert [t.name for t in found if t.examples] == ["recurra.data.windows.windows"]
