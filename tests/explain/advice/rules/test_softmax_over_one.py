"""The rule `softmax-over-one`."""

import numpy as np

import recurra as rc
from recurra import ops
from recurra.layers import (
    LSTM,
    Activation,
    Dense,
    Dot,
    Flatten,
    GlobalAveragePooling1D,
    Multiply,
    Reshape,
    Softmax,
)
from tests.explain.advice.looking import found

RULE = "softmax-over-one"
X = np.zeros((4, 5, 2))
Y = np.zeros(4)


def attention(share):
    inputs = rc.Input((5, 2))
    states = LSTM(3, return_sequences=True)(inputs)
    shares = share(Dense(1)(states))
    return rc.Model(inputs, Dense(1)(Flatten()(Dot(axes=1)([shares, states]))))


def test_it_fires_for_attention_over_the_last_axis():
    assert found(RULE, attention(Activation("softmax", name="share")), X, Y) == (
        "advice: Activation 'share' gives a softmax over one number a timestep, over 5 timesteps: "
        "it is always 1. [softmax-over-one]\n"
        "  why:      the share of one number alone is 1, whatever it is; nothing before it is "
        "trained.\n"
        "  fix:      Dense(1), then Softmax(axis=1): shares that add up to 1 over the timesteps\n"
        "  fix:      for yes or no, activation='sigmoid'"
    )


def test_it_fires_for_the_function_and_inside_other_models():
    assert found(RULE, attention(ops.softmax), X, Y).startswith("advice: ops.softmax gives")
    inner = attention(Softmax())
    assert found(RULE, [inner, Dense(1)], X, Y) is not None


class Own(rc.Model):
    def __init__(self, units):
        super().__init__()
        self.rnn, self.last = LSTM(3, return_sequences=True), Dense(1)
        self.score = Dense(units, activation="softmax", name="score")

    def call(self, x):
        states = self.rnn(x)
        return self.last(GlobalAveragePooling1D()(Multiply()([states, self.score(states)])))


def test_it_fires_for_a_layer_of_one_unit_in_a_model_of_ones_own():
    assert found(RULE, Own(1), X, Y).startswith(
        "advice: Dense 'score' gives a softmax over one number: it is always 1."
    )
    assert found(RULE, Own(3), X, Y) is None


def test_a_softmax_over_the_timesteps_is_fine():
    assert found(RULE, attention(Softmax(axis=1)), X, Y) is None
    assert found(RULE, attention(lambda scores: ops.softmax(scores, axis=1)), X, Y) is None


def test_a_softmax_over_several_numbers_is_fine():
    assert (
        found(RULE, [LSTM(3), Dense(4, "softmax"), Reshape((4, 1)), Flatten(), Dense(1)], X, Y)
        is None
    )
