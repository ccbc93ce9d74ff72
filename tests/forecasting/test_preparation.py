"""How series are scaled: in the unit of their own values."""

import numpy as np
import pytest

from recurra.forecasting.preparation import Preparation
from recurra.forecasting.tables.table import Table

ROLES = {"time": "day", "target": "y", "by": "shop"}
ROWS = 20


def prepared(levels, unit=1.0):
    """A wave of deviation 1 and series that are constant, in some unit, as a network sees them."""
    wave = np.tile([1.0, -1.0], ROWS // 2)
    series = [wave, *(np.full(ROWS, float(level)) for level in levels)]
    table = Table.read(
        {
            "day": np.tile(np.datetime64("2024-01-01") + np.arange(ROWS), len(series)),
            "shop": np.repeat(np.arange(len(series)), ROWS),
            "y": unit * np.concatenate(series),
        },
        ROLES,
    )
    until = np.full(len(series), ROWS)
    return Preparation("forward", 1).fit(table, until).arrays(table)[0]


def test_a_constant_is_scaled_by_its_size_or_by_what_is_usual():
    arrays = prepared([1e-6, 1e6, 0.0])
    np.testing.assert_allclose(arrays.scale[:, 0], [1.0, 1e-6, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(arrays.targets[ROWS:], 0, atol=1e-12)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_does_not_matter(unit):
    """A forecast that the network makes of the same numbers scales as the targets do."""
    one, other = prepared([5.0, 0.0]), prepared([5.0, 0.0], unit)
    np.testing.assert_allclose(other.past, one.past, atol=1e-6)
    made, series = np.full((3, 2, 1), 0.3), np.arange(3)
    np.testing.assert_allclose(
        other.unscaled(made, series), unit * one.unscaled(made, series), rtol=1e-12
    )


def test_constants_alone():
    arrays = prepared([])
    assert arrays.scale.tolist() == [[1.0]]
    table = Table.read({"day": np.arange(9), "y": np.full(9, 4e6)}, {"time": "day"})
    made, _ = Preparation("forward", 1).fit(table, np.array([9])).arrays(table)
    assert (made.centre.tolist(), made.scale.tolist()) == ([[4e6]], [[4e6]])
