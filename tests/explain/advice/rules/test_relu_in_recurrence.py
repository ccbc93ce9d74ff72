"""The rule `relu-in-recurrence`."""

import numpy as np
import pytest

from recurra.layers import GRU, LSTM, RNN, Bidirectional, Conv1D, Dense, LSTMCell, SimpleRNN
from recurra.optimizers import Adam
from tests.explain.advice.looking import found

RULE = "relu-in-recurrence"
X, Y = np.zeros((4, 30, 1), np.float32), np.zeros(4)


def test_it_fires_for_an_lstm():
    layers = [LSTM(8, activation="relu", name="first", return_sequences=True), LSTM(4), Dense(1)]
    assert found(RULE, layers, X, Y) == (
        "advice: LSTM 'first' uses relu over 30 timesteps. [relu-in-recurrence]\n"
        "  why:      relu has no upper limit, so a state that each step adds to can grow without "
        "bound; the loss then jumps or becomes NaN.\n"
        '  fix:      LSTM(8, activation="tanh")  # the default\n'
        "  fix:      model.compile(Adam(clipnorm=1.0), ...)  # if it has to be relu"
    )


def test_it_counts_the_others():
    layers = [
        GRU(8, activation="elu", name="a", return_sequences=True),
        LSTM(4, activation="relu", return_sequences=True),
        LSTM(4, activation="relu"),
    ]
    said = found(RULE, layers, X, np.zeros((4, 4)))
    assert said.startswith("advice: GRU 'a' and 2 other layers use elu over 30 timesteps. [")


def test_a_layer_s_own_timesteps_count():
    """30 - 23 + 1 = 8 of them are left behind the convolution, too few."""
    layers = lambda: [Conv1D(2, 23), LSTM(4, activation="relu"), Dense(1)]
    assert found(RULE, layers(), X, Y) is None
    assert "over 10 timesteps" in found(RULE, layers(), np.zeros((4, 32, 1), np.float32), Y)


@pytest.mark.parametrize(
    "layer",
    [Bidirectional(LSTM(4, activation="relu")), RNN(LSTMCell(4, activation="relu"))],
    ids=["Bidirectional", "RNN"],
)
def test_it_looks_inside(layer):
    assert "over 30 timesteps" in found(RULE, [layer, Dense(1)], X, Y)


@pytest.mark.parametrize(
    "layer",
    [LSTM(4), LSTM(4, activation="sigmoid"), SimpleRNN(4, activation="relu")],
    ids=["tanh", "sigmoid", "SimpleRNN"],
)
def test_states_with_a_limit_are_fine(layer):
    assert found(RULE, [layer, Dense(4, "relu"), Dense(1)], X, Y) is None


def test_a_few_timesteps_are_fine():
    assert found(RULE, [LSTM(4, activation="relu"), Dense(1)], X[:, :9], Y) is None
    assert found(RULE, [LSTM(4, activation="relu"), Dense(1)], X[:, :10], Y) is not None


def test_limited_gradients_are_fine():
    layers = [LSTM(4, activation="relu"), Dense(1)]
    assert found(RULE, layers, X, Y, optimizer=Adam(clipnorm=1.0)) is None
