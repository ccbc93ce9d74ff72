"""A Forecaster among scikit-learn's tools: copies, pipelines, searches and scores."""

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import recurra as rc
from recurra.data import TimeSplit
from recurra.forecasting import Forecaster
from tests.forecasting.quick import days, quick, wave


def driven(rows=80, seed=0):
    """X and a y that a column of X gives, (rows, 2) and (rows,)."""
    random = np.random.default_rng(seed)
    X = random.normal(0, 1, (rows, 2))
    return X, 3 * X[:, 0] + 1 + random.normal(0, 0.05, rows)


def tcn(**more):
    return quick(model="tcn", units=2, lookback=3, season=1, **more)


def test_parameters_are_those_of_the_signature_and_clone_copies_them():
    asked = Forecaster(horizon=3, known=["price"], model="gru", quantiles=(0.1, 0.5, 0.9))
    copied = clone(asked)
    assert copied is not asked and copied.get_params() == asked.get_params()
    assert copied.set_params(units=7).units == 7 and asked.units == 32


def test_numbers_in_numbers_out():
    X, y = driven()
    made = tcn(horizon=4).fit(X[:70], y[:70]).predict(X[70:])
    assert made.shape == (10,) and made.dtype == np.float64
    np.testing.assert_allclose(made, y[70:], atol=0.4)
    both = tcn(horizon=4).fit(X[:70], np.stack([y, -y], 1)[:70]).predict(X[70:])
    assert both.shape == (10, 2)
    np.testing.assert_allclose(both[:, 1], -y[70:], atol=0.4)


def test_an_axis_of_samples_is_refused():
    """X and y as networks take them: one sample of 600 steps with 25 columns."""
    X, y = np.zeros((600, 25)), np.zeros(600)

    def refused(X, y):
        with pytest.raises(rc.ArgumentError) as caught:
            Forecaster(lookback=30, horizon=10).fit(X, y)
        return str(caught.value)

    assert refused(X[None], y[None, :, None]) == (
        "Forecaster: X and y have an axis before the rows, which are steps in time.\n"
        "  came:     X (1, 600, 25), y (1, 600, 1)\n"
        "  expected: X (rows, columns), y (rows,) or (rows, targets)\n"
        "  fix:      forecaster.fit(X[0], y[0])  # one series"
    )
    assert refused(X, y[None, :, None]) == (
        "Forecaster: y has an axis before the rows, which are steps in time.\n"
        "  came:     X (600, 25), y (1, 600, 1)\n"
        "  expected: X (rows, columns), y (rows,) or (rows, targets)\n"
        "  fix:      forecaster.fit(X, y[0])  # one series"
    )
    assert refused(np.stack([X, X]), np.stack([y, y])) == (
        "Forecaster: X has an axis before the rows, which are steps in time.\n"
        "  came:     X (2, 600, 25), y (2, 600)\n"
        "  expected: X (rows, columns), y (rows,) or (rows, targets)\n"
        "  fix:      one table of all series below each other, and by= the column that says which"
    )
    forecaster = tcn(horizon=2).fit(*driven())
    with pytest.raises(rc.ArgumentError) as caught:
        forecaster.predict(np.zeros((1, 2, 2)))
    assert str(caught.value) == (
        "Forecaster: X has an axis before the rows, which are steps in time.\n"
        "  came:     X (1, 2, 2)\n"
        "  expected: X (rows, columns)\n"
        "  fix:      forecaster.predict(X[0])  # one series"
    )


def test_rows_of_several_series_come_back_in_their_order():
    rows = 60
    X = pd.DataFrame(
        {
            "day": np.repeat(days(rows), 2),
            "shop": ["b", "a"] * rows,
            "price": np.random.default_rng(1).normal(0, 1, 2 * rows),
        }
    )
    y = X["price"] * X["shop"].map({"a": 1, "b": -10}) + X["shop"].map({"a": 0, "b": 50})
    y = y.rename("sales")
    forecaster = tcn(horizon=2, by="shop").fit(X[:108], y[:108])
    assert forecaster.roles_.targets == ("sales",) and forecaster.roles_.known == ("price",)
    order = np.random.default_rng(2).permutation(12)
    made = forecaster.predict(X[108:].iloc[order])
    np.testing.assert_array_equal(made, forecaster.predict(X[108:])[order])
    is_b = X["shop"][108:].to_numpy() == "b"
    assert (forecaster.predict(X[108:])[is_b] > 15).all()
    assert (np.abs(forecaster.predict(X[108:])[~is_b]) < 8).all()


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, dict])
def test_a_table_beside_its_targets_goes_on_as_one_table(kind):
    columns = {"day": days(60), "price": wave(60, seed=2)}
    X, later = [
        kind({n: v[part] for n, v in columns.items()}) for part in (slice(50), slice(50, 60))
    ]
    forecaster = tcn(horizon=2).fit(X, wave(60)[:50])
    assert forecaster.roles_.time == "day" and forecaster.roles_.known == ("price",)
    made = forecaster.forecast(future=later)
    assert type(made) is type(X)
    np.testing.assert_array_equal(np.asarray(made["forecast"]), forecaster.predict(later)[:2])
    assert forecaster.predict(later).shape == (10,)
    new = {n: v[50:53] for n, v in columns.items()} | {"y": wave(60)[50:53]}
    rest = kind({n: v[53:] for n, v in columns.items()})
    assert forecaster.update(kind(new)).predict(rest).shape == (7,)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda f: pickle.loads(pickle.dumps(f))])
def test_a_fitted_forecaster_can_be_copied_and_pickled(copied):
    columns = {"day": days(60), "y": wave(60), "z": wave(60, seed=1)}
    forecaster = quick(
        horizon=2, model="gru", units=2, target="y", past="z", quantiles=(0.1, 0.5, 0.9)
    ).fit(columns)
    again = copied(forecaster)
    first, second = forecaster.forecast(), again.forecast()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
    rows = {"day": days(61)[60:], "y": [1.0], "z": [2.0]}
    again.update(rows)
    assert again.forecast()["day"][0] == days(62)[61]
    assert forecaster.forecast()["day"][0] == days(61)[60]


def test_in_a_pipeline():
    X, y = driven()
    line = make_pipeline(StandardScaler(), tcn(horizon=2)).fit(X[:70], y[:70])
    np.testing.assert_allclose(line.predict(X[70:]), y[70:], atol=0.4)
    assert line.score(X[70:], y[70:]) == r2_score(y[70:], line.predict(X[70:])) > 0.9


@pytest.mark.parametrize("folds", [TimeSplit(2, test=10), TimeSeriesSplit(2, test_size=10)])
def test_a_search_over_arrays(folds):
    X, y = driven()
    search = GridSearchCV(tcn(horizon=2), {"lookback": [2, 3]}, cv=folds, error_score="raise")
    search.fit(X, y)
    assert search.best_params_["lookback"] in (2, 3)
    assert search.best_score_ > 0.9
    assert search.predict(X[:5]).shape == (5,)


def test_a_search_over_tables():
    five = np.tile([0.0, 9.0, 1.0, 7.0, 3.0], 18)  # no two values tell the next, five do
    frame = pd.DataFrame({"day": days(90), "sales": five})
    search = GridSearchCV(
        tcn(horizon=3), {"lookback": [2, 6]}, cv=TimeSplit(2, test=14), error_score="raise"
    ).fit(frame)
    assert search.best_params_ == {"lookback": 6}
    assert search.best_score_ > 0.95
    assert search.best_estimator_.forecast()["day"].iloc[0] == pd.Timestamp(days(91)[90])


def test_a_search_over_series_in_one_table():
    frame = pd.DataFrame(
        {
            "day": np.tile(days(60), 2),
            "shop": np.repeat(["a", "b"], 60),
            "y": np.concatenate([wave(60), 5 * wave(60, seed=1)]),
        }
    )
    scores = cross_val_score(
        tcn(horizon=1, by="shop"), frame, cv=TimeSplit(2, test=10), groups=frame["day"],
        error_score="raise",
    )  # fmt: skip
    assert len(scores) == 2 and (scores > 0.9).all()  # R2 over both, whose heights differ


def test_a_score_of_a_table_is_that_of_forecasts_from_each_row():
    columns = {"day": days(80), "y": wave(80)}
    forecaster = quick(horizon=3, lookback=7).fit({n: v[:60] for n, v in columns.items()})
    score = forecaster.score({n: v[60:] for n, v in columns.items()})
    came, made = [], []
    for origin in range(60, 78):
        told = forecaster.predict({n: v[:origin] for n, v in columns.items()})
        came += columns["y"][origin : origin + 3].tolist()
        made += np.asarray(told["forecast"]).tolist()
    assert score == pytest.approx(r2_score(came, made), rel=1e-5)
