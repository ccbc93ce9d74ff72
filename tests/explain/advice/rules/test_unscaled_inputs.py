"""The rule `unscaled-inputs`."""

import numpy as np

from recurra.layers import LSTM, BatchNormalization, Dense
from tests.explain.advice.looking import found

Y = np.zeros(4)


def layers():
    return [LSTM(4), Dense(1)]


def test_it_fires_for_numbers_far_from_0():
    x = np.array([100.0, 200.0, 300.0, 400.0]).reshape(4, 1, 1)  # mean 250, std sqrt(12500) = 112
    assert found("unscaled-inputs", layers(), x, Y) == (
        "advice: `x` goes from 100 to 400, with a mean of 250 and a standard deviation of 112. "
        "[unscaled-inputs]\n"
        "  why:      such numbers drive tanh and sigmoid to their flat ends, where samples look "
        "alike and nothing is learnt.\n"
        "  fix:      mean, std = x.mean((0, 1)), x.std((0, 1)); x = (x - mean) / std  # from the "
        "training part, the same for all"
    )


def test_it_names_the_feature_that_is_farthest():
    x = np.stack([np.linspace(-1, 1, 40), np.linspace(0, 90, 40)], -1).reshape(4, 10, 2)
    assert found("unscaled-inputs", layers(), x, Y).startswith(
        "advice: feature 1 of `x` goes from 0"
    )


def test_numbers_of_usual_size_are_fine():
    x = np.linspace(-15, 15, 40).reshape(4, 10, 1)
    assert found("unscaled-inputs", layers(), x, Y) is None


def test_a_model_that_scales_by_itself_is_fine():
    x = np.linspace(0, 1000, 40).reshape(4, 10, 1)
    assert found("unscaled-inputs", [BatchNormalization(), *layers()], x, Y) is None


def test_whole_numbers_such_as_tokens_are_fine():
    x = np.arange(40).reshape(4, 10, 1) * 100
    assert found("unscaled-inputs", layers(), x, Y) is None
