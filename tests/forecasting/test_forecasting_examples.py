"""The examples in the docstrings of all that goes from tables to forecasts."""

import doctest
import importlib
import inspect
from pathlib import Path

import pytest

import recurra.forecasting
from recurra.forecasting import Forecaster

HOME = Path(recurra.forecasting.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(HOME).with_suffix("").parts)
    for path in HOME.rglob("*.py")
    if ">>> " in path.read_text()
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name):
    found = doctest.testmod(importlib.import_module(f"recurra.forecasting.{name}"))
    assert found.failed == 0 and found.attempted > 0


def test_the_search_for_examples_finds_them():
    assert {"forecaster", "scores", "tables.table", "sequences.classifier"} <= {*WITH_EXAMPLES}


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
