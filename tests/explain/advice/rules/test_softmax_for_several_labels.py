"""The rule `softmax-for-several-labels`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "softmax-for-several-labels"
X = np.zeros((4, 5, 2))
#: One row of four with three ones, one with two.
SEVERAL = np.array([[1, 1, 1], [0, 1, 0], [1, 0, 1], [0, 0, 0]])


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy"])
def test_it_fires_for_rows_of_several_ones(loss):
    layers = [LSTM(4), Dense(3, activation="softmax", name="last")]
    assert found(RULE, layers, X, SEVERAL, loss) == (
        "advice: 50 % of the rows of `y` have several ones, up to 3 of 3, and Dense 'last' ends in "
        "softmax. [softmax-for-several-labels]\n"
        "  why:      a softmax shares 1 among the classes: several labels at once cannot each be "
        "sure.\n"
        "  fix:      Dense(3, activation='sigmoid') as the last layer, and "
        "loss='binary_crossentropy'"
    )


@pytest.mark.parametrize(
    ("activation", "y", "loss"),
    [
        ("sigmoid", SEVERAL, "binary_crossentropy"),
        ("softmax", np.eye(3)[[0, 1, 2, 0]], "categorical_crossentropy"),
        ("softmax", np.full((4, 3), 1 / 3), "categorical_crossentropy"),
        ("softmax", SEVERAL, "mse"),
        ("softmax", np.array([0, 1, 2, 1]), "sparse_categorical_crossentropy"),
    ],
)
def test_what_goes_together_is_fine(activation, y, loss):
    assert found(RULE, [LSTM(4), Dense(3, activation=activation)], X, y, loss) is None


def test_a_few_rows_may_be_mistakes():
    """5 of 100 are 5 %, not more."""
    y = np.eye(3)[np.zeros(100, int)]
    y[:5] = 1
    layers = [LSTM(4), Dense(3, activation="softmax")]
    assert found(RULE, layers, np.zeros((100, 5, 2)), y, "categorical_crossentropy") is None
