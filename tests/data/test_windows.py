"""Windows over series, beside a plain loop."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.data import windows


def by_loop(series, lookback, horizon, stride, gap):
    """What windows and targets are: a list of pairs of rows, for each series in turn."""
    seen, targets = [], []
    for rows in series:
        start = 0
        while start + lookback + gap + horizon <= len(rows):
            seen.append(rows[start : start + lookback])
            targets.append(rows[start + lookback + gap : start + lookback + gap + horizon])
            start += stride
    return np.array(seen), np.array(targets)


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    columns=st.integers(1, 3),
    lookback=st.integers(1, 6),
    horizon=st.integers(1, 4),
    stride=st.integers(1, 4),
    gap=st.integers(0, 3),
    one_table=st.booleans(),
)
def test_windows_are_those_of_a_loop(lengths, columns, lookback, horizon, stride, gap, one_table):
    rows = np.arange(sum(lengths) * columns, dtype=np.float32).reshape(-1, columns)
    series = np.split(rows, np.cumsum(lengths)[:-1])
    wanted_x, wanted_y = by_loop(series, lookback, horizon, stride, gap)
    options = {"lookback": lookback, "horizon": horizon, "stride": stride, "gap": gap}
    if one_table:
        given_x = rows
        options["by"] = np.repeat(np.arange(len(lengths)), lengths)
    else:
        given_x = series
    if not len(wanted_x):
        with pytest.raises(rc.DataError):
            windows(given_x, given_x, **options)
        return
    x, y = windows(given_x, given_x, **options)
    if horizon == 1:
        wanted_y = wanted_y[:, 0]
    elif columns == 1:
        wanted_y = wanted_y[..., 0]
    assert x.shape == wanted_x.shape
    assert y.shape == wanted_y.shape
    assert (np.asarray(x) == wanted_x).all()
    assert (np.asarray(y) == wanted_y).all()
    assert (np.asarray(x[1:]) == wanted_x[1:]).all()
    assert (x[-1] == wanted_x[-1]).all()


def test_windows_without_targets_reach_the_last_row():
    x = windows(np.arange(5.0), lookback=3)
    assert np.asarray(x)[..., 0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]


def test_the_table_is_not_copied():
    table = np.zeros((1000, 25), np.float32)
    x, y = windows(table, table[:, :1], lookback=200)
    assert x.table.base is table or x.table is table
    assert x[100:500].table is x.table
    assert y.shape == (800, 1)


def test_windows_with_nan_are_left_out_and_counted():
    """NaN in row 4 of 10: of the 7 windows of 3 rows with 1 target, those from rows 1 to 4 go."""
    values = np.arange(10.0)
    values[4] = np.nan
    with pytest.warns(UserWarning) as warned:
        x, _ = windows(values, values, lookback=3)
    assert x.starts.tolist() == [0, 5, 6]
    assert str(warned[0].message) == (
        "windows: 4 of 7 hold NaN or infinity and are left out; the first is NaN in row 4, column "
        "0 of `x`."
    )


def test_series_that_stand_apart_are_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(6.0), lookback=1, by=["a", "a", "b", "b", "a", "b"])
    assert str(refused.value) == (
        "windows: the rows of series 'a' do not stand one below the other: they begin "
        "again in row 4.\n"
        "  fix:      sort the table by series and time first"
    )


def test_a_series_that_is_too_short_is_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(5.0), np.arange(5.0), lookback=10)
    assert str(refused.value) == (
        "windows: no series is long enough: a window takes 11 rows (10 to look at, 1 until the "
        "last target), and the longest series has 5.\n"
        "  fix:      lookback=4 at most"
    )


def test_nothing_but_nan_is_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.full(5, np.nan), lookback=2)
    assert str(refused.value) == (
        "windows: each of the 4 windows holds NaN or infinity; the first is NaN in row 0, column 0 "
        "of `x`.\n"
        "  fix:      fill gaps with what was known then, or leave out the column that lacks most"
    )


def test_tables_of_other_lengths_are_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(5.0), np.arange(4.0), lookback=2)
    assert str(refused.value) == (
        "windows: `x` has 5 rows and `y` 4 rows; they are rows of one table."
    )


@pytest.mark.parametrize(
    "name, value, least", [("lookback", 0, 1), ("stride", 1.5, 1), ("gap", -1, 0)]
)
def test_counts_are_whole_numbers(name, value, least):
    options = {"lookback": 2, name: value}
    with pytest.raises(rc.ArgumentError) as refused:
        windows(np.arange(5.0), **options)
    assert str(refused.value) == (
        f"windows: `{name}`={value}: a whole number of at least {least} is needed."
    )


def test_finite_windows_say_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        windows(np.arange(5.0), np.arange(5.0), lookback=2)
