"""Resampling, beside sines, whose values anywhere are known."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.data.rates import usual_step
from recurra.data.resampling import resample
from recurra.data.steps import Step

RNG = np.random.default_rng(0)
INNER = slice(10, -10)


def sine(frequency, times):
    return np.sin(2 * np.pi * frequency * times + 0.3)


def size_of(frequency, made):
    """The amplitude of an oscillation in rows, by least squares."""
    t, x = made.times[INNER], made.values[INNER]
    basis = np.stack([np.sin(2 * np.pi * frequency * t), np.cos(2 * np.pi * frequency * t)], 1)
    return np.hypot(*np.linalg.lstsq(basis, x, rcond=None)[0])


@pytest.mark.parametrize("cycles", [0.05, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("samples", [2.5, 7, 40])
def test_what_the_coarser_grid_can_hold_keeps_its_size(cycles, samples):
    """Cycles a step of the grid, and samples a step, regular or not."""
    times = np.arange(0, 300, 1 / samples)
    assert size_of(cycles, resample(times, sine(cycles, times), 1)) == pytest.approx(1, abs=0.04)
    times = np.sort(RNG.uniform(0, 300, int(300 * samples)))
    if samples > 5:
        made = resample(times, sine(cycles, times), 1)
        assert size_of(cycles, made) == pytest.approx(1, abs=0.04)


@pytest.mark.parametrize("cycles", [0.55, 0.7, 0.95, 1.05, 1.9])
def test_what_it_cannot_hold_is_removed(cycles):
    """Every tenth sample alone would show each of these at full size, as something slower."""
    times = np.arange(0, 300, 0.1)
    values = sine(cycles, times)
    assert np.abs(values[::10]).max() > 0.9
    assert np.abs(resample(times, values, 1).values[INNER]).max() < 0.02


def test_samples_taken_at_2_ms_and_at_5_ms_become_one_grid():
    """40 Hz is 0.2 cycles of 5 ms; 180 Hz, which only the 2 ms hold, would come back as 20 Hz."""
    fast, slow = np.arange(0, 2, 0.002), np.arange(0, 2, 0.005)
    assert (usual_step(fast).size, usual_step(slow).size) == (0.002, 0.005)
    noisy = sine(40, fast) + np.sin(2 * np.pi * 180 * fast)
    a, b = (resample(t, x, step=0.005) for t, x in ((fast, noisy), (slow, sine(40, slow))))
    assert len(a.times) == len(b.times) == 400
    np.testing.assert_allclose(a.values[INNER], b.values[INNER], atol=0.05)


def test_a_mixture_of_2_and_5_ms_within_one_signal():
    times = np.cumsum(RNG.choice([0.002, 0.005], 4000))
    made = resample(times, sine(5, times), step=0.005)
    np.testing.assert_allclose(made.values[INNER], sine(5, made.times)[INNER], atol=0.01)
    assert not np.isnan(made.values).any()


@pytest.mark.parametrize("step", [0.1, 0.3, 0.5, 1.0])
def test_on_a_finer_grid_there_are_values_between(step):
    times = np.sort(RNG.uniform(0, 100, 150))  # 1.5 a second, and some much closer
    times = np.concatenate([times[:1], times[1:][np.diff(times) > 0.3]])
    made = resample(times, sine(0.02, times), step)
    error = np.abs(made.values - sine(0.02, made.times))[20:-20]
    assert np.nanmax(error) < 0.02


def test_samples_on_the_grid_stay_as_they_are():
    times = np.arange(50) * 0.1
    values = RNG.normal(size=(50, 2))
    made = resample(times, values)
    assert made.step == Step(0.1, "number")
    np.testing.assert_allclose(made.values, values, atol=1e-6)
    np.testing.assert_allclose(made.distance, 0, atol=1e-9)


def test_a_parabola_between_samples_is_exact():
    """Slopes of parabolas and cubics through them, but for the two ends."""
    times = np.cumsum(RNG.uniform(0.5, 1.5, 40))
    made = resample(times, times**2, step=0.25)
    inner = (made.times > times[1]) & (made.times < times[-2])
    np.testing.assert_allclose(made.values[inner], made.times[inner] ** 2, rtol=1e-6)


def test_a_hole_is_nan_and_told():
    """Rows 11 to 19 between the samples 10 and 20: farther than 5 steps."""
    times = np.array([*range(11), *range(20, 31)], float)
    made = resample(times, times)
    assert np.flatnonzero(np.isnan(made.values)).tolist() == list(range(11, 20))
    assert made.distance[8:22].tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0, 0]
    assert made.notes == (
        "times are 1 to 10 apart; a row in steps of 1, their median.",
        "9 of 31 rows are NaN, as nothing was measured near them.",
    )


def test_a_short_hole_is_interpolated():
    times = np.array([*range(11), *range(15, 26)], float)
    made = resample(times, times)
    np.testing.assert_allclose(made.values, np.arange(26), atol=1e-9)
    assert made.distance[10:16].tolist() == [0, 1, 2, 2, 1, 0]
    assert made.notes == (
        "times are 1 to 5 apart; a row in steps of 1, their median.",
        "2 of 26 rows are guesses, more than a step from any sample.",
    )


def test_the_low_pass_does_not_reach_over_a_hole():
    """Zeros, a hole of 10 steps, and ones: no row takes from the other side."""
    times = np.concatenate([np.arange(0, 20, 0.1), np.arange(30, 50, 0.1)])
    made = resample(times, np.where(times < 25, 0.0, 1.0), step=1)
    known = ~np.isnan(made.values)
    assert known.tolist() == [t < 20 or t >= 30 for t in range(50)]
    assert np.abs(made.values - (made.times > 25))[known].max() < 1e-5


def test_each_column_has_samples_of_its_own():
    times = np.arange(40.0)
    values = np.stack([times, times], axis=1)
    values[:3, 1] = values[10:20, 1] = values[39, 1] = np.nan
    made = resample(times, values)
    assert not np.isnan(made.values[:, 0]).any()
    missing = [0, 1, 2, *range(10, 20), 39]
    assert np.flatnonzero(np.isnan(made.values[:, 1])).tolist() == missing
    assert made.distance[:4, 1].tolist() == [3, 2, 1, 0]
    known = ~np.isnan(made.values[:, 1])
    np.testing.assert_allclose(made.values[known, 1], times[known], atol=1e-9)


def test_a_column_without_values_and_one_with_one():
    values = np.full((5, 2), np.nan)
    values[2, 1] = 7.0
    made = resample(np.arange(5.0), values)
    assert np.isnan(made.values[:, 0]).all()
    assert made.distance[:, 0].tolist() == [np.inf] * 5
    assert made.values[2, 1] == 7
    assert np.isnan(made.values[[0, 1, 3, 4], 1]).all()


@pytest.mark.parametrize(
    "step",
    [
        Step(60 * 10**9, "ns"),
        np.timedelta64(1, "m"),
        np.timedelta64(60, "s"),
        datetime.timedelta(minutes=1),
        None,
    ],
)
def test_datetimes(step):
    """A clock that is seconds off: the median is within 1 % of a minute."""
    begin = np.datetime64("2024-03-01T12:00", "ns")
    late = RNG.uniform(-2, 2, 200) * (np.arange(200) > 0)
    seconds = 60 * np.arange(200) + late
    times = begin + (seconds * 1e9).astype("m8[ns]")
    made = resample(times, sine(1 / 3000, seconds), step)
    assert made.times.dtype == "M8[ns]"
    assert made.times[:2].tolist() == [begin.astype(int), begin.astype(int) + 60 * 10**9]
    assert made.step.words == "every minute"
    on_grid = sine(1 / 3000, 60 * np.arange(len(made.times)))
    np.testing.assert_allclose(made.values, on_grid, atol=1e-3)


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=30),
    st.integers(1, 20),
    st.booleans(),
)
def test_lines_stay_lines(distances, step, dense):
    """Whatever the times: a constant is constant, and rows are there up to the last sample."""
    times = np.cumsum([0, *distances]) / (7 if dense else 1)
    if times[-1] / step > 1000 * len(times):
        return
    made = resample(times, np.full(len(times), 3.0), step)
    assert len(made.times) == int(times[-1] / step + 1e-6) + 1
    known = ~np.isnan(made.values)
    np.testing.assert_allclose(made.values[known], 3, rtol=1e-9)
    far = made.distance > 5 * max(1, np.median(np.diff(times)) / step)
    assert not (known & far).any()
    assert known[0]


def test_usual_steps():
    assert usual_step(np.array([0, 2, 4, 6, 9])) == Step(2, "number")
    jitter = 0.005 * np.arange(1000) + RNG.uniform(-1e-5, 1e-5, 1000)
    assert usual_step(jitter).size == 0.005
    frames = np.arange(100) / 30
    assert usual_step(frames).size == pytest.approx(1 / 30)  # not 0.033
    assert usual_step(np.arange(9) * 0.7).size == 0.7
    half_days = np.datetime64("2024-01-01") + np.arange(9) * np.timedelta64(43_201, "s")
    assert usual_step(half_days).words == "every 12 hours"
    days = np.array(["2024-01-01", "2024-01-02", "2024-01-05"], "M8[us]")
    assert usual_step(days[:2]).words == "daily"


def error_of(kind, call):
    with pytest.raises(kind) as error:
        call()
    return str(error.value)


def test_errors():
    ones, dates = np.ones(3), np.array(["2024-01-01", "2024-01-02", "2024-01-03"], "M8[ns]")
    assert error_of(rc.DataError, lambda: resample([0.0, 1.0], ones)) == (
        "resample: `times` has the shape (2,) and `values` (3,); a time for each row is needed."
    )
    assert error_of(rc.DataError, lambda: resample([0.0, 2.0, 2.0], ones)) == (
        "the times do not rise: row 2, 2.0, is not after the one before.\n"
        "  fix:      times, rows = np.unique(times, return_index=True); values = values[rows]"
    )
    assert error_of(rc.DataError, lambda: resample([0.0, np.nan, 2.0], ones)) == (
        "the time of row 1 is missing."
    )
    assert error_of(rc.DataError, lambda: resample([0.0, 1.0, 2.0], [1.0, np.inf, 2.0])) == (
        "resample: row 1 holds infinity.\n"
        "  fix:      values[np.isinf(values)] = np.nan  # not known"
    )
    assert error_of(rc.DataError, lambda: resample(dates, ones, np.timedelta64(1, "s"))) == (
        "resample: a row every second makes 172,801 rows of 3 samples, which is too fine.\n"
        "  fix:      step=np.timedelta64(1, 'D')  # the samples' own"
    )
    assert error_of(rc.ArgumentError, lambda: resample(dates, ones, 5)) == (
        "resample: step=5 is no step of these times; a duration above 0 is needed.\n"
        "  fix:      step=np.timedelta64(5, 'ms')"
    )
    assert error_of(rc.ArgumentError, lambda: resample([0.0, 1.0, 2.0], ones, -1.0)) == (
        "resample: step=-1.0 is no step of these times; a number above 0 is needed.\n"
        "  fix:      step=0.005"
    )
    assert error_of(rc.ArgumentError, lambda: resample(dates, ones, Step(1, "month"))) == (
        "resample: a step of months is not one that these times can be divided by; a fixed "
        "duration is needed.\n  fix:      step=np.timedelta64(1, 'D')"
    )
