"""Tables that cannot be forecast: an error with row and column, or a choice that is told."""

import numpy as np
import pandas as pd
import pytest

from recurra.data import split
from recurra.engine.errors import ArgumentError, DataError
from tests.acceptance.tables import noise, quick


def two_rows(table):
    table.loc[7, "day"] = table["day"][6]
    return table


def text(table):
    table["y"] = table["y"].astype(object)
    table.loc[11, "y"] = "n/a"
    return table


def uneven(table):
    steps = np.random.default_rng(0).uniform(1, 50, len(table))
    return table.assign(day=pd.Timestamp("2024") + pd.to_timedelta(np.cumsum(steps), unit="m"))


BAD = {
    "two rows of one time": (two_rows, ["rows 6 and 7", "2024-01-07"]),
    "text": (text, ["`y`", "row 11", "'n/a'"]),
    "all text": (lambda t: t.assign(y="abc"), ["`y`", "row 0", "'abc'"]),
    "all missing": (lambda t: t.assign(y=np.nan), ["`y` has no value in any row"]),
    "infinite": (lambda t: t.assign(y=t["y"].where(t.index != 3, np.inf)), ["row 3", "`y`", "inf"]),
    "no time": (lambda t: t.assign(day=t["day"].where(t.index != 5)), ["row 5", "`day`"]),
    "no such day": (lambda t: t.assign(day="2024-02-31"), ["row 0", "`day`", "2024-02-31"]),
    "no common step": (uneven, ["`day`", "no common step"]),
    "a common step by chance": (
        lambda t: t.assign(day=t["day"][0] + pd.to_timedelta(t.index**2, unit="D")),
        ["`day`", "no common step"],
    ),
    "no rows": (lambda t: t.iloc[:0], ["no rows"]),
    "one row": (lambda t: t.iloc[:1], ["one row"]),
    "clocks put back": (
        lambda t: t.assign(
            day=pd.date_range("2024-10-26", periods=40, freq="h", tz="Europe/Berlin").tz_localize(
                None
            )
        ),
        ["rows 26 and 27", "2024-10-27 02:00", "tz_localize"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_an_error_names_row_and_column(name):
    change, parts = BAD[name]
    with pytest.raises(DataError) as error:
        quick().fit(change(noise()))
    for part in parts:
        assert part in str(error.value), str(error.value)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"horizon": 50}, ["50 to forecast", "40", "horizon="]),
        ({"lookback": 400}, ["400 rows to look at", "40", "lookback="]),
    ],
)
def test_a_window_longer_than_the_series(arguments, parts):
    with pytest.raises(DataError) as error:
        quick(**arguments).fit(noise())
    for part in parts:
        assert part in str(error.value), str(error.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"target": "sales"},
        {"known": "y"},
        {"horizon": 0},
        {"lookback": 0},
        {"model": "lsmt"},
        {"missing": "ffill"},
        {"levels": (90,)},
        {"quantiles": (0.1, 0.9)},
    ],
    ids=str,
)
def test_arguments_that_mean_nothing(arguments):
    with pytest.raises(ArgumentError):
        quick(**arguments).fit(noise())


def test_rows_in_any_order_are_sorted_and_that_is_said():
    table = noise()
    forecaster = quick().fit(table.sample(frac=1, random_state=0))
    assert "The rows were not in order of time; they are sorted." in forecaster.notes_
    pd.testing.assert_frame_equal(forecaster.forecast(), quick().fit(table).forecast())


def test_a_constant_series_is_forecast_and_beats_nothing():
    table = noise(60).assign(y=4.0)
    assert quick().fit(table).forecast()["forecast"].tolist() == [4.0, 4.0]
    assert not quick().backtest(table).beats


def test_a_test_part_within_the_training_part():
    forecaster = quick().fit(noise(80))
    with pytest.raises(DataError, match="learnt from rows up to"):
        forecaster.backtest(noise(80), refit=False)
    with pytest.raises(DataError, match="do not lie behind the history"):
        forecaster.score(noise(80).iloc[70:])
    with pytest.raises(DataError):
        split(10, test=5, gap=6)


def test_new_series_are_forecast_and_new_categories_said():
    days = noise(60)
    table = pd.concat([days.assign(s="a", k="u"), days.assign(s="b", k="v")])
    forecaster = quick(by="s", past="k").fit(table)
    new = noise(30, seed=5, s="c", k="u")
    assert forecaster.predict(new)["s"].tolist() == ["c", "c"]
    with pytest.warns(UserWarning, match=r"`k` holds categories that training did not meet.*: w\."):
        forecaster.predict(new.assign(k="w"))


@pytest.mark.parametrize("name", ["forecast", "lower_90"])
def test_a_column_that_is_called_like_one_of_the_forecast(name):
    with pytest.raises(ArgumentError, match=f"`{name}`"):
        quick(time=name).fit(noise().rename(columns={"day": name})).forecast()


def test_rows_that_do_not_go_on_as_the_history():
    table = noise()
    forecaster = quick().fit(table)
    weekly = table.assign(day=pd.date_range("2024-01-01", periods=40, freq="W"))
    with pytest.raises(DataError, match=r"`day` go on weekly.*daily"):
        forecaster.predict(weekly)
    later = noise(1, start="2024-02-10")
    with pytest.raises(DataError, match=r"no time zone.*UTC"):
        forecaster.update(later.assign(day=later["day"].dt.tz_localize("UTC")))
