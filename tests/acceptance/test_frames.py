"""Frames come back as they came, with the times that follow."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.acceptance.tables import noise, quick

ROWS = 30
AHEAD = 4


TIMES = {
    "month ends over a leap day": pd.date_range(end="2024-03-31", periods=ROWS + AHEAD, freq="ME"),
    "days over a leap day": pd.date_range(end="2024-03-02", periods=ROWS + AHEAD),
    "days over a change of clocks": pd.date_range(
        end="2024-04-02", periods=ROWS + AHEAD, tz="Europe/Berlin"
    ),
    "hours over a change of clocks": pd.date_range(
        end="2024-10-27 04:00", periods=ROWS + AHEAD, freq="h", tz="Europe/Berlin"
    ),
    "business days": pd.bdate_range("2024-01-01", periods=ROWS + AHEAD),
    "quarters": pd.date_range("2015-03-31", periods=ROWS + AHEAD, freq="QE"),
    "weeks": pd.date_range("2023-06-01", periods=ROWS + AHEAD, freq="W"),
    "5 ms": pd.date_range("2023-12-31 23:59:59.9", periods=ROWS + AHEAD, freq="5ms"),
}


@pytest.mark.parametrize("name", TIMES)
def test_times_go_on(name):
    times = TIMES[name]
    table = pd.DataFrame({"day": times[:ROWS], "y": noise(ROWS)["y"]})
    made = quick(horizon=AHEAD, lookback=3, units=1).fit(table).forecast()
    assert list(made["day"]) == list(times[ROWS:])
    assert made["day"].dtype == table["day"].dtype
    assert made.columns.tolist() == ["day", "forecast", "lower_90", "upper_90"]


def test_polars_and_arrow_come_back():
    table = pl.from_pandas(noise()).with_columns(pl.col("day").cast(pl.Date))
    made = quick().fit(table).forecast()
    assert isinstance(made, pl.DataFrame)
    assert made.columns == ["day", "forecast", "lower_90", "upper_90"]
    assert made["day"].dtype == pl.Date
    assert made["day"].cast(str).to_list() == ["2024-02-10", "2024-02-11"]

    made = quick().fit(pa.Table.from_pandas(noise())).forecast()
    assert isinstance(made, pa.Table)
    assert made.column("day").to_pylist() == [pd.Timestamp(f"2024-02-1{i}") for i in (0, 1)]


def test_several_series_of_several_lengths_in_any_order():
    long, short = noise(seed=1, store=7), noise(30, seed=2, store=3)
    table = pd.concat([long, short]).sample(frac=1, random_state=0)
    made = quick(by="store").fit(table).forecast()
    assert made.columns.tolist() == ["day", "store", "forecast", "lower_90", "upper_90"]
    ends = {7: "2024-02-09", 3: "2024-01-30"}
    for store, rows in made.groupby("store"):
        expected = pd.date_range(ends[store], periods=3)[1:]
        assert list(rows["day"]) == list(expected)
    assert set(made["store"]) == {3, 7}
    assert made["store"].dtype == table["store"].dtype


def test_holes_in_time_are_put_in_and_said():
    table = noise(60).drop(index=[10, 11, 30])
    forecaster = quick().fit(table)
    assert (
        "3 rows were put in where times were missing, the first at 2024-01-11." in forecaster.notes_
    ), forecaster.notes_
    assert forecaster.forecast()["day"][0] == pd.Timestamp("2024-03-01")
    assert np.isfinite(forecaster.forecast()["forecast"]).all()
