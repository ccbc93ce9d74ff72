"""The rule `fixed-batch`."""

import numpy as np

from recurra import Input, Model, Sequential
from recurra.layers import LSTM, Dense, Lambda, Layer
from tests.explain.advice.looking import found

X, Y = np.random.default_rng(0).normal(size=(8, 5, 3)), np.arange(8.0)


def model(*layers):
    return Sequential([Input(batch_shape=(4, 5, 3)), *layers])


def test_a_batch_size_without_states():
    inputs = Input(batch_shape=(4, 5, 3))
    functional = Model(inputs, Dense(1)(LSTM(4)(inputs)))
    for made in (model(LSTM(4), Dense(1)), functional):
        assert found("fixed-batch", made, X, Y, batch_size=4) == (
            "advice: the model's input is fixed at batches of 4, and no layer is stateful. "
            "[fixed-batch]\n"
            "  why:      only states that are carried from batch to batch need a fixed size; here "
            "it buys nothing.\n"
            "  fix:      Input((5, 3)), and model.fit(x, y, batch_size=4)"
        )


def test_vectors_are_declared_with_a_comma():
    made = Sequential([Input(batch_shape=(4, 3)), Dense(1)])
    assert "fix:      Input((3,)), and" in found("fixed-batch", made, X[:, 0], Y, batch_size=4)


def test_an_open_batch_is_fine():
    assert found("fixed-batch", [LSTM(4), Dense(1)], X, Y) is None


def test_carried_states_need_it():
    made = model(LSTM(4, stateful=True), Dense(1))
    assert found("fixed-batch", made, X, Y, batch_size=4) is None


class Own(Layer):
    def call(self, inputs):
        return inputs * 2


def test_layers_of_ones_own_may_need_it():
    for own in (Own(), Lambda(lambda x: x * 2)):
        assert found("fixed-batch", model(own, LSTM(4), Dense(1)), X, Y, batch_size=4) is None
