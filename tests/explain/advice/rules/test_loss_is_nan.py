"""The rule `loss-is-nan`."""

import math

import numpy as np

from recurra import Model
from recurra.layers import LSTM, Dense, Embedding, SimpleRNN
from recurra.optimizers import SGD, Adam
from tests.explain.advice.looking import found

RULE = "loss-is-nan"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.linspace(-1, 1, 4)


def layers():
    return [LSTM(4), Dense(1)]


def test_it_fires_and_names_what_the_model_has():
    said = found(
        RULE,
        [SimpleRNN(4, activation="relu"), Dense(1)],
        1000 * X,
        Y,
        optimizer=SGD(0.5),
        history={"loss": [12.0, 345.6, math.nan, math.nan]},
    )
    assert said == (
        "advice: the loss became NaN in epoch 3; it was 346 the epoch before. [loss-is-nan]\n"
        "  why:      a number in the model grew beyond what float32 holds; the weights are then "
        "NaN as well, and further training repairs nothing.\n"
        '  fix:      SimpleRNN(4, activation="tanh")  # relu has no upper limit\n'
        "  fix:      x = (x - x.mean(0)) / x.std(0)  # it goes up to 1,000\n"
        "  fix:      model.compile(SGD(learning_rate=0.01, clipnorm=1.0), ...)  # it was 0.5\n"
        "  fix:      build the model anew before the next fit: its weights are lost"
    )


def test_a_sound_model_has_its_learning_rate_named():
    history = {"loss": [math.inf]}
    said = found(RULE, layers(), X, Y, optimizer=Adam(clipnorm=1.0), history=history)
    assert said.splitlines()[0] == "advice: the loss became infinite in epoch 1. [loss-is-nan]"
    assert said.splitlines()[2:] == [
        "  fix:      model.compile(Adam(learning_rate=0.0001), ...)  # it was 0.001",
        "  fix:      build the model anew before the next fit: its weights are lost",
    ]


def test_a_loss_of_one_s_own_may_be_the_cause():
    said = found(RULE, layers(), X, Y, lambda y, p: (y - p) ** 2, history={"loss": [math.nan]})
    assert "jnp.log(p + 1e-7)" in said


def test_ids_without_a_vector_may_be_the_cause():
    class Words(Model):  # where the ids arrive at an Embedding is not known before they do
        def __init__(self):
            super().__init__()
            self.words, self.memory = Embedding(5, 2), LSTM(2)

        def call(self, x):
            return self.memory(self.words(x))[:, :1]

    ids = np.array([[1, 2], [3, 5]])
    nan = {"history": {"loss": [math.nan]}}
    assert "  fix:      Embedding(6, 2)  # `x` holds the id 5" in found(
        RULE, Words(), ids, np.zeros(2), **nan
    )
    assert "Embedding" not in found(RULE, Words(), ids - 1, np.zeros(2), **nan)


def test_numbers_are_fine():
    assert found(RULE, layers(), X, Y, history={"loss": [3e38, 1.0]}) is None
    assert found(RULE, layers(), X, Y) is None
