"""Splits in order of time, beside plain loops and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

import recurra as rc
from recurra.data.splitting import TimeSplit, rolling_origins, split


@given(n=st.integers(1, 50), test=st.integers(1, 20), gap=st.integers(0, 5))
def test_a_split_is_training_gap_and_test(n, test, gap):
    if n - test - gap < 1:
        with pytest.raises(rc.DataError):
            split(n, test, gap)
        return
    train, tested = split(n, test, gap)
    rows = np.arange(n)
    assert rows[train].tolist() == list(range(n - test - gap))
    assert rows[tested].tolist() == list(range(n - test, n))
    assert np.shares_memory(rows[train], rows)


def test_a_share_is_rounded_to_rows():
    assert split(10, 0.25) == (slice(0, 8), slice(8, 10))  # 2.5 to the even 2
    assert split(3, 0.01) == (slice(0, 2), slice(2, 3))  # one row at least


@given(
    n=st.integers(1, 40),
    first=st.integers(1, 20),
    horizon=st.integers(1, 6),
    stride=st.integers(1, 5),
    gap=st.integers(0, 3),
)
def test_origins_are_those_of_a_loop(n, first, horizon, stride, gap):
    wanted, origin = [], first
    while origin + gap + horizon <= n:
        wanted.append(origin)
        origin += stride
    if wanted:
        assert rolling_origins(n, first, horizon, stride, gap).tolist() == wanted
    else:
        with pytest.raises(rc.DataError):
            rolling_origins(n, first, horizon, stride, gap)


@given(
    n=st.integers(2, 40), splits=st.integers(2, 5), test=st.integers(1, 5), gap=st.integers(0, 4)
)
def test_folds_are_scikit_learns_for_one_series(n, splits, test, gap):
    ours = TimeSplit(splits, test, gap)
    theirs = TimeSeriesSplit(n_splits=splits, test_size=test, gap=gap)
    assert ours.get_n_splits() == theirs.get_n_splits() == splits
    if n - splits * test - gap < 1:
        with pytest.raises(rc.DataError):
            list(ours.split(np.zeros(n)))
        return
    for (a, b), (c, d) in zip(ours.split(np.zeros(n)), theirs.split(np.zeros(n)), strict=True):
        assert a.tolist() == c.tolist()
        assert b.tolist() == d.tolist()


def test_rows_of_one_time_fall_into_one_part():
    """Two series of 6 days in one table, the second a day shorter and in another order."""
    days = np.array([0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1], "M8[D]")
    folds = list(TimeSplit(2, test=1, gap=1).split(np.zeros(11), groups=days))
    assert [(a.tolist(), b.tolist()) for a, b in folds] == [
        ([0, 1, 2, 9, 10], [4, 7]),
        ([0, 1, 2, 3, 8, 9, 10], [5, 6]),
    ]


def test_a_grid_search_takes_it():
    x = np.arange(30.0)[:, None]
    search = GridSearchCV(Ridge(), {"alpha": [1e-9, 1e9]}, cv=TimeSplit(3, test=4))
    assert search.fit(x, x[:, 0]).best_params_ == {"alpha": 1e-9}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: split(10, test=1.5),
            "split: test=1.5 has to be a whole number of rows of at least 1, or a share between "
            "0.0 and 1.0.",
        ),
        (
            lambda: split(10, test=True),
            "split: test=True has to be a whole number of rows of at least 1, or a share between "
            "0.0 and 1.0.",
        ),
        (
            lambda: split(10, test=3, gap=-1),
            "split: `gap`=-1: a whole number of at least 0 is needed.",
        ),
        (
            lambda: split(1000, test=998, gap=2),
            "split: 1,000 rows leave none to train on after 998 for the test and 2 for the gap.",
        ),
        (
            lambda: rolling_origins(10, first=0, horizon=1),
            "rolling_origins: `first`=0: a whole number of at least 1 is needed.",
        ),
        (
            lambda: rolling_origins(10, first=5, horizon=5, gap=1),
            "rolling_origins: 10 rows are too few for 5 to begin with and 5 to forecast and 1 for "
            "the gap.",
        ),
        (
            lambda: TimeSplit(splits=0),
            "TimeSplit: `splits`=0: a whole number of at least 1 is needed.",
        ),
        (
            lambda: list(TimeSplit(5, test=2).split(np.zeros(10))),
            "TimeSplit: 10 times leave none to train on before 5 tests of 2 and a gap of 0.",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(rc.RecurraError) as error:
        call()
    assert str(error.value) == message
