"""Rows that go on where a history ends: what is wrong with them is said in their own numbers."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from recurra.engine.errors import DataError
from tests.forecasting.quick import days, quick, wave

N = 40


def said(error, call):
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@pytest.fixture(scope="module")
def shops():
    """Two series with two columns that are known of the future."""
    random = np.random.default_rng(0)
    columns = {"day": days(N), "y": wave(N), "x": np.arange(N) / N, "z": random.normal(size=N)}
    table = pd.concat([pd.DataFrame(columns).assign(shop=shop) for shop in "ab"])
    return quick(horizon=3, lookback=5, time="day", by="shop", known=["x", "z"], target="y").fit(
        table
    )


def future(**changed):
    frame = pd.DataFrame({"day": [*days(3, "2024-02-10")] * 2, "shop": [*"aaabbb"]})
    return frame.assign(x=1.0, z=2.0).assign(**changed)


def test_all_columns_series_and_times_that_are_missing_are_named(shops):
    lacking = future()
    lacking.loc[[3, 5], "x"] = np.nan
    lacking.loc[1, "z"] = np.nan
    assert said(DataError, lambda: shops.forecast(future=lacking)) == (
        "Forecaster: what has to be known of the future is missing: `x` at 2024-02-10 and "
        "2024-02-12 within series 'b' (rows 3 and 5 of the new rows) and `z` at 2024-02-11 within "
        "series 'a' (row 1 of the new rows).\n"
        "  fix:      fill it in, or leave these times out where no later ones follow\n"
        "  fix:      past=['x', 'z']  # if it is not known ahead"
    )
    assert said(DataError, lambda: shops.forecast(future=lacking.drop(4))).splitlines()[0] == (
        "Forecaster: what has to be known of the future is missing: `x` at 2024-02-10 to "
        "2024-02-12 within series 'b' (rows 3 and 4 of the new rows; no row for others); `z` at "
        "2024-02-11 within series 'a' (row 1 of the new rows) and `z` at 2024-02-11 within series "
        "'b' (no row)."
    )
    assert said(DataError, shops.forecast).splitlines()[0] == (
        "Forecaster: `x` and `z` have to be known for the 3 rows to forecast, and no rows are "
        "there for 2024-02-10 to 2024-02-12 within series 'a' and 2024-02-10 to 2024-02-12 within "
        "series 'b'."
    )


@pytest.mark.parametrize(
    "change, told",
    [
        (
            lambda new: new.assign(x="cheap"),
            "`x` is a known column and has to be numbers; row 0 of the new rows is 'cheap' (6 rows "
            "are no numbers).",
        ),
        (
            lambda new: new.assign(z=[1, 1, np.inf, 1, 1, 1]),
            "row 2 of the new rows of `z` is inf.",
        ),
        (
            lambda new: pd.concat([new, new.iloc[:1]]),
            "rows 0 and 6 of the new rows of series 'a' have the same time, 2024-02-10.",
        ),
        (
            lambda new: new.assign(day=new["day"] + pd.Timedelta("5h")),
            "the times in `day` of series 'a' have no common step: row 0 of the new rows comes 1 "
            "day 5 hours after row 39 of the history, where most rows go on daily.",
        ),
    ],
    ids=["text", "infinite", "twice", "between"],
)
def test_rows_are_counted_in_the_table_that_they_came_in(shops, change, told):
    assert said(DataError, lambda: shops.forecast(future=change(future()))).splitlines()[0] == (
        f"Forecaster: {told}"
    )


# Times written in another way ---------------------------------------------------------------------


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("write", [str, "{:%d.%m.%Y}".format], ids=["iso", "day first"])
def test_dates_as_text_continue_datetimes(library, write):
    history = library({"day": days(N), "y": wave(N)})
    forecaster = quick(horizon=2, time="day", target="y").fit(history)
    new = days(20, "2024-02-10").tolist()
    rows = {"y": wave(20)}
    expected = forecaster.update(library({"day": new} | rows)).forecast()
    forecaster.fit(history)
    made = forecaster.update(library({"day": [write(d) for d in new]} | rows)).forecast()
    assert made.equals(expected)


def test_another_time_zone_is_brought_to_that_of_the_history():
    times = pd.date_range("2024-01-01", periods=N, freq="h", tz="Europe/Berlin")
    forecaster = quick(horizon=1, time="time", target="y").fit(
        pd.DataFrame({"time": times, "y": wave(N)})
    )
    rows = pd.DataFrame({"time": times[-1:].tz_convert("UTC") + pd.Timedelta("1h"), "y": [1.0]})
    made = forecaster.update(rows).forecast()
    assert made["time"].tolist() == [times[-1] + pd.Timedelta("2h")]
    assert made["time"].dtype == times.dtype


@pytest.mark.parametrize(
    "library, code",
    [
        (pd.DataFrame, "rows['day'] = rows['day'].dt.tz_localize(None)"),
        (pl.DataFrame, "rows = rows.with_columns(pl.col('day').dt.replace_time_zone(None))"),
    ],
)
def test_a_time_zone_on_one_side_only(library, code):
    history = library({"day": days(N), "y": wave(N)})
    forecaster = quick(horizon=2, time="day", target="y").fit(history)
    times = pd.date_range("2024-02-10", periods=1, tz="UTC")
    rows = library({"day": times if library is pd.DataFrame else [*times], "y": [1.0]})
    assert said(DataError, lambda: forecaster.update(rows)) == (
        "Forecaster: the times of the history have no time zone, and those of the new rows have "
        "the time zone UTC.\n"
        "  came:     `day` begins with 2024-02-10\n"
        f"  fix:      {code}"
    )


def test_numbers_do_not_continue_dates():
    forecaster = quick(horizon=2).fit({"day": days(N), "y": wave(N)})
    assert said(DataError, lambda: forecaster.update({"day": np.array([5]), "y": [1.0]})) == (
        "Forecaster: the times of the new rows are of another kind than those of the history: "
        "`day` begins with 5 here and with 2024-01-01 there."
    )


def test_tables_of_another_library():
    forecaster = quick(horizon=2).fit(pd.DataFrame({"day": days(N), "y": wave(N)}))
    rows = pl.DataFrame({"day": days(1, "2024-02-10"), "y": [1.0]})
    assert said(Exception, lambda: forecaster.update(rows)) == (
        "Forecaster: a DataFrame of polars cannot continue a DataFrame of pandas.\n"
        "  fix:      give the new rows as the same kind of table as the history"
    )
