"""What a user may give as a table, and what comes back for it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.tables.table import Table


def ahead(frame, count=2, **roles):
    """The next rows, in a table of the kind that came."""
    table = Table.read(frame, roles)
    times = [
        table.step.after(table.times[table.rows(k).stop - 1], count) for k in range(len(table.ids))
    ]
    given = {table.roles.time or "row": np.concatenate(times)}
    if table.roles.by:
        given[table.roles.by] = np.repeat(table.ids, count)
    return table.give_back(given | {"forecast": np.ones(count * len(table.ids))})


@pytest.mark.parametrize("values", [[1, 2, 4], (1.5, 2, 4), [True, False, True]])
def test_a_list_of_numbers_is_an_array(values):
    assert Table.read(values, {}).columns["x0"].tolist() == list(values)


def test_a_list_of_rows_is_an_array_of_two_axes():
    read = Table.read([[1, 10], [2, 20]], {})
    assert {n: v.tolist() for n, v in read.columns.items()} == {"x0": [1, 2], "x1": [10, 20]}


@pytest.mark.parametrize(
    ("what", "said", "fix"),
    [
        (None, "None", "pd.DataFrame({'time': times, 'y': values})"),
        ("sales.csv", "a str", "pd.read_csv('sales.csv')"),
        (Path("sales.parquet"), "a PosixPath", "pd.read_parquet('sales.parquet')"),
        ([{"y": 1}, {"y": 2}], "a list", "pd.DataFrame(rows)"),
        ([[1, 2], [3]], "a list", "pd.DataFrame({'time': times, 'y': values})"),
    ],
)
def test_what_is_no_table(what, said, fix):
    with pytest.raises(ArgumentError) as error:
        Table.read(what, {})
    assert str(error.value) == (
        f"Forecaster: {said} is no table.\n"
        "  expected: a pandas, polars or PyArrow table, a dict of arrays, or a NumPy array\n"
        f"  fix:      {fix}"
    )


def test_a_dict_of_single_values():
    with pytest.raises(DataError) as error:
        Table.read({"t": np.datetime64("2024-01-01"), "y": 1.0}, {})
    assert str(error.value) == (
        "Forecaster: `t` is no column: its shape is ().\n"
        "  expected: (rows,)\n"
        "  fix:      {'t': [value], ...}  # for one row"
    )


@pytest.mark.parametrize("freq", ["MS", "ME", "QE-DEC", "W-WED", "B", "D", "h", "15min"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_the_frequency_of_an_index_comes_back(freq, zone):
    index = pd.date_range("2024-03-01", periods=12, freq=freq, tz=zone, name="when")
    made = ahead(pd.Series(np.arange(10.0), index=index[:10]))
    pd.testing.assert_index_equal(made.index, index[10:])
    assert made.index.freq == index.freq


def test_an_index_without_a_frequency_has_none():
    index = pd.DatetimeIndex(list(pd.date_range("2024-03-01", periods=6)))
    made = ahead(pd.Series(np.arange(6.0), index=index))
    assert made.index.freq is None
    backwards = pd.date_range("2024-03-06", periods=6, freq="-1D")  # which is sorted
    made = ahead(pd.Series(np.arange(6.0), index=backwards))
    assert made.index.tolist() == [pd.Timestamp("2024-03-07"), pd.Timestamp("2024-03-08")]


def test_an_index_of_times_of_several_series():
    index = pd.date_range("2024-03-01", periods=6, freq="D")
    frame = pd.DataFrame({"y": np.arange(6.0), "shop": [*"aaabbb"]}, index=index)
    made = ahead(frame, by="shop")
    assert made.index.tolist() == list(
        pd.DatetimeIndex(["2024-03-04", "2024-03-05", "2024-03-07", "2024-03-08"])
    )
    assert made["shop"].tolist() == [*"aabb"]
