"""Parameters of a Forecaster that mean nothing, and how they are refused."""

import pandas as pd
import polars as pl
import pytest

from recurra.engine.errors import ArgumentError
from recurra.forecasting.roles import guess_roles
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
