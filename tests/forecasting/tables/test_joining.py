"""New rows below those of a history: types of columns, ids and kinds of tables."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.history import History
from recurra.forecasting.tables.joining import joined
from recurra.forecasting.tables.table import Table
from tests.forecasting.quick import days


def history(frame, **roles):
    return History(Table.read(frame, roles), frame)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
@pytest.mark.parametrize(
    ("had", "came", "both"),
    [
        ([1, 2, 3], [1.5], [1, 2, 3, 1.5]),  # nothing is rounded
        ([1.5, 2, 3], [1], [1.5, 2, 3, 1]),
        ([True, False, True], [2], [1, 0, 1, 2]),
    ],
)
def test_numbers_of_another_type(make, had, came, both):
    first = make({"day": days(3), "y": np.array(had)})
    second = make({"day": days(1, "2024-01-04"), "y": np.array(came)})
    read = history(first, target="y").followed_by(second).table
    assert read.columns["y"].tolist() == both


def test_one_column_of_polars():
    assert joined(pl.Series("y", [1, 2]), pl.Series([2.5])).to_list() == [1, 2, 2.5]


@pytest.mark.parametrize("ordered", [False, True])
def test_categories_of_pandas_stay_categories(ordered):
    kind = pd.CategoricalDtype(["b", "a"], ordered)
    first = pd.DataFrame({"s": pd.Series(["a", "b"], dtype=kind), "y": [1.0, 2]})
    for new, categories in ((["a", None], ["b", "a"]), (["z"], ["b", "a", "z"])):
        made = joined(first, pd.DataFrame({"s": new, "y": 0.0}))
        assert made["s"].dtype == pd.CategoricalDtype(categories, ordered)
        assert made["s"].tolist()[:2] == ["a", "b"]
    assert first["s"].dtype == kind  # the user's table stays as it is


def test_a_value_that_an_enum_does_not_hold():
    shops = pl.Series("shop", ["a", "b"], pl.Enum(["a", "b"]))
    with pytest.raises(DataError) as error:
        joined(pl.DataFrame({"shop": shops}), pl.DataFrame({"shop": ["z"]}))
    assert str(error.value) == (
        "Forecaster: `shop` of the new rows cannot be taken for what it is in the history.\n"
        "  came:     String, such as 'z'\n"
        "  expected: Enum(categories=['a', 'b'])\n"
        "  fix:      give `shop` of the history the type String"
    )


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, dict])
def test_ids_that_are_text_where_numbers_were(make):
    first = make({"day": np.tile(days(3), 2), "shop": np.repeat([1, 2], 3), "y": np.ones(6)})
    rows = {"day": days(1, "2024-01-04"), "shop": np.array(["1"], object), "y": [1.0]}
    fix = {
        pd.DataFrame: "rows['shop'] = rows['shop'].astype(float)",
        pl.DataFrame: "rows = rows.with_columns(pl.col('shop').cast(pl.Int64))",
        dict: "write `shop` of both alike",
    }[make]
    before = history(first, by="shop", target="y")
    with pytest.raises(DataError) as error:
        before.followed_by(make(rows))
    assert str(error.value) == (
        "Forecaster: `shop` of the new rows holds text, such as '1', and that of the history "
        "numbers, such as 1.\n"
        f"  fix:      {fix}"
    )
    if make is not dict:  # what is advised works
        made = {"rows": make(rows), "pl": pl}
        exec(fix, made)
        assert before.followed_by(made["rows"]).table.ids == [1, 2]
    assert before.followed_by(make(rows | {"shop": [1.0]})).table.ids == [1, 2]


def test_lists_go_on_where_lists_or_arrays_end():
    for first in ([1.0, 2, 3], np.array([1.0, 2, 3])):
        for second in ([4], np.array([4])):
            read = history(first).followed_by(second).table
            assert read.columns["x0"].tolist() == [1, 2, 3, 4]


def test_a_single_number_is_no_row():
    with pytest.raises(ArgumentError) as error:
        history(np.arange(3.0)).followed_by(4.5)
    assert str(error.value) == (
        "Forecaster: a float cannot continue a ndarray of numpy.\n  fix:      [4.5]  # one row"
    )


@pytest.mark.parametrize(
    "when", [days(5), np.arange(5), pd.date_range("2024", periods=5, tz="UTC")]
)
def test_rows_that_the_history_holds_already_are_left_out_as_is_advised(when):
    frame = pd.DataFrame({"t": when, "y": np.arange(5.0)})
    before = history(frame[:3], time="t")
    with pytest.raises(DataError) as error:
        before.followed_by(frame)
    made = {"rows": frame}
    exec(error.value.fixes[0], made)
    assert before.followed_by(made["rows"]).table.columns["y"].tolist() == [0, 1, 2, 3, 4]
