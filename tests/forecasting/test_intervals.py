"""Intervals: their arithmetic beside plain loops, and how often they hold what comes."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.forecasting.intervals import Errors
from recurra.forecasting.scores import coverage
from tests.forecasting.quick import days, quick, wave

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95])
SIZES = st.tuples(st.integers(1, 30), st.integers(1, 8), st.integers(1, 2))


def errors_of(sizes, series=None, places=None):
    """Windows of one step whose errors have these sizes, one a row."""
    n = len(sizes)
    series = np.zeros(n, int) if series is None else series
    places = np.arange(n) if places is None else places
    return Errors(np.reshape(sizes, (n, 1, 1)).astype(float), None, series, places)


def margin(known, level, place, series=0):
    """How far an interval reaches to both sides of one forecast of one step."""
    below, above = known.around(level, np.array([series]), np.array([place]))
    assert below == above
    return below.item()


def quantile(values, share):
    """Between the two values in order that lie around that share, as a line."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def looped(known, level, series, place, t, bounds):
    """How far the interval of one forecast reaches, a pair (below, above) a step, by loops."""
    windows, steps, _ = known.errors.shape
    each, ahead = range(windows), range(steps)
    error = [[known.errors[w, h, t] for h in ahead] for w in each]
    mean = [sum(abs(error[w][h]) for w in each) / windows for h in ahead]

    def reach(bounds, h, above):  # of one window
        if bounds is None:
            return mean[h]
        return mean[h] + max(bounds[h, t, -1] if above else -bounds[h, t, 0], 0)

    def relative(w, h):
        quantiles = None if known.bounds is None else known.bounds[w]
        return abs(error[w][h]) / reach(quantiles, h, error[w][h] >= 0)

    usual = [sum(relative(w, h) for w in each) / windows for h in ahead]
    size = [sum(relative(w, h) / usual[h] for h in ahead) / steps for w in each]

    def lately(series, place):
        past = [w for w in each if known.series[w] == series and known.places[w] <= place - steps]
        last = [w for w in past if known.places[w] > place - steps - 2 * max(steps, 6)]
        return drawn([size[w] for w in last], drawn([size[w] for w in past], 1))

    def drawn(sizes, to):
        rows = 2 * max(steps, 6)
        return (rows * to + sum(sizes)) / (rows + len(sizes))

    then = [lately(known.series[w], known.places[w]) for w in each]
    ratios = [relative(w, h) / usual[h] / then[w] for w in each for h in ahead]
    independent = max(windows * min(1, 6 / steps), 1)
    q = quantile(ratios, min(level * (1 + 1 / independent), 1))
    width = [lately(series, place) * usual[h] * q for h in ahead]
    return [[width[h] * reach(bounds, h, above) for above in (False, True)] for h in ahead]


@given(SIZES, LEVELS, st.booleans(), st.integers(0, 9999))
@settings(max_examples=60, deadline=None)
def test_intervals_are_those_of_loops(sizes, level, with_quantiles, seed):
    windows, steps, targets = sizes
    random = np.random.default_rng(seed)
    # three series, in no order, each from its own row on and row by row
    series, places = random.integers(0, 3, windows), np.empty(windows, int)
    for k in range(3):
        mine = random.permutation(np.flatnonzero(series == k))
        places[mine] = random.integers(-9, 9) + np.arange(len(mine))
    if len(np.unique(series)) > windows // 2:  # few windows of many series
        series, places = np.zeros(windows, int), np.arange(windows)
    errors = random.normal(0, 1, sizes) * np.arange(1, steps + 1)[:, None]
    bounds, now = None, None
    if with_quantiles:  # also such that lie on the wrong side
        bounds = random.normal([-1, 0, 1], 1, (*sizes, 3))
        now = random.normal([-1, 0, 1], 1, (4, steps, targets, 3))
    known = Errors(errors, bounds, series, places)
    asked, at = np.array([0, 2, 7, 1]), np.array([3, -40, 3, 99])  # series 7 was never met
    below, above = known.around(level, asked, at, now)
    assert below.shape == above.shape == (4, steps, targets)
    for t in range(targets):
        for k in range(4):
            expected = looped(known, level, asked[k], at[k], t, None if now is None else now[k])
            found = np.stack([below[k, :, t], above[k, :, t]], axis=1)
            np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_errors_whose_size_is_not_known_give_the_interval_of_split_conformal_prediction():
    # one a series; 0.8 * (1 + 1 / 9) lies 1 / 9 of the way from the 8th to the 9th
    known = errors_of([3, -1, 9, 5, -7, 2, 8, -4, 6], series=np.arange(9))
    assert margin(known, 0.8, 20, series=10) == pytest.approx(8 + 1 / 9)


def test_few_errors_give_the_largest_of_them():
    # 0.95 * (1 + 1 / 3) is above 1
    assert margin(errors_of([1.0, -2.0, 3.0], np.arange(3)), 0.95, 40, series=3) == 3


def test_levels_that_ask_for_more_errors_than_there_are():
    # of one step, p (1 + 1 / n) is above 1 for p > n / (n + 1), here 0.95; of 12 steps a window
    # counts as 6 / 12 of one, and 19 as 9.5: p > 9.5 / 10.5
    def of_one(steps):
        return Errors(np.ones((19, steps, 1)), None, np.zeros(19, int), np.arange(19))

    one, twelve = (of_one(steps) for steps in (1, 12))
    assert one.told((0.9, 0.95)) == []
    assert one.told((0.95, 0.999)) == [
        "Intervals above 95 % need more held-out forecasts than the 19 there are: they reach as "
        "far as the largest error did."
    ]
    assert twelve.told((0.95,))[0].startswith("Intervals above 90.5 % need ")
    assert margin(one, 0.951, 40) == margin(one, 0.999, 40)


def test_errors_of_one_size_give_that_size():
    assert margin(errors_of([2.0, -2.0] * 20), 0.9, 40) == pytest.approx(2)
    assert margin(errors_of(np.zeros(9)), 0.9, 9) == 0


def test_each_series_has_its_own_size_and_that_of_lately():
    sizes, series = np.repeat([1.0, 3.0], 50), np.repeat([0, 1], 50)
    known = errors_of(sizes, series, np.tile(np.arange(50), 2))
    small, large, new = (margin(known, 0.5, 50, k) for k in (0, 1, 2))
    # relative to the mean of 2 they are 0.5 and 1.5; 50 are known, 12 of them lately
    own = [(12 + 50 * a) / 62 for a in (0.5, 1.5)]
    lately = [(12 * c + 12 * a) / 24 for c, a in zip(own, (0.5, 1.5))]
    assert large / small == pytest.approx(lately[1] / lately[0])
    assert new / small == pytest.approx(1 / lately[0])
    assert margin(known, 0.5, 500, 0) / new == pytest.approx(own[0])  # nothing is known lately


def test_windows_that_are_not_all_there_count_for_those_left_out():
    def lately(places):
        size = np.where(places < 150, 1.0, 2.0)
        known = Errors(np.tile(size[:, None, None], (1, 10, 1)), None, 0 * places, places)
        made, _ = known.around(0.9, np.array([0, 1]), np.array([209, 209]))
        a = np.array([1, 2]) / size.mean()
        own = (20 + 150 * a[0] + 50 * a[1]) / 220
        expected = (20 * own + 20 * a[1]) / 40  # all of the last 20 rows that are known had 2
        return (made[0, 0] / made[1, 0]).item(), expected

    for every in (1, 5):
        found, expected = lately(np.arange(200)[::every])
        assert found == pytest.approx(expected)


def test_forecast_quantiles_give_the_interval_its_sides():
    # errors of 1 below and 3 above, quantiles forecast there: 2 is usual, 1 / 3 and 3 / 5 are mean
    sizes = np.tile([-1.0, 3.0], 10)
    bounds = np.tile([-1.0, 0.0, 3.0], (20, 1)).reshape(20, 1, 1, 3)
    known = Errors(sizes.reshape(20, 1, 1), bounds, np.arange(20), np.zeros(20, int))
    at = np.array([30]), np.array([50])
    below, above = known.around(0.9, *at, bounds[:1])
    # 0.9 * (1 + 1 / 20) of all are as large as the largest, 3 / 5: so is the upper side
    assert above == pytest.approx(3) and below == pytest.approx(3 * 3 / 5)
    # forecast twice as far apart, which adds 1 to 3 below and 3 to 5 above
    below, above = known.around(0.9, *at, 2 * bounds[:1])
    assert above == pytest.approx(8 * 3 / 5) and below == pytest.approx(4 * 3 / 5)


def test_kept_errors_are_followed_by_later_ones():
    forecaster = quick(horizon=2, lookback=4).fit({"day": days(60), "y": wave(60)})
    learned, kept = forecaster.learned_, forecaster.learned_.held_out
    later = Errors(np.ones((3, 2, 1)), None, np.zeros(3, int), np.arange(3))
    both = learned.all_errors(later)
    np.testing.assert_array_equal(both.errors, np.concatenate([kept.errors, later.errors]))
    np.testing.assert_array_equal(both.places, [*kept.places, 0, 1, 2])
    # the windows held out begin on the days before the last
    first = np.datetime64("2024-01-01").astype(int)
    assert kept.places.tolist() == [first + d for d in range(59 - len(kept.places), 59)]
    # beyond the horizon later ones alone, if there are three; else those kept grow with the root
    later = Errors(np.ones((3, 8, 1)), None, np.zeros(3, int), np.arange(3))
    assert learned.all_errors(later) is later
    grown = learned.all_errors(later.some(slice(2))).errors
    np.testing.assert_array_equal(grown[:, :2], kept.errors)
    np.testing.assert_allclose(grown[:, 7], 2 * kept.errors[:, 1])


# How often intervals hold what comes --------------------------------------------------------------


def test_levels_without_errors_enough_are_told_by_fit():
    """Of 40 rows with a look-back of 4 there are 36 windows of one step, and 8 are held out."""
    forecaster = quick(lookback=4, levels=(0.8, 0.95)).fit({"y": wave(40)})
    assert forecaster.learned_.counts == (28, 8)
    assert "counts=(28, 8)" in repr(forecaster.learned_) and "array" not in repr(
        forecaster.learned_
    )
    assert "array" not in repr(forecaster.learned_.trained[0])
    assert forecaster.notes_[-1] == (
        "Intervals above 88.9 % need more held-out forecasts than the 8 there are: they reach as "
        "far as the largest error did."
    )


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


def held_by_margins(errors, first, level=0.9):
    """Which of the errors of windows from `first` on lay within the margins of those before."""
    known, found = errors_of(errors), []
    for row in range(first, len(errors)):
        before = known.some(slice(row))
        found.append(abs(errors[row]) <= margin(before, level, row))
    return np.array(found)


@pytest.mark.parametrize("after", [0.5, 1.0, 4.0])
def test_a_level_is_held_when_the_size_of_errors_changes(after):
    random = np.random.default_rng(1)
    errors = random.normal(size=450) * np.where(np.arange(450) < 150, 1, after)
    assert 0.87 <= held_by_margins(errors, 150).mean() <= 0.97


@pytest.mark.parametrize(
    "asked", [{}, {"quantiles": (0.05, 0.5, 0.95), "model": "gru", "units": 2}]
)
def test_intervals_hold_in_each_series(asked):
    # relative to how much they vary, forecasts of one shop err several times as much as the other's
    rows = 500
    parts = [wave(rows, noise=0.1, seed=3), wave(rows, noise=2.0, seed=4)]
    columns = {
        "day": np.tile(days(rows), 2),
        "shop": np.repeat(["calm", "wild"], rows),
        "y": np.concatenate(parts),
    }
    made = quick(horizon=4, lookback=8, by="shop", **asked).backtest(columns, test=0.5, origins=300)
    found = made.forecasts
    for k in range(2):
        mine = found.series == k
        held = coverage(made.actual[mine], found.lower[0.9][mine], found.upper[0.9][mine])
        assert 0.85 <= held <= 0.96
