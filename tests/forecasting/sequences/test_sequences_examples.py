"""The examples in the docstrings of the estimators over sequences run as they stand."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["classifier", "regressor", "classifying", "common_grid"])
def test_examples_run(name):
    found = doctest.testmod(importlib.import_module(f"recurra.forecasting.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
