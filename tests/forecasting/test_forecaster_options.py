"""Parameters of a Forecaster that mean nothing, and how they are refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from recurra.engine.errors import ArgumentError
from recurra.forecasting.tables.roles import guess_roles
from tests.forecasting.quick import days, quick, wave


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ({"lookback": 0}, "None or a whole number from 1 on"),
        ({"season": 1.5}, "None or a whole number from 1 on"),
        ({"batch_size": True}, "None or a whole number from 1 on"),
        ({"random_state": -1}, "None or a whole number from 0 on"),
        ({"random_state": 0.5}, "None or a whole number from 0 on"),
        ({"learning_rate": 0}, "a number above 0, or a schedule,"),
        ({"learning_rate": "fast"}, "a number above 0, or a schedule,"),
        ({"learning_rate": None}, "a number above 0, or a schedule,"),
    ],
)
def test_parameters_that_mean_nothing(arguments, needed):
    ((name, value),) = arguments.items()
    with pytest.raises(ArgumentError) as error:
        quick(**arguments).fit({"day": days(40), "y": wave(40)})
    assert str(error.value) == f"Forecaster: {name}={value!r}: {needed} is needed."


SHOPS = {"day": days(4), "shop": [*"aabb"], "item": [1, 2, 1, 2], "y": [1.0, 2, 3, 4]}


@pytest.mark.parametrize(
    ("frame", "fix"),
    [
        (
            pd.DataFrame(SHOPS),
            "df['series'] = df['shop'].astype(str) + ' ' + df['item'].astype(str)  "
            "# and by='series'",
        ),
        (
            pl.DataFrame(SHOPS),
            "df = df.with_columns(pl.concat_str('shop', 'item', separator=' ').alias('series'))  "
            "# and by='series'",
        ),
        (SHOPS, "one column that holds the values of all, and its name as by="),
    ],
    ids=["pandas", "polars", "dict"],
)
def test_series_that_several_columns_tell_apart(frame, fix):
    with pytest.raises(ArgumentError) as error:
        guess_roles(frame, by=["shop", "item"])
    assert str(error.value) == (
        f"Forecaster: by=['shop', 'item'] has to be the name of one column.\n  fix:      {fix}"
    )
    if not isinstance(frame, dict):  # what is advised works
        made = {"df": frame, "pl": pl}
        exec(fix.partition("  #")[0], made)
        assert list(made["df"]["series"]) == ["a 1", "a 2", "b 1", "b 2"]


def test_one_column_in_a_list_is_that_column():
    roles, _ = guess_roles(SHOPS, by=["shop"], time=("day",), target="y")
    assert (roles.by, roles.time) == ("shop", "day")


@pytest.mark.parametrize("table", [SHOPS, pd.DataFrame(SHOPS)], ids=["dict", "pandas"])
def test_a_table_in_the_place_of_the_horizon(table):
    forecaster = quick(lookback=4).fit({"day": days(40), "y": wave(40)})
    with pytest.raises(ArgumentError) as error:
        forecaster.forecast(table)
    assert str(error.value) == (
        f"Forecaster: `horizon` has to be a whole number from 1, and a {type(table).__name__} came."
        "\n"
        "  fix:      forecaster.forecast(future=table)  # what is known of the rows to forecast\n"
        "  fix:      forecaster.predict(table)  # forecasts what follows a table"
    )


def test_columns_that_are_numbers():
    with pytest.raises(ArgumentError, match="known='7': there is no such column"):
        quick(known=7).fit({"day": days(40), "y": wave(40)})


def test_what_was_found_is_said_while_it_learns(capsys):
    values = wave(40)
    values[5] = np.nan
    forecaster = quick(lookback=4, season=1, verbose=2).fit({"day": days(40), "y": values})
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == forecaster.table_.notes  # before it learns
    assert said[:2] == ["`day` is taken as the time.", "`y` is taken as the target."]
    filled = "1 missing value of the past is filled ('forward'); none of them is used as a target."
    assert said[-1] == forecaster.notes_[-1] == filled
    quick(lookback=4, season=1).fit({"day": days(40), "y": values})
    assert capsys.readouterr().out == ""


def test_the_frequency_of_an_index_outlives_updates():
    series = pd.Series(wave(42), index=pd.date_range("2024-01-31", periods=42, freq="ME"))
    forecaster = quick(lookback=4, horizon=2).fit(series[:40])
    assert forecaster.forecast().index.freq == series.index.freq
    assert forecaster.update(series[40:]).forecast().index.freq == series.index.freq
