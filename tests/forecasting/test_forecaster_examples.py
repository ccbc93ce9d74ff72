"""The examples in the docstrings of the Forecaster's parts."""

import doctest
import importlib
import inspect

import pytest

from recurra.forecasting import Forecaster


@pytest.mark.parametrize("name", ["forecaster", "baselines", "scores", "table", "roles"])
def test_examples_run(name):
    found = doctest.testmod(importlib.import_module(f"recurra.forecasting.{name}"))
    assert found.failed == 0 and found.attempted > 0


def test_every_argument_is_described():
    text = inspect.getdoc(Forecaster)
    missing = [n for n in inspect.signature(Forecaster).parameters if f"\n    {n}: " not in text]
    assert missing == []
    for name, method in inspect.getmembers(Forecaster, inspect.isfunction):
        if name.startswith("_") or "Forecaster" not in method.__qualname__:
            continue
        text = inspect.getdoc(method)
        asked = [n for n in inspect.signature(method).parameters if n != "self"]
        assert [n for n in asked if f"\n    {n}: " not in text] == [], name
