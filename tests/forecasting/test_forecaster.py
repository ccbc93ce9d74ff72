"""Forecaster: from tables of all kinds to forecasts of the same kind, and how it goes on."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import recurra as rc
from recurra.forecasting import Forecaster
from tests.forecasting.quick import days, quick, small, wave

N = 42


def table(rows=N, **more):
    return {"day": days(rows), "y": wave(rows)} | more


def part(columns, *place):
    return {name: values[slice(*place)] for name, values in columns.items()}


def assert_equal(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


# Kinds of tables ---------------------------------------------------------------------------------


def test_a_dict_gives_a_dict_with_the_times_that_follow():
    made = quick(horizon=2).fit(table()).forecast()
    assert list(made) == ["day", "forecast", "lower_90", "upper_90"]
    assert made["day"].dtype == "M8[D]"
    assert made["day"].tolist() == days(N + 2)[N:].tolist()
    assert (made["lower_90"] <= made["forecast"]).all()
    assert (made["forecast"] <= made["upper_90"]).all()


def test_pandas_with_a_zone_gives_pandas_with_this_zone_over_a_change_of_clocks():
    when = pd.date_range("2024-02-18", periods=N, freq="D", tz="Europe/Berlin")
    made = quick(horizon=2).fit(pd.DataFrame({"when": when, "y": wave(N)})).forecast()
    assert isinstance(made, pd.DataFrame) and list(made.columns)[:2] == ["when", "forecast"]
    assert str(made["when"].dt.tz) == "Europe/Berlin"
    assert made["when"].astype(str).tolist() == [
        "2024-03-31 00:00:00+01:00",
        "2024-04-01 00:00:00+02:00",
    ]


def test_an_index_of_times_stays_the_index_and_a_series_is_a_table():
    values = pd.Series(wave(N), pd.date_range("2024-01-01", periods=N, name="day"), name="sales")
    forecaster = quick(horizon=2).fit(values[:40])
    made = forecaster.forecast()
    assert made.index.name == "day" and made.index[0] == pd.Timestamp("2024-02-10")
    later = forecaster.update(values[40:]).forecast()
    assert later.index.tolist() == [pd.Timestamp("2024-02-12"), pd.Timestamp("2024-02-13")]


@pytest.mark.parametrize("library", [pl.DataFrame, pa.table])
def test_polars_and_pyarrow_give_their_kind(library):
    given = library(table() | {"shop": np.full(N, "a")})
    made = quick(horizon=2, by="shop").fit(given).forecast()
    assert type(made) is type(given)
    columns = made.to_pydict() if library is pa.table else made.to_dict(as_series=False)
    assert columns["shop"] == ["a", "a"]
    kinds = given.schema if library is pl.DataFrame else {f.name: f.type for f in given.schema}
    after = made.schema if library is pl.DataFrame else {f.name: f.type for f in made.schema}
    assert (kinds["day"], kinds["shop"]) == (after["day"], after["shop"])
    assert columns["day"] == days(N + 2)[N:].tolist()


def test_all_kinds_give_the_same_numbers():
    columns = table()
    made = [
        quick(horizon=3).fit(kind(columns)).forecast()
        for kind in (dict, pd.DataFrame, pl.DataFrame, pa.table)
    ]
    first = np.asarray(made[0]["forecast"])
    for other in made[1:]:
        np.testing.assert_array_equal(first, np.asarray(other["forecast"]))


def test_numpy_rows_are_steps_and_all_columns_are_forecast():
    made = quick(horizon=2).fit(np.stack([wave(N), wave(N, seed=1)], 1)).forecast()
    assert made["row"].tolist() == [N, N + 1]
    assert [n for n in made if n.endswith("forecast")] == ["x0_forecast", "x1_forecast"]


def test_levels_are_several_one_or_none():
    columns = table()
    several = quick(levels=(0.8, 0.95)).fit(columns).forecast()
    assert list(several)[2:] == ["lower_80", "upper_80", "lower_95", "upper_95"]
    assert list(quick(levels=0.975, known=None).fit(columns).forecast())[2:] == [
        "lower_97.5",
        "upper_97.5",
    ]
    assert list(quick(levels=None).fit(columns).forecast()) == ["day", "forecast"]


# Series ------------------------------------------------------------------------------------------


def shops(lengths, **more):
    parts = [
        {
            "day": days(n, "2024-03-01") - np.timedelta64(n, "D"),
            "shop": np.full(n, f"shop {k}", object),
            "y": (1 + k) * wave(n, seed=k),
        }
        for k, n in enumerate(lengths)
    ]
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]} | more


def test_series_of_several_lengths_are_forecast_by_one_model():
    forecaster = quick(horizon=2, lookback=7, by="shop").fit(shops([40, 25, 60]))
    made = forecaster.forecast()
    assert made["shop"].tolist() == [f"shop {k}" for k in (0, 0, 1, 1, 2, 2)]
    assert made["day"].tolist() == 3 * days(2, "2024-03-01").tolist()
    assert len(forecaster.learned_.trained) == 1
    # of 32, 17 and 52 windows 8, 8 and 10 are held out, and one of each reaches across the border
    assert forecaster.learned_.counts == (23 + 8 + 41, 8 + 8 + 10)


def test_a_series_that_fit_did_not_see_is_forecast_by_its_own_height():
    forecaster = quick(horizon=2, lookback=7, by="shop", model="tcn", units=4)
    forecaster.fit(shops([60, 60]))
    new = part(shops([50]), None, None)
    new = new | {"shop": np.full(50, "new", object), "y": 500 + 100 * new["y"]}
    made = forecaster.predict(new)
    assert made["shop"].tolist() == ["new", "new"]
    assert (np.abs(made["forecast"] - 1500) < 300).all()
    # the same numbers as for a known series of this shape: scales are its own
    twin = forecaster.predict(new | {"y": new["y"] * 10})
    np.testing.assert_allclose(twin["forecast"], 10 * made["forecast"], rtol=1e-4)


def test_a_series_too_short_to_learn_from_is_scaled_when_there_is_more_of_it():
    columns = shops([60, 3])
    columns["y"][60:] *= 1000
    forecaster = quick(horizon=5, lookback=4, by="shop", model="tcn", units=2).fit(columns)
    rows = {
        "day": days(30, "2024-03-01"),
        "shop": np.full(30, "shop 1", object),
        "y": 2000 * wave(30, seed=1),
    }
    later = forecaster.update(rows).forecast()
    is_short = later["shop"] == "shop 1"
    assert (np.abs(later["forecast"][is_short] - 20_000) < 5_000).all()
    widths = later["upper_90"] - later["lower_90"]  # of the size of its own changes
    assert (widths[is_short] > 300 * widths[~is_short]).all()


def test_several_targets_have_columns_of_their_names():
    made = quick(horizon=1, target=["y", "z"]).fit(table(z=wave(N, seed=2))).forecast(2)
    assert list(made) == [
        *("day", "y_forecast", "y_lower_90", "y_upper_90"),
        *("z_forecast", "z_lower_90", "z_upper_90"),
    ]
    assert made["day"].tolist() == days(N + 2)[N:].tolist()


def test_a_constant_series_goes_on_as_it_is():
    forecaster = quick(horizon=2, model="lstm", units=2).fit(table(y=np.full(N, 3.0)))
    made = forecaster.forecast()
    np.testing.assert_allclose(made["forecast"], [3, 3], atol=1e-6)
    np.testing.assert_allclose(made["upper_90"] - made["lower_90"], [0, 0], atol=1e-6)
    assert "`y` is constant: always 3." in forecaster.notes_


def test_a_season_and_a_line_are_found_by_the_linear_part():
    trend = np.arange(120) / 10 + np.sin(2 * np.pi * np.arange(120) / 7)
    forecaster = quick(horizon=7, model="gru", units=2).fit({"day": days(113), "y": trend[:113]})
    assert forecaster.season_ == 7 and forecaster.lookback_ == 22  # three seasons and a row
    assert forecaster.notes_[-1] == "A season of 7 rows was found."
    np.testing.assert_allclose(forecaster.forecast()["forecast"], trend[113:], atol=0.02)


# What is known of the future ---------------------------------------------------------------------


def priced(rows=N):
    random = np.random.default_rng(7)
    price = random.normal(0, 1, rows)
    return {"day": days(rows), "y": 5 * price + random.normal(0, 0.01, rows), "price": price}


def test_known_columns_may_stand_in_the_table_or_come_later():
    columns = priced(126)
    columns["y"][120:] = np.nan
    asked = quick(horizon=6, lookback=3, known="price", target="y", model="tcn", units=2)
    within = asked.fit(columns)
    assert "The last 6 rows have no target: the future." in within.notes_
    made = within.forecast()
    np.testing.assert_allclose(made["forecast"], 5 * columns["price"][120:], atol=0.1)
    later = asked.fit(part(columns, 120))
    rows = {"day": columns["day"][120:], "price": columns["price"][120:]}
    assert_equal(later.forecast(future=rows), made)
    # and rows of the table's future give way to those of `future=`
    other = within.forecast(future=rows | {"price": rows["price"] + 1})
    np.testing.assert_allclose(other["forecast"], made["forecast"] + 5, atol=0.1)


def test_new_categories_are_told_and_text_is_a_category():
    columns = table(weather=np.array(["sun", "rain"] * (N // 2), object))
    forecaster = quick(horizon=1, known="weather", target="y", model="gru", units=2)
    forecaster.fit(columns)
    assert forecaster.roles_.categorical == ("weather",)
    future = {"day": days(N + 1)[N:], "weather": np.array(["snow"], object)}
    with pytest.warns(UserWarning) as told:
        snow = forecaster.forecast(future=future)["forecast"]
    assert [str(w.message) for w in told] == [
        "Forecaster: `weather` holds categories that training did not meet, which count as one "
        "unknown category: snow."
    ]
    with pytest.warns(UserWarning, match="hail"):
        hail = forecaster.forecast(future=future | {"weather": ["hail"]})["forecast"]
    sun = forecaster.forecast(future=future | {"weather": ["sun"]})["forecast"]
    assert snow == hail != sun


def test_missing_values_are_filled_and_told_and_windows_begin_behind_the_first_known_ones():
    columns = table(price=wave(N, seed=4))
    columns["y"][:5], columns["y"][20], columns["price"][22] = np.nan, np.nan, np.nan
    columns["price"][-1] = np.nan
    forecaster = quick(horizon=1, lookback=4, target="y", known="price")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecaster.fit(columns)
    assert forecaster.notes_[-1] == (
        "3 missing values of the past are filled ('forward'); none of them is used as a target."
    )
    assert sum(forecaster.learned_.counts) == N - 5 - 4 - 1  # no window forecasts row 20
    future = {"day": days(N + 1)[N:], "price": [10.0]}
    assert np.isfinite(forecaster.forecast(future=future)["forecast"]).all()


def test_columns_that_new_rows_lack_are_missing_there():
    columns = shops([40, 40], town=np.repeat(["Ulm", "Bonn"], 40))
    forecaster = quick(horizon=1, by="shop", static="town", target="y").fit(columns)
    rows = {"day": days(1, "2024-03-01"), "shop": ["shop 1"], "y": [10.0]}
    made = forecaster.update(rows).forecast()
    assert made["day"].astype(str).tolist() == ["2024-03-01", "2024-03-02"]


# Going on ----------------------------------------------------------------------------------------


def test_a_longer_horizon_goes_on_from_the_forecasts():
    forecaster = quick(horizon=2).fit(table())
    short, long = forecaster.forecast(), forecaster.forecast(5)
    assert len(long["day"]) == 5
    np.testing.assert_array_equal(long["forecast"][:2], short["forecast"])
    # a plain loop: what was forecast is taken for what came
    columns = table()
    for first in (0, 2):
        made = forecaster.predict(columns)
        np.testing.assert_allclose(made["forecast"], long["forecast"][first : first + 2], rtol=1e-5)
        columns = {
            "day": days(len(columns["day"]) + 2),
            "y": np.append(columns["y"], made["forecast"]),
        }
    assert np.isfinite(long["lower_90"]).all()


def test_a_shorter_horizon_is_the_beginning():
    forecaster = quick(horizon=4).fit(table())
    np.testing.assert_array_equal(
        forecaster.forecast(1)["forecast"], forecaster.forecast()["forecast"][:1]
    )


def test_an_update_and_a_fresh_table_give_the_same():
    columns = table(60, price=wave(60, seed=5))
    forecaster = quick(horizon=2, target="y", past="price").fit(part(columns, 40))
    weights = forecaster.model_.get_weights()
    expected = forecaster.predict(columns)
    assert forecaster.update(part(columns, 40, 47)) is forecaster
    forecaster.update(part(columns, 47, 60))
    assert_equal(forecaster.forecast(), expected)
    for before, after in zip(weights, forecaster.model_.get_weights()):
        np.testing.assert_array_equal(before, after)


def test_errors_of_forecasts_of_later_rows_count_for_the_intervals():
    calm = quick(horizon=1, lookback=3, model="tcn", units=2)
    values = np.concatenate([wave(60, noise=0.01), wave(60, noise=3, seed=1)])
    columns = {"day": days(120), "y": values}
    forecaster = calm.fit(part(columns, 60))
    before = forecaster.forecast()
    after = forecaster.update(part(columns, 60, 120)).forecast()
    widths = [float((made["upper_90"] - made["lower_90"])[0]) for made in (before, after)]
    assert widths[1] > 20 * widths[0]


def test_new_rows_take_the_place_of_the_future():
    columns = table(46, price=wave(46, seed=5))
    with_future = {name: values.copy() for name, values in columns.items()}
    with_future["y"][40:] = np.nan
    forecaster = quick(horizon=2, target="y", known="price").fit(with_future)
    made = forecaster.update(part(columns, 40, 43)).forecast()
    assert made["day"].tolist() == days(45)[43:].tolist()


# Models ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lstm", "gru", "tcn", "seq2seq"])
def test_each_kind_forecasts_with_all_roles_and_quantiles(kind):
    columns = shops([50, 40], price=wave(90, seed=8), visitors=wave(90, seed=9))
    columns["sky"] = np.array(["sun", "rain", "rain"] * 30, object)
    columns["town"] = np.repeat(np.array(["Ulm", "Bonn"], object), [50, 40])
    columns["size"] = np.repeat([3.0, 5.0], [50, 40])
    columns["y"][[49, 89]] = np.nan  # a day of the future
    made = quick(
        horizon=1, lookback=4, model=kind, units=3, by="shop", target="y", known="price",
        past=["visitors", "sky"], static=["town", "size"], quantiles=(0.1, 0.5, 0.9),
    ).fit(columns).forecast()  # fmt: skip
    assert list(made) == ["day", "shop", "forecast", "lower_80", "upper_80"]
    assert (made["lower_80"] <= made["forecast"]).all()
    assert (made["forecast"] <= made["upper_80"]).all()


def test_a_model_of_ones_own_is_copied_and_not_changed():
    model = rc.Sequential([rc.layers.Input((5, 5)), rc.layers.LSTM(3), rc.layers.Dense(2)])
    before = [np.array(w) for w in model.get_weights()]
    forecaster = quick(horizon=2, lookback=5, model=model, season=1).fit(table(y=wave(N, 1000)))
    for one, other in zip(before, model.get_weights()):
        np.testing.assert_array_equal(one, other)
    assert forecaster.model_ is not model
    assert any((a != b).any() for a, b in zip(before, forecaster.model_.get_weights()))
    assert forecaster.get_params()["model"] is model


def test_a_function_is_given_the_sizes_that_it_asks_for():
    asked = []

    def make(lookback, features, horizon, targets):
        asked.append((lookback, features, horizon, targets))
        return small(horizon, targets)

    columns = table(z=wave(N, seed=2), v=wave(N, seed=3))
    forecaster = quick(horizon=3, lookback=5, model=make, target=["y", "z"], past="v", season=1)
    forecaster.fit(columns)
    assert [a[0] for a in asked] == [5] and asked[0][2:] == (3, 2)
    assert asked[0][1] == forecaster.model_.input_shape[-1] >= 3


def test_members_are_averaged():
    columns = table()
    alone = [
        quick(horizon=2, random_state=seed).fit(columns).forecast()["forecast"] for seed in (5, 6)
    ]
    both = quick(horizon=2, random_state=5, members=2).fit(columns)
    np.testing.assert_allclose(both.forecast()["forecast"], np.mean(alone, axis=0), rtol=1e-6)
    assert len(both.learned_.trained) == 2


def test_a_random_state_repeats_everything_and_leaves_other_random_numbers_alone():
    columns = table()
    asked = Forecaster(horizon=2, model="gru", units=3, epochs=2, random_state=4)
    np.random.seed(1)
    first = asked.fit(columns).forecast()
    drawn = np.random.random()
    second = asked.fit(columns).forecast()
    assert_equal(first, second)
    np.random.seed(1)
    assert drawn == np.random.random()
    other = asked.set_params(random_state=5).fit(columns).forecast()
    assert (other["forecast"] != first["forecast"]).any()
