"""The rule `constant-columns`."""

import numpy as np

from recurra import Input, Model
from recurra.layers import LSTM, Dense, Flatten
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 5, 4))
Y = np.arange(120.0)


def layers():
    return [LSTM(4), Dense(1)]


def filled(value, *features):
    x = X.copy()
    x[..., list(features)] = value
    return x


def test_a_feature_that_never_changes():
    # (120, 5, 4) are 2,400 numbers, so all 600 timesteps are looked at
    assert found("constant-columns", layers(), filled(0, 2), Y) == (
        "advice: feature 2 of `x` never changes: 0 in all 600 timesteps looked at. "
        "[constant-columns]\n"
        "  why:      what is the same in every sample tells nothing about any.\n"
        "  fix:      x = x[..., x.std((0, 1)) > 0]  # leave out what is constant\n"
        "  fix:      look where feature 2 is made: it may have been filled with 0 by mistake"
    )


def test_several_features():
    assert found("constant-columns", layers(), filled(7, 1, 3), Y).startswith(
        "advice: features 1, 3 of `x` never change: 7 in all 600 timesteps looked at."
    )


def test_its_fix_can_be_applied():
    x = filled(0, 2)
    x = x[..., x.std((0, 1)) > 0]
    assert x.shape == (120, 5, 3)
    assert found("constant-columns", layers(), x, Y) is None


def test_samples_without_timesteps():
    x = filled(3, 0)[:, 0]
    assert "3 in all 120 samples looked at." in found("constant-columns", [Dense(1)], x, Y)


def test_nothing_but_zeros():
    assert found("constant-columns", layers(), np.zeros((120, 5, 4)), Y) == (
        "advice: all numbers of `x` are 0. [constant-columns]\n"
        "  why:      samples that are all the same cannot tell targets apart.\n"
        "  fix:      look where x is filled: print(x.min(), x.max())"
    )


def test_features_that_change_are_fine():
    assert found("constant-columns", layers(), X, Y) is None


def test_pictures_with_an_empty_border_are_fine():
    x = np.where(RNG.random((120, 8, 8)) < 0.5, RNG.random((120, 8, 8)), 0)
    x[..., [0, 7]] = 0
    assert found("constant-columns", layers(), x, Y) is None
    x[..., 0] = 1
    assert found("constant-columns", layers(), x, Y) is not None


def test_a_one_hot_code_without_one_of_its_values_is_fine():
    x = np.eye(6)[RNG.integers(0, 5, (120, 5))]
    assert found("constant-columns", layers(), x, Y) is None


def test_a_demonstration_with_ones_alone_is_fine():
    """Targets are constant too: nobody wants to learn anything."""
    assert found("constant-columns", layers(), np.ones((120, 5, 4)), np.ones(120)) is None


def test_an_empty_first_state_beside_the_data_is_fine():
    sequence, state = Input((5, 4)), Input((4,))
    model = Model([sequence, state], Dense(1)(LSTM(4)(sequence, initial_state=[state, state])))
    assert found("constant-columns", model, [X, np.zeros((120, 4))], Y) is None


def test_a_few_of_many_long_samples_show_nothing():
    """8 samples are looked at: a flag that is 0 there may be 1 elsewhere."""
    x = RNG.normal(size=(60, 4000, 2)).astype("float32")
    x[..., 1] = 0
    assert found("constant-columns", [Flatten(), Dense(1)], x, Y[:60]) is None
