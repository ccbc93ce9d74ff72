"""Backtests: origins, what is forecast there and scores, beside plain loops."""

import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, DataError
from tests.forecasting.quick import days, quick, wave


def table(rows=80, **more):
    return {"day": days(rows), "y": wave(rows)} | more


def first_rows(columns, count):
    return {name: values[:count] for name, values in columns.items()}


@pytest.fixture(scope="module")
def made():
    """60 rows to learn from, 20 to forecast, 3 rows from each of 18 origins."""
    return quick(horizon=3, lookback=8).backtest(table())


def test_every_row_of_the_last_quarter_is_an_origin(made):
    assert made.origins.tolist() == list(range(60, 78))
    assert made.forecasts.times[0].astype("M8[D]").tolist() == days(63)[60:].tolist()
    y = table()["y"]
    np.testing.assert_array_equal(made.actual[:, :, 0], [y[o : o + 3] for o in made.origins])


def test_each_forecast_is_what_the_model_would_have_said_on_that_day(made):
    columns = table()
    forecaster = quick(horizon=3, lookback=8).fit(first_rows(columns, 60))
    for k, origin in enumerate(made.origins):
        then = forecaster.predict(first_rows(columns, origin))
        assert then["day"].tolist() == made.forecasts.times[k].astype("M8[D]").tolist()
        np.testing.assert_allclose(made.forecasts.point[k, :, 0], then["forecast"], rtol=1e-6)
        low, high = made.forecasts.lower[0.9], made.forecasts.upper[0.9]
        np.testing.assert_allclose(low[k, :, 0], then["lower_90"], rtol=1e-6)
        np.testing.assert_allclose(high[k, :, 0], then["upper_90"], rtol=1e-6)


def shops(first, last):
    """Rows of two shops, the second of which begins 20 days later and errs more."""
    parts = {
        "a": wave(80)[first:last],
        "b": 3 * wave(60, noise=0.5, seed=1)[max(first - 20, 0) : last - 20],
    }
    ends = {"a": days(80)[first:last], "b": days(80)[max(first, 20) : last]}
    return {
        "day": np.concatenate(list(ends.values())),
        "shop": np.repeat(list(parts), [len(y) for y in parts.values()]),
        "y": np.concatenate(list(parts.values())),
    }


@pytest.mark.parametrize("horizon", [2, 5])
def test_updates_lead_to_the_same_forecasts_and_intervals(horizon):
    """Of shops, within the horizon and beyond it."""
    forecaster = quick(horizon=2, lookback=8, by="shop", levels=(0.9, 0.5)).fit(shops(0, 55))
    columns = shops(0, 80)
    # 35 of 140 rows come last, from day 62 on; what is known there goes back to day 55
    made = forecaster.backtest(columns, horizon=horizon, refit=False, origins=500)
    begins = made.table.times[made.origins].astype("M8[D]")
    assert begins.min() == days(80)[62]
    now = 55
    for day in (62, 70, 74):
        forecaster.update(shops(now, day))
        found, now = forecaster.forecast(horizon), day
        for k, shop in enumerate("ab"):
            mine = np.flatnonzero((begins == days(80)[day]) & (made.forecasts.series == k))
            then = {name: values[found["shop"] == shop] for name, values in found.items()}
            np.testing.assert_allclose(made.forecasts.point[mine[0], :, 0], then["forecast"])
            for level in (0.9, 0.5):
                low, high = made.forecasts.lower[level], made.forecasts.upper[level]
                name = f"{100 * level:g}"
                np.testing.assert_allclose(low[mine[0], :, 0], then[f"lower_{name}"], rtol=1e-5)
                np.testing.assert_allclose(high[mine[0], :, 0], then[f"upper_{name}"], rtol=1e-5)


def test_a_hole_before_the_first_origin_is_no_history():
    columns = table(100)
    columns["y"][60:78] = np.nan  # 75 rows come first
    made = quick(horizon=2, lookback=8).backtest(columns)
    fitted = quick(horizon=2, lookback=8).fit(first_rows(columns, 60)).learned_
    assert made.learned.ends == fitted.ends and made.learned.counts == fitted.counts
    np.testing.assert_array_equal(made.learned.held_out.errors, fitted.held_out.errors)


def test_baselines_are_those_of_a_loop(made):
    y, season = table()["y"], 7
    assert sorted(made.baselines) == ["drift", "last", "mean", "seasonal"]
    for k, origin in enumerate(made.origins):
        past = y[:origin]
        slope = (past[-1] - past[0]) / (origin - 1)
        expected = {
            "last": [past[-1]] * 3,
            "mean": [past.mean()] * 3,
            "drift": [past[-1] + slope * h for h in (1, 2, 3)],
            "seasonal": [past[origin + h - season] for h in range(3)],
        }
        for name, values in expected.items():
            np.testing.assert_allclose(made.baselines[name][k, :, 0], values, rtol=1e-12)


def test_scores_are_those_of_a_loop(made):
    y, came = table()["y"], made.actual[:, :, 0]
    scale = np.mean([abs(y[t] - y[t - 7]) for t in range(7, 60)])
    points = {"forecast": made.forecasts.point} | made.baselines
    for name, point in points.items():
        errors = [abs(c - f) for c, f in zip(came.ravel(), point[:, :, 0].ravel())]
        sizes = [abs(c) + abs(f) for c, f in zip(came.ravel(), point[:, :, 0].ravel())]
        found = made.scores[name]
        assert found["MAE"] == pytest.approx(np.mean(errors))
        assert found["RMSE"] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
        assert found["MASE"] == pytest.approx(np.mean(errors) / scale)
        assert found["sMAPE"] == pytest.approx(200 * np.mean(np.divide(errors, sizes)))
        by_step = np.abs(came - point[:, :, 0]).mean(axis=0)
        np.testing.assert_allclose(made.by_step[name], by_step)
    low, high = made.forecasts.lower[0.9][..., 0], made.forecasts.upper[0.9][..., 0]
    held = np.mean((low <= came) & (came <= high))
    assert made.scores["forecast"]["coverage 90%"] == pytest.approx(held)
    order = [made.scores[n]["MASE"] for n in made.scores if n != "forecast"]
    assert next(iter(made.scores)) == "forecast" and order == sorted(order)


def test_rows_have_one_line_for_each_value(made):
    rows = made.rows()
    assert len(rows["step"]) == 18 * 3 and rows["step"][:4].tolist() == [1, 2, 3, 1]
    assert rows["known_until"][:3].astype("M8[D]").tolist() == [days(60)[59].astype(object)] * 3
    assert rows["time"][:3].astype("M8[D]").tolist() == days(63)[60:].tolist()
    np.testing.assert_array_equal(rows["forecast"], made.forecasts.point.ravel())
    np.testing.assert_array_equal(rows["seasonal"], made.baselines["seasonal"].ravel())
    assert (rows["lower_90"] <= rows["upper_90"]).all()


def test_the_verdict_says_whether_the_best_baseline_is_beaten(made):
    best = min(made.baselines, key=lambda name: made.scores[name]["MASE"])
    assert made.best == best == "seasonal"
    own, other = made.scores["forecast"]["MASE"], made.scores[best]["MASE"]
    assert not made.beats and own > other  # a small model of one epoch
    assert made.verdict == (
        "The forecast does not beat the best baseline, the value one season ago (MASE "
        f"{other:.3g}): MASE {own:.3g} over 18 forecasts. Use the baseline, or give the model "
        "more history or better columns."
    )
    rising = {"day": days(120), "y": np.arange(120.0) ** 1.5}
    better = quick(horizon=2, model="tcn", units=2).backtest(rising)
    own, other = (better.scores[name]["MASE"] for name in ("forecast", better.best))
    assert better.beats and better.verdict == (
        f"The forecast is {100 * (1 - own / other):.0f} % better than the best baseline, the line "
        f"from the first value through the last (MASE {other:.3g}): MASE {own:.3g} over 29 "
        "forecasts."
    )


def test_origins_are_spread_over_the_last_part():
    made = quick(horizon=3, lookback=8).backtest(table(), origins=4)
    assert made.origins.tolist() == [60, 65, 71, 77]


def test_a_longer_horizon_than_was_learnt():
    made = quick(horizon=2, lookback=8).backtest(table(), horizon=5)
    assert made.actual.shape == made.forecasts.point.shape == (15, 5, 1)  # three blocks of 2 rows
    widths = (made.forecasts.upper[0.9] - made.forecasts.lower[0.9])[..., 0]
    assert (widths > 0).all() and np.isfinite(widths).all()
    assert list(made.by_step["forecast"].shape) == [5]


def test_several_series_begin_at_one_time_and_dead_ones_are_left_out():
    lengths = {"a": 80, "b": 40, "old": 80}
    columns = {
        "day": np.concatenate([days(80), days(80)[40:], days(80, "2020-01-01")]),
        "shop": np.concatenate([np.full(n, name) for name, n in lengths.items()]),
        "y": np.concatenate([wave(n, seed=n) for n in lengths.values()]),
    }
    made = quick(horizon=2, lookback=8, by="shop").backtest(columns, test=0.2, origins=500)
    # 200 rows, 40 of them last: days 60 to 79 of both living shops
    begins = made.table.times[made.origins].astype("M8[D]")
    assert begins.min() == days(80)[60]
    assert [made.table.ids[k] for k in np.unique(made.forecasts.series)] == ["a", "b"]
    assert len(made.origins) == 2 * 19
    assert (np.diff(begins) >= np.timedelta64(0)).all()
    assert made.learned.ends["a"].astype("M8[D]") == days(80)[59]


def test_missing_values_are_not_scored():
    columns = table()
    columns["y"][70:74] = np.nan
    made = quick(horizon=2, lookback=8).backtest(columns)
    assert not {69, 70, 71, 72, 73} & set(made.origins.tolist())
    assert np.isfinite(made.actual).all() and np.isfinite(made.scores["forecast"]["MAE"])


def test_what_was_learnt_from_is_no_test():
    forecaster = quick(horizon=2, lookback=8).fit(table())
    with pytest.raises(DataError) as raised:
        forecaster.backtest(refit=False)
    assert str(raised.value).splitlines()[0] == (
        "backtest: the part to test on begins at 2024-03-01, and the forecaster learnt from rows "
        "up to 2024-03-20: what it has seen does not tell how good it is."
    )
    later = {"day": days(120)[40:], "y": wave(120)[40:]}
    made = forecaster.backtest(later, test=0.5, refit=False)
    assert made.learned is forecaster.learned_
    assert made.table.times[made.origins[0]].astype("M8[D]") == days(81)[80]


def test_a_series_without_rows_to_test_on_may_have_been_learnt_from():
    def rows(count):
        return {
            "day": np.concatenate([days(count), days(60, "2020-01-01")]),
            "shop": np.repeat(["new", "old"], [count, 60]),
            "y": np.concatenate([wave(count), wave(60, seed=1)]),
        }

    forecaster = quick(horizon=2, lookback=8, by="shop").fit(rows(60))
    made = forecaster.backtest(rows(100), test=0.2, refit=False)  # 32 of 160 rows, of "new" alone
    assert np.unique(made.forecasts.series).tolist() == [0]
    assert made.table.times[made.origins[0]].astype("M8[D]") == days(69)[68]


def test_one_forecast():
    assert " over 1 forecast. " in quick(horizon=2, lookback=8).backtest(table(), test=0.01).verdict


def test_too_little_to_learn_from():
    with pytest.raises(DataError) as raised:
        quick(horizon=1, lookback=2).backtest(table(9))
    assert str(raised.value).splitlines()[0] == (
        "backtest: before 2024-01-08, where the part to test on begins, there are 3 windows to "
        "learn from and 2 to hold out, and 3 of each are needed. A window takes 2 rows to look at "
        "and 1 to forecast, and the history has 7."
    )


def test_no_window_in_the_last_part():
    columns = table(60)
    columns["y"][46::2] = np.nan
    with pytest.raises(DataError) as raised:
        quick(horizon=2, lookback=8).backtest(columns)
    assert str(raised.value) == (
        "backtest: no window of 8 rows and 2 to forecast lies in the last part of the history.\n"
        "  fix:      backtest(test=0.5)  # a larger last part\n"
        "  fix:      a smaller horizon or lookback"
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"test": 1}, "Forecaster: test=1: a share between 0 and 1 is needed."),
        ({"origins": 0}, "Forecaster: origins=0: a whole number from 1 on is needed."),
        ({"horizon": 0}, "Forecaster: horizon=0 has to be a whole number from 1."),
    ],
)
def test_arguments_that_mean_nothing(asked, message):
    forecaster = quick(horizon=2, lookback=8)
    if "horizon" in asked:
        forecaster.fit(table())
    with pytest.raises(ArgumentError) as raised:
        forecaster.backtest(table(), **asked)
    assert str(raised.value) == message


def test_a_backtest_is_printed_as_its_verdict_and_a_table():
    tried = quick(horizon=2, target="y").fit({"day": days(60), "y": wave(60)}).backtest()
    lines = repr(tried).splitlines()
    assert lines[0] == tried.verdict
    assert lines[2].split() == ["MAE", "RMSE", "MASE", "sMAPE", "coverage", "90%"]
    own = tried.scores["forecast"]
    assert lines[3].split()[:2] == ["forecast", f"{own['MAE']:.4g}"]
    assert len(lines) == 3 + len(tried.scores)


def test_a_series_that_never_changes_is_its_own_best_baseline():
    tried = quick(horizon=2, target="y").fit({"day": days(60), "y": np.ones(60)}).backtest()
    assert tried.verdict.startswith("The best baseline, ")
    assert " (MAE 0), was never wrong over " in tried.verdict
