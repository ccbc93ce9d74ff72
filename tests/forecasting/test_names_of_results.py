"""Columns of a table that are called like those of its forecast."""

import numpy as np
import pytest

from recurra.engine.errors import ArgumentError
from tests.forecasting.quick import days, quick, wave

N = 40


@pytest.mark.parametrize(
    "roles, name, made",
    [
        ({"time": "forecast"}, "forecast", "forecast, lower_90, upper_90"),
        ({"time": "day", "by": "lower_90"}, "lower_90", "forecast, lower_90, upper_90"),
        (
            {"time": "day", "by": "upper_80", "quantiles": (0.1, 0.5, 0.9)},
            "upper_80",
            "forecast, lower_80, upper_80",
        ),
    ],
)
def test_a_time_or_a_series_called_like_a_result(roles, name, made):
    table = {roles["time"]: days(N), "y": wave(N)}
    table |= {roles["by"]: np.full(N, "a")} if "by" in roles else {}
    with pytest.raises(ArgumentError) as caught:
        quick(target="y", **roles).fit(table)
    assert str(caught.value) == (
        f"Forecaster: the table has a column `{name}`, and so has the forecast: {made}.\n"
        f"  fix:      rename({{'{name}': ...}})  # another name in the table"
    )


def test_such_names_are_no_matter_for_columns_that_the_result_does_not_give_back():
    table = {"day": days(N), "forecast": wave(N), "upper_90": wave(N, seed=1)}
    made = quick(time="day", target="forecast", past="upper_90").fit(table).forecast()
    assert list(made) == ["day", "forecast", "lower_90", "upper_90"]


@pytest.mark.parametrize("by", ["step", "time", "actual", "mean", "target", "shop"])
def test_rows_of_a_backtest_keep_the_ids_of_series_apart(by):
    table = {"day": np.tile(days(N), 2), by: np.repeat(["a", "b"], N), "y": wave(2 * N)}
    tried = quick(time="day", target="y", by=by, horizon=2, lookback=4).fit(table).backtest()
    rows = tried.rows()
    assert set(rows["shop" if by == "shop" else "series"]) == {"a", "b"}
    assert set(rows["step"].tolist()) == {1, 2}
    assert rows["actual"].dtype == rows["mean"].dtype == np.float64
    assert rows["time"].dtype.kind == "M"
