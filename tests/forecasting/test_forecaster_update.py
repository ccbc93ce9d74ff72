"""Rows that come later: however they are taken in, the state is that of the longer history."""

import copy

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting.tables.table import Table
from tests.forecasting.quick import days, quick, wave

KNOWN, LATER = 60, 9


def shops():
    """Two series in one table, the second with other ends, a price and a hole."""
    rows = KNOWN + LATER
    frame = pl.DataFrame({
        "day": np.r_[days(rows), days(rows, "2024-01-04")],
        "shop": ["a"] * rows + ["b"] * rows,
        "y": np.r_[wave(rows), 3 * wave(rows, seed=1)],
        "price": wave(2 * rows, 5, seed=2),
    })  # fmt: skip
    return frame.filter((pl.col("shop") == "a") | (pl.col("day") != days(1, "2024-03-06")[0]))


WHOLE = shops()
START = WHOLE.filter(pl.col("day") < days(1, "2024-03-01")[0])
SINCE = WHOLE.filter(pl.col("day") >= days(1, "2024-03-01")[0])
ROLES = {"time": "day", "target": "y", "by": "shop"}


@pytest.fixture(scope="module", params=["direct", "recursive"])
def fitted(request):
    if request.param == "direct":
        return quick(horizon=2, lookback=7, past="price", **ROLES).fit(START)
    return quick(horizon=2, lookback=7, strategy="recursive", model="gru", units=2, **ROLES).fit(
        START
    )


@st.composite
def deliveries(draw):
    """The later rows in parts: each series in order of time, the rows of a part in any order."""
    parts = draw(st.integers(1, 6))
    of = {}
    for shop in ("a", "b"):
        rows = np.flatnonzero((SINCE["shop"] == shop).to_numpy())
        cuts = sorted(
            draw(st.lists(st.integers(0, len(rows)), min_size=parts - 1, max_size=parts - 1))
        )
        of[shop] = np.split(rows, cuts)
    both = [np.concatenate(pair).tolist() for pair in zip(of["a"], of["b"])]
    return [draw(st.permutations(part)) for part in both if part]


@settings(max_examples=5, deadline=None)
@given(deliveries())
def test_updates_in_any_parts_are_the_longer_history(fitted, parts):
    forecaster = copy.copy(fitted)
    for part in parts:
        forecaster.update(SINCE[part])
    wanted, table = Table.read(WHOLE, fitted.roles_), forecaster.table_
    assert table.ids == wanted.ids
    for name in ("offsets", "times", "future_rows"):
        np.testing.assert_array_equal(getattr(table, name), getattr(wanted, name))
    for name, values in wanted.columns.items():
        np.testing.assert_array_equal(table.columns[name], values)
    made, at_once = forecaster.forecast(), fitted.predict(WHOLE)
    assert made.columns == at_once.columns
    assert made["day"].to_list() == at_once["day"].to_list()
    for name in ("forecast", "lower_90", "upper_90"):  # to the last bit
        np.testing.assert_array_equal(made[name], at_once[name])


def test_600_steps_then_10_more_then_one_at_a_time():
    values = np.sin(np.arange(620) / 5)
    fitted = quick(horizon=10, strategy="recursive", model="lstm", units=2, season=1).fit(
        values[:600]
    )
    assert fitted.forecast()["row"].tolist() == list(range(600, 610))
    fitted.update(values[600:610])
    for k in range(610, 620):
        fitted.update(values[k : k + 1])
    made = fitted.forecast()
    assert made["row"].tolist() == list(range(620, 630))
    np.testing.assert_array_equal(made["forecast"], fitted.predict(values)["forecast"])
