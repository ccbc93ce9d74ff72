"""Baselines and errors against formulas of their own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting import Baseline
from tests.acceptance.tables import quick


def by_hand(kind, y, horizon, season):
    known = np.flatnonzero(np.isfinite(y))
    if not len(known):
        return np.full(horizon, np.nan)
    first, last = known[0], known[-1]
    ahead = np.arange(len(y), len(y) + horizon)
    if kind == "last":
        return np.full(horizon, y[last])
    if kind == "mean":
        return np.full(horizon, y[known].mean())
    if kind == "drift":
        slope = (y[last] - y[first]) / max(last - first, 1)
        return y[last] + slope * (ahead - last)
    earlier = [[i for i in known[::-1] if (row - i) % season == 0] for row in ahead]
    return np.array([y[rows[0]] if rows else y[last] for rows in earlier])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-100, 100), st.just(np.nan)), min_size=1, max_size=20),
    st.integers(1, 9),
    st.integers(1, 7),
)
def test_baselines_are_those_of_the_formulas(values, horizon, season):
    y = np.array(values)
    for kind in ("last", "seasonal", "drift", "mean"):
        got = Baseline(kind)(y, horizon=horizon, season=season)
        expected = by_hand(kind, y, horizon, season)
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4, err_msg=kind)


@pytest.fixture(scope="module")
def tried():
    rng = np.random.default_rng(0)
    parts = []
    for store, level in (("a", 20), ("b", 50)):
        y = level + 5 * np.sin(2 * np.pi * np.arange(120) / 7) + rng.normal(size=120)
        days = pd.date_range("2024-01-01", periods=120)
        parts.append(pd.DataFrame({"day": days, "store": store, "y": y}))
    table = pd.concat(parts, ignore_index=True)
    table.loc[[100, 219, 50], "y"] = np.nan
    forecaster = quick(by="store", horizon=4, lookback=8, season=7, levels=(0.8, 0.95))
    result = forecaster.backtest(table, origins=10)
    return table, result, pd.DataFrame(result.rows())


def test_each_forecast_stands_beside_what_came_and_the_baselines(tried):
    table, _, rows = tried
    for (store, until), part in rows.groupby(["store", "known_until"]):
        series = table[table["store"] == store].set_index("day")["y"]
        past = series[:until].to_numpy()
        assert list(part["time"]) == [until + pd.Timedelta(days=step) for step in part["step"]]
        np.testing.assert_array_equal(part["actual"], series[part["time"]])
        for kind in ("last", "seasonal", "drift", "mean"):
            np.testing.assert_allclose(part[kind], by_hand(kind, past, 4, 7), rtol=1e-5)


def test_errors_are_those_of_the_formulas(tried):
    table, result, rows = tried
    assert set(result.scores) == {"forecast", "last", "seasonal", "drift", "mean"}
    # The scale: the mean change over a season in the first three quarters, 90 rows.
    scales = {}
    for store, series in table.groupby("store")["y"]:
        learnt = series.to_numpy()[:90]
        scales[store] = np.nanmean(np.abs(learnt[7:] - learnt[:-7]))
    for name, scores in result.scores.items():
        error, actual = rows[name] - rows["actual"], rows["actual"]
        assert scores["MAE"] == pytest.approx(error.abs().mean())
        assert scores["RMSE"] == pytest.approx(np.sqrt((error**2).mean()))
        assert scores["MASE"] == pytest.approx((error.abs() / rows["store"].map(scales)).mean())
        share = error.abs() / (actual.abs() + rows[name].abs())
        assert scores["sMAPE"] == pytest.approx(200 * share.mean())
    for level in (80, 95):
        held = rows["actual"].between(rows[f"lower_{level}"], rows[f"upper_{level}"]).mean()
        assert result.scores["forecast"][f"coverage {level}%"] == pytest.approx(held)
    least = min(set(result.scores) - {"forecast"}, key=lambda name: result.scores[name]["MASE"])
    assert result.best == least
    assert result.beats == (result.scores["forecast"]["MASE"] < result.scores[least]["MASE"])
