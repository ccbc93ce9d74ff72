"""Trailing means: rows that no later sample changes, beside means of a plain loop."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.data import Step, trailing_means

RNG = np.random.default_rng(0)
DISTANCES = st.lists(st.integers(1, 30), min_size=1, max_size=40)


def plain(times, values, step):
    """{row's time: (mean or held value, distance)} by a loop over rows and samples."""
    made = {}
    for k in range(math.ceil(times[0] / step), math.floor(times[-1] / step) + 1):
        t = k * step
        before = [(u, x) for u, x in zip(times, values) if u <= t]
        u = before[-1][0]
        last = math.ceil(u / step)  # the row of the last sample
        mean = np.mean([x for v, x in before if math.ceil(v / step) == last])
        usual = (u - times[0]) / max(len(before) - 1, 1) / step
        age = (t - u) / step
        far = last < k and age > 5 * max(1, usual) + 1e-6
        made[t] = (np.nan if far else mean, age)
    return made


@given(DISTANCES, st.integers(1, 40), st.integers(-50, 50))
def test_means_of_a_plain_loop(distances, step, first):
    times = np.cumsum([first, *distances])
    values = np.sin(np.arange(len(times)) * 7.0)
    expected = plain(times.tolist(), values.tolist(), step)
    if not expected:
        with pytest.raises(rc.DataError):
            trailing_means(times, values, step)
        return
    made = trailing_means(times, values, step)
    assert made.times.tolist() == list(expected)
    np.testing.assert_allclose(made.values, [mean for mean, _ in expected.values()], atol=1e-12)
    np.testing.assert_allclose(made.distance, [age for _, age in expected.values()], atol=1e-12)


@given(DISTANCES, st.integers(1, 40), st.data())
def test_no_later_sample_changes_a_row(distances, step, data):
    """Other values and other times behind a sample, or none: the rows until then are the same."""
    times = np.cumsum([0, *distances])
    values = RNG.normal(size=(len(times), 2))
    values[RNG.random(values.shape) < 0.2] = np.nan
    whole = trailing_means(times, values, step)
    now = data.draw(st.integers(0, len(times) - 1))
    rows = whole.times <= times[now]
    other, later = values.copy(), times.copy()
    other[now + 1 :] = 1e9
    later[now + 1 :] = later[now] + 1 + 2 * np.arange(len(times) - now - 1)
    made = trailing_means(later, other, step)
    np.testing.assert_array_equal(made.values[: rows.sum()], whole.values[rows])
    if now and rows.any():
        made = trailing_means(times[: now + 1], values[: now + 1], step)
        np.testing.assert_array_equal(made.times, whole.times[rows])
        np.testing.assert_array_equal(made.values, whole.values[rows])
        np.testing.assert_array_equal(made.distance, whole.distance[rows])


@pytest.mark.parametrize("cycles", [1.0, 2.0, 1.05])
def test_what_is_too_fast_for_the_grid_goes(cycles):
    """The mean over a step of a whole number of cycles is 0; of 1.05 cycles, sinc(1.05) = 0.047."""
    times = np.arange(1, 3001) / 10
    values = np.sin(2 * np.pi * cycles * times + 0.3)
    assert np.abs(values[9::10]).max() > 0.29  # each tenth sample alone shows it
    assert np.abs(trailing_means(times, values, 1).values).max() < 0.05


def test_float_times_on_the_grid_belong_to_their_row():
    """0.1 * 3 is a little above 0.3, and 0.1 * 3 / 0.1 above 3."""
    times = np.arange(1, 2000) * 0.1
    made = trailing_means(times, np.arange(1, 2000.0), 0.1)
    np.testing.assert_array_equal(made.values, np.arange(1, 2000.0))
    np.testing.assert_array_equal(made.distance, 0)
    large = 1.7e9 + np.arange(1, 2000) * 0.005  # seconds since 1970
    made = trailing_means(large, np.arange(1, 2000.0), 0.005)
    np.testing.assert_array_equal(made.values, np.arange(1, 2000.0))


@pytest.mark.parametrize("step", [np.timedelta64(1, "h"), datetime.timedelta(hours=1)])
def test_rows_lie_on_the_hour(step):
    """Two series that begin at 00:07 and at 02:50 share a grid; 15:10 is behind the last hour."""
    for begin in ("2024-03-01T00:07", "2024-03-01T02:50"):
        times = np.arange(np.datetime64(begin), np.datetime64("2024-03-01T15:10"), 5)
        made = trailing_means(times, np.ones(len(times)), step)
        assert made.times.dtype == "M8[ns]"
        assert made.times[-1] == np.datetime64("2024-03-01T15:00")
        assert (made.times == made.times.astype("M8[h]")).all()


def test_weeks_begin_on_mondays_and_days_at_midnight():
    times = np.arange("2024-03-01", "2024-04-01", dtype="M8[D]")
    weeks = trailing_means(times, np.arange(31.0), np.timedelta64(7, "D"))
    assert weeks.times.astype("M8[D]").astype(str).tolist() == [
        "2024-03-04",
        "2024-03-11",
        "2024-03-18",
        "2024-03-25",
    ]
    # Friday to Monday are the days 0 to 3, then 4 to 10, ...
    assert weeks.values.tolist() == [1.5, 7.0, 14.0, 21.0]
    days = trailing_means(times.astype("M8[h]") + 5, np.arange(31.0), Step(24 * 3600 * 10**9, "ns"))
    assert (days.times == days.times.astype("M8[D]")).all()


def test_a_row_without_a_sample_repeats_the_last_for_five_steps():
    """Samples each step until 3, then at 12: the rows 9 to 11 are more than 5 steps behind."""
    made = trailing_means([1.0, 2.0, 3.0, 12.0], [1.0, 2.0, 3.0, 9.0], step=1)
    np.testing.assert_array_equal(made.values, [1, 2, 3, 3, 3, 3, 3, 3, *[np.nan] * 3, 9])
    assert made.distance.tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert made.notes == (
        "times are 1 to 9 apart; a row in steps of 1.",
        "each row is the mean of the samples of the step that ends with it.",
        "5 of 12 rows repeat the last one, as no sample lies in their step.",
        "3 of 12 rows are NaN, as nothing was measured shortly before them.",
    )


def test_each_column_has_samples_of_its_own():
    values = np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, np.nan], [4.0, np.nan]])
    made = trailing_means([1, 2, 3, 4], values)
    np.testing.assert_array_equal(made.values, [[1, np.nan], [2, 5], [2, 5], [4, 5]])
    np.testing.assert_array_equal(made.distance, [[0, np.inf], [0, 0], [1, 1], [0, 2]])
    nothing = trailing_means([1, 2], [np.nan, np.nan])
    assert np.isnan(nothing.values).all() and np.isinf(nothing.distance).all()


def test_errors():
    with pytest.raises(rc.DataError) as error:
        trailing_means([11, 12, 19], [1, 2, 3], step=10)
    assert str(error.value) == (
        "trailing_means: no row in steps of 10 lies between the first time, 11, and the last, 19."
    )
    with pytest.raises(rc.DataError) as text:
        trailing_means([1, 2], ["a", "b"])
    assert str(text.value) == (
        "trailing_means: `values` holds text (dtype <U1).\n"
        "  came:     values[0] = 'a'\n"
        "  expected: an array of numbers\n"
        "  fix:      number what it says: names, values = np.unique(values, return_inverse=True)"
    )
    with pytest.raises(rc.ArgumentError) as wrong:
        trailing_means([11, 12, 19], [1, 2, 3], step="1h")
    assert str(wrong.value) == (
        "trailing_means: step='1h' is no step of these times; a number above 0 is needed.\n"
        "  fix:      step=0.005"
    )
