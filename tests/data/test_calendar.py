"""Calendar features, beside pandas's fields of times."""

import numpy as np
import pandas as pd
import pytest

from recurra.data.calendar import calendar_features
from recurra.data.rates import find_step
from recurra.data.steps import Step

#: pandas's name of a step: the cycles it goes through
SEEN = {
    "YS": [],
    "QS": ["year"],
    "ME": ["year"],
    "W": ["year"],
    "D": ["year", "week"],
    "B": ["year", "week"],
    "h": ["year", "week", "day"],
    "15min": ["week", "day", "hour"],
    "min": ["week", "day", "hour"],
    "s": ["hour"],
    "5ms": [],
}


def times_of(kind, rows=3000):
    return pd.date_range("2023-03-01 09:00", periods=rows if kind != "YS" else 200, freq=kind)


@pytest.mark.parametrize("kind", SEEN)
def test_a_step_sees_the_cycles_that_are_longer(kind):
    times = times_of(kind, 600).to_numpy()
    values, names = calendar_features(times, find_step(times))
    assert names == [f"{c} ({part})" for c in SEEN[kind] for part in ("sine", "cosine")]
    assert values.shape == (len(times), len(names))
    assert values.dtype == np.float32
    assert np.hypot(values[:, ::2], values[:, 1::2]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", ["D", "h", "15min"])
def test_they_are_the_angles_of_the_calendar(kind):
    times = times_of(kind)
    values, names = calendar_features(times.to_numpy(), find_step(times.to_numpy()))
    hour = times.hour + times.minute / 60
    days = np.where(times.is_leap_year, 366, 365)
    wanted = {
        "year": (times.day_of_year - 1 + hour / 24) / days,
        "week": (times.day_of_week + hour / 24) / 7,
        "day": hour / 24,
        "hour": times.minute / 60,
    }
    for k, name in enumerate(names):
        cycle, part = name.split(" ")
        function = np.sin if part == "(sine)" else np.cos
        np.testing.assert_allclose(
            values[:, k], function(2 * np.pi * wanted[cycle]), atol=1e-6, err_msg=name
        )


def test_times_before_1970_too():
    """Monday, 29 December 1969: the week begins."""
    times = pd.date_range("1969-12-29", periods=8).to_numpy()
    values, names = calendar_features(times, find_step(times))
    assert values[[0, 7], names.index("week (cosine)")].tolist() == [1, 1]


def test_numbers_have_no_calendar():
    times = np.arange(5)
    values, names = calendar_features(times, find_step(times))
    assert values.shape == (5, 0)
    assert names == []


def test_no_times_have_no_rows():
    values, names = calendar_features(np.empty(0, "M8[ns]"), Step(10**9, "ns"))
    assert values.shape == (0, len(names)) == (0, 2)  # the hour of a step of a second
