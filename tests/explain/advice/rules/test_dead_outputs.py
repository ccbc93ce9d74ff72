"""The rule `dead-outputs`."""

import numpy as np

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "dead-outputs"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.zeros(4)


def said(predictions, activation="relu", history=None):
    history = {"loss": [1.0]} if history is None else history
    layers = [LSTM(4), Dense(1, activation=activation)]
    return found(RULE, layers, X, Y, predictions=[predictions], history=history)


def test_it_fires_where_all_are_0():
    assert said(np.zeros((50, 1), np.float32)) == (
        "advice: all 50 predictions of the output are exactly 0. [dead-outputs]\n"
        "  why:      relu gives 0 below 0 and has no slope there, so no gradient brings the "
        "outputs back.\n"
        "  fix:      Dense(1)  # no activation: any number\n"
        '  fix:      Dense(1, activation="softplus")  # numbers above 0, never dead'
    )


def test_some_above_0_are_fine():
    predictions = np.zeros((50, 1), np.float32)
    predictions[7] = 1e-9
    assert said(predictions) is None


def test_few_samples_are_fine():
    assert said(np.zeros((19, 1), np.float32)) is None


def test_other_activations_are_fine():
    assert said(np.zeros((50, 1), np.float32), "linear") is None


def test_an_untrained_model_is_fine():
    assert said(np.zeros((50, 1), np.float32), history={}) is None
