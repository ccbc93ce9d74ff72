"""The rule `unscaled-targets`."""

import numpy as np

from recurra.layers import LSTM, Dense, Lambda
from tests.explain.advice.looking import found

RULE = "unscaled-targets"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)


def test_it_fires_for_targets_far_from_0():
    y = np.array([100.0, 200.0, 300.0, 400.0])  # mean 250, std sqrt(12500) = 112
    assert found(RULE, [LSTM(4), Dense(1)], X, y) == (
        "advice: `y` goes from 100 to 400, with a mean of 250 and a standard deviation of 112. "
        "[unscaled-targets]\n"
        "  why:      outputs begin near 0, and small steps take very long to bring them there; "
        "until then all predictions are the same.\n"
        "  fix:      mean, std = y.mean(0), y.std(0); y = (y - mean) / std  # from the training "
        "part; predictions back: model.predict(x) * std + mean"
    )


def test_it_names_the_number_that_is_farthest_and_takes_counts_too():
    y = np.array([[0, 900], [1, 700], [2, 800], [0, 600]])
    text = found(RULE, [LSTM(4), Dense(2)], X, y, "mae")
    assert text.startswith("advice: number 1 of `y` goes from 600 to 900, with a mean of 750")


def test_targets_of_usual_size_are_fine():
    assert found(RULE, [LSTM(4), Dense(1)], X, np.array([-40.0, 20.0, 49.0, 30.0])) is None


def test_class_numbers_are_no_measurements():
    y = np.array([0, 150, 199, 180])
    loss = "sparse_categorical_crossentropy"
    assert found(RULE, [LSTM(4), Dense(200)], X, y, loss) is None


def test_a_model_that_may_bring_numbers_back_itself_is_fine():
    layers = [LSTM(4), Dense(1), Lambda(lambda x: x * 112 + 250)]
    assert found(RULE, layers, X, np.array([100.0, 200.0, 300.0, 400.0])) is None


def test_losses_of_relative_errors_are_fine():
    y = np.array([100.0, 200.0, 300.0, 400.0])
    assert found(RULE, [LSTM(4), Dense(1)], X, y, "mape") is None
