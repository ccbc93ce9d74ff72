"""Intervals: their arithmetic beside plain loops, and how often they hold what comes."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting.intervals import corrections, half_widths
from recurra.forecasting.learned import Errors
from recurra.forecasting.scores import coverage
from tests.forecasting.quick import days, quick

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95])
SIZES = st.tuples(st.integers(1, 30), st.integers(1, 5), st.integers(1, 2))


def quantile(values, share):
    """Between the two values in order that lie around that share, as a line."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def raised(level, windows, horizon):
    """With m independent errors, of which a window of H steps gives 3 at most: p (1 + 1 / m)."""
    return min(level * (1 + 1 / max(3 * windows / horizon, 1)), 1.0)


@given(SIZES, LEVELS, st.integers(0, 9999))
@settings(max_examples=100, deadline=None)
def test_half_widths_are_the_usual_error_of_a_step_times_a_quantile_of_all(sizes, level, seed):
    windows, horizon, targets = sizes
    random = np.random.default_rng(seed)
    errors = random.normal(0, 1, sizes) * np.arange(1, horizon + 1)[:, None]
    found = half_widths(errors, level)
    assert found.shape == (horizon, targets)
    for t in range(targets):
        usual = [
            sum(abs(errors[w, h, t]) for w in range(windows)) / windows for h in range(horizon)
        ]
        ratios = [abs(errors[w, h, t]) / usual[h] for w in range(windows) for h in range(horizon)]
        times = quantile(ratios, raised(level, windows, horizon))
        np.testing.assert_allclose(found[:, t], [times * u for u in usual], rtol=1e-9)


@given(SIZES, LEVELS, st.integers(0, 9999))
@settings(max_examples=100, deadline=None)
def test_forecast_quantiles_are_moved_by_a_quantile_of_how_far_outside_values_were(
    sizes, level, seed
):
    windows, horizon, targets = sizes
    random = np.random.default_rng(seed)
    y = random.normal(0, 1, sizes)
    lower, upper = -random.uniform(0.1, 1, sizes), random.uniform(0.1, 1, sizes)
    found = corrections(y, lower, upper, level)
    for t in range(targets):
        width = (upper - lower)[:, :, t].mean(axis=0)
        outside = [
            max(lower[w, h, t] - y[w, h, t], y[w, h, t] - upper[w, h, t]) / width[h]
            for w in range(windows)
            for h in range(horizon)
        ]
        times = quantile(outside, raised(level, windows, horizon))
        np.testing.assert_allclose(found[:, t], times * width, rtol=1e-9, atol=1e-12)


def test_intervals_of_forecasts_without_an_error_have_no_width():
    assert half_widths(np.zeros((9, 2, 1)), 0.9).tolist() == [[0.0], [0.0]]


def test_few_errors_give_the_largest_of_them():
    errors = np.array([[[1.0]], [[-2.0]], [[3.0]]])
    # 3 windows of a step count as 9 errors: 0.95 * (1 + 1 / 9) is above 1
    assert half_widths(errors, 0.95).tolist() == [[3.0]]


def test_later_errors_follow_the_first_ones():
    first, later = Errors(np.zeros((4, 1, 1)), None), Errors(np.ones((3, 1, 1)), None)
    assert first.followed(later, measured=False).errors.ravel().tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert first.followed(later, measured=True) is later
    assert first.followed(later.some(slice(2)), measured=True) is first  # three are needed
    assert first.followed(later.some(slice(0)), measured=False) is first


# How often intervals hold what comes --------------------------------------------------------------


def returning(rows, seed, spread):
    """An autoregression of order one around 20, (rows,)."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, spread, rows)
    values = np.zeros(rows)
    for t in range(1, rows):
        values[t] = 0.6 * values[t - 1] + noise[t]
    return 20 + values


def series(rows=900, count=4):
    parts = [returning(rows, k, 2.0**k) for k in range(count)]
    return {
        "day": np.tile(days(rows), count),
        "shop": np.repeat(np.arange(count), rows),
        "y": np.concatenate(parts),
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"levels": (0.9, 0.5)},
        {"levels": (0.9, 0.5), "model": "tcn", "units": 4},
        {"quantiles": (0.05, 0.25, 0.5, 0.75, 0.95), "model": "gru", "units": 4, "epochs": 4},
    ],
)
def test_intervals_hold_as_often_as_they_say(asked):
    forecaster = quick(horizon=4, lookback=6, time="day", target="y", by="shop", **asked)
    made = forecaster.backtest(series(), test=0.6, origins=1000)
    assert len(made.origins) == 1000
    found = made.forecasts
    held = {p: coverage(made.actual, found.lower[p], found.upper[p]) for p in (0.9, 0.5)}
    assert 0.87 <= held[0.9] <= 0.93
    assert 0.45 <= held[0.5] <= 0.55
    steps = coverage(made.actual, found.lower[0.9], found.upper[0.9], axis=(0, 2))
    assert (steps >= 0.86).all() and (steps <= 0.94).all()
    assert (found.lower[0.9] <= found.lower[0.5]).all()
    assert (found.lower[0.5] <= found.point).all() and (found.point <= found.upper[0.5]).all()
    # the shops' noise doubles from one to the next, and about so do the widths
    widths = [(found.upper[0.9] - found.lower[0.9])[found.series == k].mean() for k in range(4)]
    assert all(1.4 < b / a < 2.8 for a, b in pairwise(widths))
    assert made.scores["forecast"]["coverage 90%"] == held[0.9]
