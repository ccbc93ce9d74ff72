"""The rule `overlapping-windows`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
SERIES = np.cumsum(RNG.normal(size=520)) / 10
X = np.stack([SERIES[k : k + 20] for k in range(500)])[..., None]
Y = SERIES[20:]


def said(x, order, at=400, layers=None, **more):
    """What is found where the first windows in this order train, and the others validate."""
    first, last = order[:at], order[at:]
    layers = layers or [LSTM(4), Dense(1)]
    y = np.arange(float(len(x)))
    return found(
        "overlapping-windows", layers, x[first], y[first], validation=(x[last], y[last]), **more
    )


def test_windows_that_were_shuffled_before_the_split():
    # 50 of the 100 are looked at. Of the 19 neighbours on each side of a window 80 % train.
    assert said(X, RNG.permutation(500)) == (
        "advice: 50 of 50 validation windows looked at (100 %) overlap training windows, of which "
        "some begin before and some after them. [overlapping-windows]\n"
        "  why:      their values, and what comes after them, were seen in training: the "
        "validation loss does not show how new data will fare.\n"
        "  fix:      train, later = series[:at], series[at + 20 :]  # split by time, leave a gap, "
        "then cut windows from each part\n"
        "  fix:      train_test_split(x, y, test_size=0.2, shuffle=False)  # windows in order of "
        "time"
    )


def test_every_fifth_window():
    held = np.arange(500) % 5 == 0
    order = np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)])
    assert said(X, order) is not None


@pytest.mark.parametrize(
    "x",
    [
        np.stack([X[..., 0], X[..., 0] ** 2, np.full((500, 20), 3.0)], -1),  # several features
        X.transpose(0, 2, 1),  # a look-back on the features axis
        np.round(X * 100),  # whole numbers
        X[:, :6],  # short windows
    ],
)
def test_other_windows(x):
    assert " overlap training windows" in said(x, RNG.permutation(500))
    assert said(x, np.arange(500)) is None


def test_samples_without_a_timesteps_axis():
    assert said(X[..., 0], RNG.permutation(500), layers=[Dense(1)]) is not None
    assert said(X[..., 0], np.arange(500), layers=[Dense(1)]) is None


def test_many_windows_of_which_a_part_is_looked_at():
    series = np.cumsum(RNG.normal(size=(50_000, 3)), axis=0).astype("float32")
    x = np.lib.stride_tricks.sliding_window_view(series, 40, axis=0).transpose(0, 2, 1)[:40_000]
    assert said(x, RNG.permutation(40_000), 32_000) is not None
    assert said(x, np.arange(40_000), 32_000) is None


def test_windows_that_share_half_of_their_steps():
    series = np.cumsum(RNG.normal(size=10_020))
    x = np.stack([series[k : k + 40] for k in range(0, 9_980, 20)])[..., None]
    assert said(x, RNG.permutation(len(x))) is not None
    assert said(x, np.arange(len(x))) is None


def test_a_split_by_time_is_fine():
    """The 19 windows at the border overlap, all with windows that begin earlier."""
    assert said(X, np.arange(500)) is None
    assert said(X, np.arange(500), at=485) is None  # all 15 do
    assert said(X, np.arange(500)[::-1]) is None  # validation comes first


def test_its_fixes_can_be_applied():
    def windows(series):
        return np.stack([series[k : k + 20] for k in range(len(series) - 20)])[..., None]

    at = 416
    train, later = windows(SERIES[:at]), windows(SERIES[at + 20 :])
    assert said(np.concatenate([train, later]), np.arange(len(train) + len(later)), 396) is None


def test_shuffled_windows_that_do_not_overlap_are_fine():
    assert said(RNG.normal(size=(500, 20, 1)), RNG.permutation(500)) is None
    apart = np.cumsum(RNG.normal(size=10_000)).reshape(500, 20, 1)
    assert said(apart, RNG.permutation(500)) is None


def test_a_series_that_repeats_itself_shows_nothing():
    season = np.tile(RNG.normal(size=24), 30)
    sine = np.sin(np.arange(520) * np.pi / 10).astype("float32")  # equal up to rounding
    for series in (season, sine):
        x = np.stack([series[k : k + 20] for k in range(500)])[..., None]
        assert said(x, np.arange(500)) is None


def test_small_whole_numbers_are_alike_by_chance():
    x = RNG.integers(0, 3, (500, 8, 1)) * 1.0
    assert said(x, RNG.permutation(500)) is None


def test_pictures_with_empty_borders_are_fine():
    x = np.zeros((500, 8, 8))
    x[:, 2:6, 2:6] = RNG.integers(0, 3, (500, 4, 4))
    assert said(x.reshape(500, 64, 1), RNG.permutation(500)) is None


def test_validation_by_the_training_data_is_another_matter():
    assert said(X, np.concatenate([np.arange(500), np.arange(500)]), at=500) is None
