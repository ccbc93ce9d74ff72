"""What a Forecaster says to tables and arguments that cannot be: whole messages."""

import re

import numpy as np
import pandas as pd
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError, DataError, StateError
from recurra.forecasting import Forecaster
from tests.forecasting.quick import days, quick, wave

N = 40


def table(rows=N, **more):
    return {"day": days(rows), "y": wave(rows)} | more


def said(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


@pytest.fixture(scope="module")
def priced():
    return quick(horizon=3, known=["price", "sale"], target="y").fit(
        table(price=wave(N, seed=4), sale=wave(N, seed=5))
    )


# Arguments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"horizon": 0}, "Forecaster: horizon=0: a whole number from 1 on is needed."),
        ({"epochs": 2.5}, "Forecaster: epochs=2.5: a whole number from 1 on is needed."),
        (
            {"lookback": "all"},
            "Forecaster: lookback='all': None or a whole number from 1 on is needed.",
        ),
        ({"validation": 1}, "Forecaster: validation=1: a share between 0 and 1 is needed."),
        (
            {"levels": (90,)},
            "Forecaster: levels=(90,): a tuple of shares such as (0.8, 0.9) is needed.",
        ),
        (
            {"quantiles": (0.1, 0.9)},
            "Forecaster: quantiles=(0.1, 0.9): rising, as many below 0.5 as above, such as "
            "(0.05, 0.5, 0.95) is needed.",
        ),
        (
            {"random_state": "x"},
            "Forecaster: random_state='x': None or a whole number from 0 on is needed.",
        ),
        (
            {"missing": "forwards"},
            "Forecaster: missing='forwards' is none of 'forward', 'mean', 'seasonal', 'zero', "
            "'skip'. Did you mean 'forward'?",
        ),
        (
            {"model": "lsmt"},
            "Forecaster: there is no model 'lsmt'. Did you mean 'lstm'?\n"
            "  expected: 'lstm', 'gru', 'tcn', 'seq2seq', a recurra model, or a function that "
            "makes one",
        ),
        (
            {"model": 3},
            "Forecaster: model=3 is no model.\n"
            "  expected: 'lstm', 'gru', 'tcn', 'seq2seq', a recurra model, or a function that "
            "makes one",
        ),
    ],
)
def test_arguments_that_mean_nothing(asked, message):
    assert said(ArgumentError, lambda: quick(**asked).fit(table())) == message


def test_columns_that_are_not_there():
    assert said(ArgumentError, lambda: quick(target="z").fit(table())) == (
        "Forecaster: target='z': there is no such column.\n  came:     columns day, y"
    )


# Tables -------------------------------------------------------------------------------------------


def test_a_history_that_is_too_short():
    assert said(DataError, lambda: quick(horizon=2).fit(table(6))) == (
        "Forecaster: there is 1 window to learn from and 1 to hold out, and 3 of each are "
        "needed. A window takes 2 rows to look at and 2 to forecast, and the history has 6.\n"
        "  fix:      a history of at least 11 rows"
    )
    quick(horizon=2, lookback=2).fit(table(11))


def test_a_horizon_longer_than_the_series():
    assert said(DataError, lambda: quick(horizon=50).fit(table())) == (
        "Forecaster: there are 0 windows to learn from and 0 to hold out, and 3 of each are "
        "needed. A window takes 2 rows to look at and 50 to forecast, and the history has 40.\n"
        "  fix:      horizon=8"
    )


@pytest.mark.parametrize(
    ("rows", "lookback", "horizon"),
    [(120, 500, 12), (30, None, 12), (40, 20, 10), (8, 4, 1), (50, 10, 20), (40, 2, 50)],
)
def test_the_fixes_of_a_short_history_are_enough(rows, lookback, horizon):
    asked = {"horizon": horizon, "lookback": lookback}
    message = said(DataError, lambda: quick(**asked).fit({"y": wave(rows)}))
    fixes = re.findall(r"fix: +(\w+)=(\d+)", message)
    assert fixes
    for name, value in fixes:
        quick(**asked | {name: int(value)}).fit({"y": wave(rows)})


def test_a_lookback_longer_than_any_series():
    columns = table() | {"shop": np.repeat(["a", "b"], N // 2)}
    asked = quick(lookback=60, by="shop", target="y")
    assert said(DataError, lambda: asked.fit(columns)) == (
        "Forecaster: there are 0 windows to learn from and 0 to hold out, and 3 of each are "
        "needed. A window takes 60 rows to look at and 1 to forecast, and the longest series "
        "has 20.\n"
        "  fix:      lookback=14"
    )


def test_rows_with_missing_values_break_windows():
    columns = table(200)
    columns["y"][3::4] = np.nan
    asked = quick(lookback=8, missing="skip")
    assert said(DataError, lambda: asked.fit(columns)) == (
        "Forecaster: there are 0 windows to learn from and 0 to hold out, and 3 of each are "
        "needed. A window takes 8 rows to look at and 1 to forecast, and the history has 199. "
        "Rows with missing values break windows.\n"
        "  fix:      lookback=4"
    )


def test_a_target_without_a_value():
    message = said(DataError, lambda: quick().fit(table(y=np.full(N, np.nan))))
    assert message == (
        "Forecaster: `y` has no value in any row.\n  expected: a number in one row at least"
    )


def test_too_little_history_at_prediction():
    forecaster = quick(lookback=8).fit(table())
    assert said(DataError, lambda: forecaster.predict(table(5))) == (
        "Forecaster: the table has 5 rows of history, and a forecast looks at the last 8.\n"
        "  fix:      give the rows before them as well\n"
        "  fix:      Forecaster(lookback=5, ...)  # and fit again"
    )


def test_holes_in_what_a_forecast_looks_at():
    forecaster = quick(lookback=8, missing="skip").fit(table())
    columns = table()
    columns["y"][36] = np.nan
    assert said(DataError, lambda: forecaster.predict(columns)) == (
        "Forecaster: the table has missing values among the last 8 rows, which the forecast looks "
        "at, first in `y` at 2024-02-06.\n"
        "  fix:      Forecaster(missing='forward', ...)  # puts the last value in their place"
    )


# The future ---------------------------------------------------------------------------------------


def test_known_columns_without_a_future(priced):
    assert said(DataError, priced.forecast) == (
        "Forecaster: `price` and `sale` have to be known for the 3 rows to forecast, and no rows "
        "are there for 2024-02-10 to 2024-02-12.\n"
        "  fix:      forecast(future=table)  # with day, price, sale\n"
        "  fix:      leave the column out of known=; past= takes columns known up to now only"
    )


def test_a_future_that_is_too_short(priced):
    future = {"day": days(2, "2024-02-10"), "price": np.ones(2), "sale": np.ones(2)}
    assert said(DataError, lambda: priced.forecast(future=future)) == (
        "Forecaster: `price` and `sale` have to be known for the 3 rows to forecast, and no rows "
        "are there for 2024-02-12.\n"
        "  fix:      forecast(future=table)  # with day, price, sale\n"
        "  fix:      leave the column out of known=; past= takes columns known up to now only"
    )


def test_a_future_without_a_column(priced):
    future = {"day": days(3, "2024-02-10"), "price": np.ones(3)}
    assert said(DataError, lambda: priced.forecast(future=future)) == (
        "Forecaster: the rows that follow the history lack `sale`.\n"
        "  came:     columns day, price\n"
        "  expected: columns day, price, sale"
    )


def test_a_future_with_a_value_missing(priced):
    future = {"day": days(3, "2024-02-10"), "price": np.ones(3), "sale": [1.0, np.nan, 2.0]}
    assert said(DataError, lambda: priced.forecast(future=future)) == (
        "Forecaster: what has to be known of the future is missing: `sale` at 2024-02-11 (row 1 "
        "of the new rows).\n"
        "  fix:      fill it in, or leave these times out where no later ones follow\n"
        "  fix:      past=['sale']  # if it is not known ahead"
    )


def test_a_future_that_begins_too_late(priced):
    future = {"day": days(3, "2024-02-12"), "price": np.ones(3), "sale": np.ones(3)}
    assert said(DataError, lambda: priced.forecast(future=future)).splitlines()[0] == (
        "Forecaster: what has to be known of the future is missing: `price` and `sale` at "
        "2024-02-10 to 2024-02-11 (no row)."
    )


def test_a_future_that_has_been(priced):
    future = {"day": days(3, "2024-02-08"), "price": np.ones(3), "sale": np.ones(3)}
    assert said(DataError, lambda: priced.forecast(future=future)) == (
        "Forecaster: 2 of the new rows do not lie behind the history, which ends at 2024-02-09: "
        "row 0 is at 2024-02-08.\n"
        "  fix:      leave out the rows that the history holds already"
    )


def test_another_kind_of_table(priced):
    future = pd.DataFrame({"day": days(3, "2024-02-10"), "price": 1.0, "sale": 1.0})
    assert said(ArgumentError, lambda: priced.forecast(future=future)) == (
        "Forecaster: a DataFrame of pandas cannot continue a dict.\n"
        "  fix:      give the new rows as the same kind of table as the history"
    )


def test_rows_of_a_series_that_stand_in_the_history():
    columns = table() | {"shop": np.repeat(["a", "b"], N // 2)}
    columns["day"] = np.tile(days(N // 2), 2)
    forecaster = quick(by="shop", lookback=2).fit(columns)
    rows = {"day": days(1, "2024-01-20"), "y": [1.0], "shop": ["b"]}
    assert said(DataError, lambda: forecaster.update(rows)) == (
        "Forecaster: 1 of the new rows does not lie behind the history of series 'b', which ends "
        "at 2024-01-20: row 0 is at 2024-01-20.\n"
        "  fix:      leave out the rows that the history holds already"
    )
    assert forecaster.forecast()["day"].tolist() == [days(21)[20].astype(object)] * 2


def test_an_array_of_other_columns():
    forecaster = quick(horizon=1).fit(np.stack([wave(N), wave(N)], 1))
    assert said(DataError, lambda: forecaster.update(np.ones((2, 3)))) == (
        "Forecaster: the rows that follow the history have other columns.\n"
        "  came:     shape (2, 3)\n"
        "  expected: shape (rows, 2)"
    )


def test_past_columns_end_with_the_history():
    forecaster = quick(horizon=3, past="z", target="y").fit(table(z=wave(N, seed=1)))
    assert said(ArgumentError, lambda: forecaster.forecast(4)) == (
        "Forecaster: 4 rows are to be forecast and 3 were learnt. To go on from its own forecasts "
        "it would have to know columns that are known up to now only: z.\n"
        "  fix:      Forecaster(horizon=4, ...)"
    )
    assert said(ArgumentError, lambda: forecaster.forecast(0)) == (
        "Forecaster: horizon=0 has to be a whole number from 1."
    )


# Models -------------------------------------------------------------------------------------------


def test_a_model_with_other_outputs():
    model = rc.Sequential([rc.layers.Input((4, 1)), rc.layers.Flatten(), rc.layers.Dense(3)])
    values = wave(N).reshape(-1, 1)  # rows without times have no calendar
    assert said(
        ArgumentError, lambda: quick(horizon=2, lookback=4, season=1, model=model).fit(values)
    ) == (
        "Forecaster: the model gives (None, 3), and 2 numbers a window are needed: horizon 2 x 1 "
        "target.\n"
        "  fix:      rc.layers.Dense(2) as the last layer"
    )


def test_a_model_with_other_inputs():
    model = rc.Sequential([rc.layers.Input((5, 1)), rc.layers.Flatten(), rc.layers.Dense(1)])
    values = wave(N).reshape(-1, 1)
    assert said(ArgumentError, lambda: quick(lookback=4, season=1, model=model).fit(values)) == (
        "Forecaster: the model takes (None, 5, 1), and a window has 4 rows and 1 column: targets, "
        "past and known columns, and those of season and calendar.\n"
        "  expected: (None, 4, 1)\n"
        "  fix:      rc.layers.Input((4, 1))\n"
        "  fix:      Forecaster(lookback=5, ...)"
    )


def test_a_function_that_makes_no_model():
    def make(horizon):
        return horizon

    assert said(ArgumentError, lambda: quick(model=make).fit(table())) == (
        "Forecaster: the function 'make' returned int, not a model.\n"
        "  fix:      return rc.Sequential([...])"
    )


# Before fit, and scores ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forecast", "predict", "update", "score", "backtest"])
def test_nothing_is_forecast_before_fit(name):
    arguments = [table()] if name in ("update", "score", "predict") else []
    with pytest.raises(ValueError, match="This Forecaster instance is not fitted yet"):
        getattr(Forecaster(), name)(*arguments)


def test_a_score_needs_rows_that_follow():
    forecaster = quick(horizon=3).fit(table())
    rows = {"day": days(2, "2024-02-10"), "y": wave(2)}
    assert said(DataError, lambda: forecaster.score(rows)) == (
        "Forecaster: 3 rows with known targets have to follow the history for a score; X has 2 "
        "rows behind it.\n"
        "  fix:      forecaster.backtest(X)  # tries out forecasts within X"
    )


def test_a_backtest_of_a_short_history():
    message = said(DataError, lambda: quick(horizon=3, lookback=2).fit(table(12)).backtest())
    assert message.startswith("Forecaster: there are ")


def test_a_forecaster_of_a_file_has_no_history(tmp_path):
    forecaster = quick(model="tcn", units=2).fit(table())
    forecaster.save(tmp_path / "f")
    again = rc.forecasting.load_forecaster(tmp_path / "f")
    assert said(StateError, again.forecast).startswith(
        "Forecaster: a forecaster from a file does not have the history that it learnt from."
    )
