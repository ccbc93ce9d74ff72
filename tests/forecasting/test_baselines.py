"""Baselines, by hand and beside plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels import datasets

import recurra as rc
from recurra.forecasting.baselines import Baseline, find_season

NAN = math.nan
KINDS = ["last", "seasonal", "drift", "mean"]
VALUES = st.integers(1, 25).flatmap(
    lambda n: arrays(np.float64, (n, 2), elements=st.sampled_from([NAN, 0.0, 1.0, 2.5, -3.0, 7.0]))
)


def by_loop(kind, history, horizon, season):
    """One target's forecast in the words of the definition."""
    known = [(t, v) for t, v in enumerate(history) if not math.isnan(v)]
    if not known:
        return [NAN] * horizon
    (first, begin), (last, end) = known[0], known[-1]
    n, made = len(history), []
    for h in range(n, n + horizon):
        if kind == "last":
            made.append(end)
        elif kind == "mean":
            made.append(sum(v for _, v in known) / len(known))
        elif kind == "drift":
            made.append(end + (h - last) * (end - begin) / max(last - first, 1))
        else:
            seasons = [v for t, v in known if (h - t) % season == 0]
            made.append(seasons[-1] if seasons else end)
    return made


@given(
    values=VALUES,
    kind=st.sampled_from(KINDS),
    horizon=st.integers(1, 8),
    season=st.integers(1, 30),
)
def test_they_are_those_of_a_loop(values, kind, horizon, season):
    origins = np.arange(1, len(values) + 1)
    made = Baseline(kind).at_origins(values, origins, horizon, season)
    assert made.shape == (len(values), horizon, 2)
    for origin in origins:
        for k in range(2):
            wanted = by_loop(kind, values[:origin, k], horizon, season)
            np.testing.assert_allclose(made[origin - 1, :, k], wanted, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(Baseline(kind)(values, horizon, season), made[-1])
    np.testing.assert_array_equal(
        Baseline(kind).at_origins(values[:, 0], origins, horizon, season), made[..., 0]
    )


@given(values=VALUES, kind=st.sampled_from(KINDS), season=st.integers(1, 9))
def test_nothing_looks_ahead(values, kind, season):
    """What comes after an origin changes no forecast from there, not by one bit."""
    origin = (len(values) + 1) // 2
    changed = values.copy()
    changed[origin:] = 1e6
    before, after = (Baseline(kind).at_origins(v, [origin], 3, season) for v in (values, changed))
    assert before.tobytes() == after.tobytes()


def test_by_hand():
    history = [1.0, 2.0, 6.0, NAN]  # rises by 5 in 2 steps; one row is missing at the end
    assert Baseline("last")(history, 2).tolist() == [6, 6]
    assert Baseline("drift")(history, 2).tolist() == [6 + 2 * 2.5, 6 + 3 * 2.5]
    assert Baseline("mean")(history, 2).tolist() == [3, 3]
    assert Baseline("seasonal")(history, 4, season=2).tolist() == [6, 2, 6, 2]
    assert Baseline("seasonal")(history, 2, season=9).tolist() == [6, 6]
    assert Baseline("seasonal").words == "the value one season ago"


def test_a_horizon_alone_has_one_axis():
    assert Baseline("mean")(np.ones(5), 3).shape == (3,)
    assert Baseline("mean")(np.ones((5, 2)), 3).shape == (3, 2)


def test_errors():
    with pytest.raises(rc.ArgumentError) as error:
        Baseline("seasonl")
    assert str(error.value) == (
        "there is no baseline 'seasonl': it is one of 'last', 'seasonal', 'drift', 'mean'. "
        "Did you mean 'seasonal'?"
    )
    with pytest.raises(rc.ArgumentError) as error:
        Baseline("last")([1.0], 0)
    assert str(error.value) == "Baseline: `horizon`=0: a whole number of at least 1 is needed."
    with pytest.raises(rc.DataError) as error:
        Baseline("last").at_origins(np.ones(4), [2, 5], 1)
    assert str(error.value) == (
        "Baseline: the origin 5 is not from 1 to 4, the number of rows; an origin is how many "
        "rows are known."
    )
    with pytest.raises(rc.DataError):
        Baseline("last")([], 1)


# Seasons -----------------------------------------------------------------------------------------


def made(season, n, noise=0.0, trend=0.0, seed=0):
    """A pattern of normal numbers that returns, a trend and noise."""
    rng = np.random.default_rng(seed)
    pattern = rng.normal(size=season)
    return pattern[np.arange(n) % season] + trend * np.arange(n) + noise * rng.normal(size=n)


@pytest.mark.parametrize(("season", "n"), [(4, 48), (7, 60), (12, 48), (24, 200), (52, 260)])
@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("trend", [0.0, 5.0])
def test_a_season_is_found(season, n, noise, trend):
    values = made(season, n, noise, trend)
    assert find_season(values, [season]) == season
    assert find_season(values) == season


def test_a_sine_and_its_multiples_have_the_first_season():
    for season in (8, 12, 25):
        t = np.arange(10 * season)
        assert find_season(np.sin(2 * np.pi * t / season)) == season


def test_of_several_candidates_the_one_with_the_greatest_correlation_is_taken():
    """Hours of a day, and hours of a day that differ on one day of seven."""
    daily = made(24, 24 * 7 * 6, noise=0.1)
    weekly = daily + 2 * (np.arange(len(daily)) // 24 % 7 == 6) * made(24, len(daily), seed=3)
    assert find_season(daily, (24, 168)) == 24
    assert find_season(weekly, (24, 168)) == 168


def test_rows_that_lack_are_left_out():
    values = made(12, 120, noise=0.1)
    values[np.random.default_rng(1).random(120) < 0.2] = NAN
    assert find_season(values, [12]) == 12


@pytest.mark.parametrize(
    "values",
    [
        np.full(100, 3.0),
        np.arange(100.0),
        np.arange(100.0) * 1e9 + 0.1,
        np.arange(100.0) ** 3,
        100 / (1 + np.exp(-(np.arange(100) - 50) / 9)),
        np.full(100, NAN),
        [1.0, 2.0],
        [],
    ],
    ids=["constant", "line", "big", "cubic", "logistic", "missing", "two", "none"],
)
def test_curves_have_no_season(values):
    assert find_season(values, [4, 12]) == 1
    assert find_season(values) == 1


def test_noise_has_no_season_but_by_chance():
    """White noise, its sums and an autoregression, 300 of each: under 5 % false alarms."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(300, 120))
    slow = noise.copy()
    for t in range(1, 120):
        slow[:, t] += 0.7 * slow[:, t - 1]
    for series in (noise, noise.cumsum(axis=1), slow):
        assert np.mean([find_season(s, [12]) > 1 for s in series]) < 0.05
        assert np.mean([find_season(s) > 1 for s in series]) < 0.05


def test_two_whole_seasons_are_needed():
    assert find_season(made(12, 20), [12]) == 1
    assert find_season(made(12, 30), [12]) == 12


@settings(max_examples=20)
@given(st.floats(1e-6, 1e6), st.floats(-1e6, 1e6))
def test_units_change_nothing(scale, shift):
    assert find_season(made(12, 96, noise=0.2) * scale + shift * scale, [12]) == 12


def test_real_series():
    """Sea temperatures by month, CO2 by week with gaps, sunspots by year, and economic series."""
    elnino = datasets.elnino.load_pandas().data.iloc[:, 1:].to_numpy().ravel()
    co2 = datasets.co2.load_pandas().data.co2.to_numpy()
    sunspots = datasets.sunspots.load_pandas().data.SUNACTIVITY.to_numpy()
    economy = datasets.macrodata.load_pandas().data[["realgdp", "infl", "unemp"]].to_numpy()
    assert find_season(elnino) == find_season(elnino, [12]) == 12
    assert find_season(co2, [52]) == 52
    assert find_season(co2) in (52, 53)
    assert find_season(sunspots) in (10, 11)
    assert [find_season(column, [4]) for column in economy.T] == [1, 1, 1]
