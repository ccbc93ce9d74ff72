"""The rule `negative-counts`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Activation, Dense, Lambda
from tests.explain.advice.looking import found

RULE = "negative-counts"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)
Y = np.array([0.0, 3.0, 1.0, 7.0])
END = (
    "  why:      it takes the logarithm of the output: one below 0 makes the loss NaN.\n"
    "  fix:      Dense(1, activation='softplus') {0}\n"
    "  fix:      activation='exponential'  # where inputs multiply the count"
)


def test_it_fires_for_a_linear_output():
    assert found(RULE, [LSTM(4), Dense(1, name="last")], X, Y, "poisson") == (
        "advice: Dense 'last' ends in no activation, which gives any number, and poisson takes "
        "numbers above 0. [negative-counts]\n" + END.format("as the last layer")
    )


def test_it_fires_for_a_recurrent_layer_at_the_end():
    assert found(RULE, [LSTM(1, name="last")], X, Y, "poisson") == (
        "advice: LSTM 'last' ends in tanh, which gives numbers from -1 to 1, and poisson takes "
        "numbers above 0. [negative-counts]\n" + END.format("behind LSTM 'last'")
    )


@pytest.mark.parametrize("name", ["softsign", "hard_tanh", "elu", "selu", "leaky_relu"])
def test_it_fires_for_whatever_gives_numbers_below_0(name):
    assert found(RULE, [LSTM(4), Dense(1, name)], X, Y, "poisson") is not None
    activation = getattr(__import__("recurra").activations, name)
    assert np.asarray(activation(np.float32([-1.0])))[0] < 0


@pytest.mark.parametrize("name", ["softplus", "exponential", "relu", "sigmoid"])
def test_its_fixes_can_be_applied(name):
    assert found(RULE, [LSTM(4), Dense(1, name)], X, Y, "poisson") is None


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_other_losses_are_fine(loss):
    assert found(RULE, [LSTM(4), Dense(1)], X, Y, loss) is None


def test_what_comes_behind_counts():
    assert found(RULE, [LSTM(4), Dense(1), Activation("softplus")], X, Y, "poisson") is None
    assert found(RULE, [LSTM(4), Dense(1), Lambda(abs)], X, Y, "poisson") is None
