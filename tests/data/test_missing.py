"""Filling what is missing, beside plain loops and pandas."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import recurra as rc
from recurra.data.missing import WAYS, fill

NAN = math.nan
VALUES = st.integers(1, 30).flatmap(
    lambda n: arrays(np.float64, (n, 2), elements=st.sampled_from([NAN, NAN, 0.0, 1.5, -3.0, 7.0]))
)


def quietly(*args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fill(*args, **kwargs)


def by_loop(column, how, season):
    made = list(column)
    for t, value in enumerate(column):
        if not math.isnan(value):
            continue
        known = [v for v in column[:t] if not math.isnan(v)]
        if how == "zero":
            made[t] = 0.0
        elif how == "mean":
            made[t] = sum(known) / len(known) if known else NAN
        elif how == "forward":
            made[t] = known[-1] if known else NAN
        elif t >= season and not math.isnan(made[t - season]) and season_known(column, t, season):
            made[t] = made[t - season]
        else:
            made[t] = made[t - 1] if t else NAN
    return made


def season_known(column, t, season):
    return any(not math.isnan(v) for v in column[t % season : t : season])


@given(values=VALUES, how=st.sampled_from(WAYS), season=st.integers(1, 35))
def test_it_is_that_of_a_loop(values, how, season):
    filled, count = quietly(values, how, season)
    wanted = np.stack([by_loop(column, how, season) for column in values.T], axis=1)
    np.testing.assert_allclose(filled, wanted, rtol=1e-12)
    assert count == np.isnan(values).sum() - np.isnan(wanted).sum()
    one, _ = quietly(values[:, 0], how, season)
    np.testing.assert_array_equal(one, filled[:, 0])


@given(values=VALUES, how=st.sampled_from(WAYS), season=st.integers(1, 9), cut=st.floats(0, 1))
def test_no_later_row_changes_an_earlier_one(values, how, season, cut):
    row = int(cut * len(values))
    changed = values.copy()
    changed[row:] = np.where(np.isnan(changed[row:]), 5e5, NAN)
    before, after = (quietly(v, how, season)[0][:row] for v in (values, changed))
    assert before.tobytes() == after.tobytes()


@given(values=VALUES)
def test_forward_is_pandas_ffill(values):
    np.testing.assert_array_equal(quietly(values)[0], pd.DataFrame(values).ffill().to_numpy())


def test_what_is_known_stays_and_what_came_is_not_changed():
    values = np.array([NAN, 1.0, NAN], np.float32)
    with pytest.warns(UserWarning) as warned:
        filled, count = fill(values)
    assert str(warned[0].message) == (
        "fill: 1 values before the first known one stay NaN, as nothing was known then."
    )
    np.testing.assert_array_equal(filled, [NAN, 1, 1])
    np.testing.assert_array_equal(values, [NAN, 1, NAN])
    assert filled.dtype == np.float32
    assert count == 1


@pytest.mark.parametrize("how", WAYS)
def test_nothing_missing_is_nothing_filled(how):
    values, count = fill([1, 2, 3], how)
    assert (values.tolist(), count) == ([1.0, 2.0, 3.0], 0)


def test_errors():
    with pytest.raises(rc.ArgumentError) as error:
        fill([1.0], "foward")
    assert str(error.value) == (
        "fill: how='foward' is no way to fill: it is one of 'forward', 'mean', 'seasonal', 'zero'. "
        "Did you mean 'forward'?"
    )
    with pytest.raises(rc.ArgumentError) as error:
        fill([1.0], "seasonal", season=0)
    assert str(error.value) == "fill: `season`=0: a whole number of at least 1 is needed."
    with pytest.raises(rc.DataError) as error:
        fill(["a"])
    assert str(error.value) == "fill: values of type <U1 are no numbers that could be filled."
