"""The rule `stateful-shuffle`."""

import numpy as np

from recurra import Input, Sequential
from recurra.layers import LSTM, Bidirectional, Dense
from tests.explain.advice.looking import found

X, Y = np.random.default_rng(0).normal(size=(8, 5, 3)), np.arange(8.0)


def model(layer, batch=2):
    return Sequential([Input(batch_shape=(batch, 5, 3)), layer, Dense(1)])


def test_shuffled_samples_of_a_stateful_model():
    made = model(LSTM(4, stateful=True, name="memory"))
    assert found("stateful-shuffle", made, X, Y, batch_size=2, shuffle=True) == (
        "advice: LSTM 'memory' is stateful, and fit shuffles its 8 samples before each epoch. "
        "[stateful-shuffle]\n"
        "  why:      a sample goes on from the state of the one before it, which after shuffling "
        "is any other.\n"
        "  fix:      model.fit(..., shuffle=False), with samples in the order of time\n"
        "  fix:      leave out stateful=True, where samples do not continue each other"
    )


def test_layers_inside_others():
    made = model(Bidirectional(LSTM(4, stateful=True)))
    assert found("stateful-shuffle", made, X, Y, batch_size=2, shuffle=True) is not None


def test_the_order_of_time_is_fine():
    made = model(LSTM(4, stateful=True))
    assert found("stateful-shuffle", made, X, Y, batch_size=2, shuffle=False) is None


def test_one_batch_an_epoch_is_fine():
    made = model(LSTM(4, stateful=True), 8)
    assert found("stateful-shuffle", made, X, Y, batch_size=8, shuffle=True) is None


def test_layers_without_states_are_fine():
    assert found("stateful-shuffle", [LSTM(4), Dense(1)], X, Y, batch_size=2) is None
