"""The rule `more-features-than-timesteps`."""

import numpy as np

from recurra.explain.advice.words import number
from recurra.layers import LSTM, Dense, Embedding
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
CHANNELS = np.cumsum(RNG.normal(size=(50, 3, 200)), axis=-1) / 10  # three series, one a row
Y = np.arange(50.0)


def layers():
    return [LSTM(4), Dense(1)]


def test_channels_as_timesteps():
    along = number(np.sqrt((np.diff(CHANNELS, axis=2) ** 2).mean()))  # a step of a walk: 0.1
    across = number(np.sqrt((np.diff(CHANNELS, axis=1) ** 2).mean()))
    assert float(along) < 0.11 and float(across) > 1
    assert found("more-features-than-timesteps", layers(), CHANNELS, Y) == (
        "advice: `x` is (samples=50, timesteps=3, features=200), and within a timestep "
        f"neighbouring features differ by {along}, from one timestep to the next by {across}. "
        "[more-features-than-timesteps]\n"
        "  why:      this is how 3 features look that were measured over 200 timesteps: the layer "
        "steps from feature to feature, and does not see time.\n"
        "  fix:      x = x.transpose(0, 2, 1), Input((200, 3))"
    )


def test_its_fix_can_be_applied():
    x = CHANNELS.transpose(0, 2, 1)
    assert found("more-features-than-timesteps", layers(), x, Y) is None


def test_many_features_without_an_order_are_fine():
    """Word vectors, and the shapes of question 6 and of many tables."""
    for steps, features in ((3, 200), (10, 300), (10, 25)):
        x = RNG.normal(size=(50, steps, features))
        assert found("more-features-than-timesteps", layers(), x, Y) is None


def test_spectra_that_change_slowly_are_fine():
    """Each timestep is smooth, and like the one before it."""
    bands = np.cumsum(RNG.normal(size=(50, 1, 120)), axis=-1)
    x = bands + np.cumsum(RNG.normal(size=(50, 10, 120)), axis=1) * 0.3
    assert found("more-features-than-timesteps", layers(), x, Y) is None


def test_a_series_folded_into_days_is_fine():
    """A week of 96 quarters of an hour: each day begins where the one before ended."""
    x = np.cumsum(RNG.normal(size=(50, 7 * 96)), axis=-1).reshape(50, 7, 96)
    assert found("more-features-than-timesteps", layers(), x, Y) is None


def test_days_of_a_like_profile_are_fine():
    profile = np.sin(np.linspace(0, 2 * np.pi, 96))
    x = profile * RNG.uniform(0.8, 1.2, size=(50, 7, 1)) + RNG.normal(size=(50, 7, 96)) * 0.02
    assert found("more-features-than-timesteps", layers(), x, Y) is None


def test_less_than_5_times_as_many_features_are_fine():
    assert found("more-features-than-timesteps", layers(), CHANNELS[..., :14], Y) is None


def test_tokens_are_fine():
    x = RNG.integers(0, 9, (50, 20))
    assert found("more-features-than-timesteps", [Embedding(9, 4), *layers()], x, Y) is None
