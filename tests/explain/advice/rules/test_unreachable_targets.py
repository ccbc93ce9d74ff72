"""The rule `unreachable-targets`."""

import numpy as np
import pytest

from recurra.layers import GRU, LSTM, Activation, Bidirectional, Dense, Lambda, Reshape
from tests.explain.advice.looking import found

RULE = "unreachable-targets"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)


def test_it_fires_where_tanh_meets_standardized_targets():
    """Two of four are beyond -1 and 1."""
    last = Dense(1, activation="tanh", name="last")
    assert found(RULE, [LSTM(4), last], X, np.array([-2.0, 0.5, -0.5, 1.5])) == (
        "advice: `y` goes from -2 to 1.5, and Dense 'last' ends in tanh, which gives numbers from "
        "-1 to 1: 50 % of the targets are outside of that. [unreachable-targets]\n"
        "  why:      what the last layer cannot give is never predicted, however long the "
        "training.\n"
        "  fix:      end the model with Dense(1), without tanh: it gives any number\n"
        "  fix:      mean = y.mean(); y = (y - mean) / abs(y - mean).max()"
    )


def test_it_fires_where_relu_meets_negative_targets():
    last = Dense(1, activation="relu", name="last")
    assert found(RULE, [LSTM(4), last], X, np.array([-2.0, 0.5, 0.7, 1.5]), "mae") == (
        "advice: `y` goes from -2 to 1.5, and Dense 'last' ends in relu, which gives no number "
        "below 0: 25 % of the targets are below 0. [unreachable-targets]\n"
        "  why:      what the last layer cannot give is never predicted, however long the "
        "training.\n"
        "  fix:      end the model with Dense(1), without relu: it gives any number"
    )


@pytest.mark.parametrize(
    "layers",
    [
        [LSTM(1)],
        [GRU(1)],
        [LSTM(4), Dense(1), Activation("sigmoid")],
        [LSTM(4), Dense(1, "sigmoid"), Reshape((1,))],
    ],
)
def test_it_finds_the_layer_that_decides(layers):
    text = found(RULE, layers, X, np.array([1.0, 2.0, 3.0, 4.0]))
    assert "75 % of the targets are outside of that" in text


def test_labels_of_minus_1_cannot_be_reached_by_a_sigmoid_under_hinge():
    y = np.array([-1.0, 1.0, -1.0, 1.0])
    assert "50 %" in found(RULE, [LSTM(4), Dense(1, "sigmoid")], X, y, "hinge")
    assert found(RULE, [LSTM(4), Dense(1, "tanh")], X, y, "hinge") is None


@pytest.mark.parametrize(
    ("layers", "y"),
    [
        ([LSTM(4), Dense(1)], [-2.0, 0.5, 1.5, 9.0]),
        ([LSTM(4), Dense(1, "tanh")], [-1.0, 0.5, 1.0, 1.01]),
        ([LSTM(4), Dense(1, "sigmoid")], [0.0, 1.0, 0.5, 1.0]),
        ([LSTM(4), Dense(1, "relu")], [0.0, 1.0, 500.0, 1e6]),
        ([LSTM(4), Dense(1, "tanh"), Lambda(lambda x: 9 * x)], [-2.0, 0.5, 1.5, 9.0]),
        ([Bidirectional(LSTM(1), merge_mode="sum")], [-1.5, 0.5, 1.5, 1.9]),
    ],
)
def test_targets_that_can_be_reached_are_fine(layers, y):
    assert found(RULE, layers, X, np.array(y)) is None


def test_one_outlier_of_many_is_fine():
    """1 of 100 is 1 %, not more."""
    x, y = np.zeros((100, 5, 2)), np.linspace(0, 1, 100)
    y[50] = 3
    assert found(RULE, [LSTM(4), Dense(1, "sigmoid")], x, y) is None
