"""The rule `logits-as-probabilities`."""

import numpy as np
import pytest

from recurra import losses
from recurra.layers import LSTM, Activation, Dense, Lambda
from tests.explain.advice.looking import found

RULE = "logits-as-probabilities"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)
Y = np.array([0, 1, 1, 0])
BINARY, SPARSE = "binary_crossentropy", "sparse_categorical_crossentropy"


def test_it_fires_for_a_linear_output():
    assert found(RULE, [LSTM(4), Dense(1, name="last")], X, Y, BINARY) == (
        "advice: Dense 'last' ends in no activation, which gives any number, and "
        "binary_crossentropy takes probabilities from 0 to 1. [logits-as-probabilities]\n"
        "  why:      numbers outside are cut off, and samples there teach nothing.\n"
        "  fix:      Dense(1, activation='sigmoid') as the last layer\n"
        "  fix:      loss=BinaryCrossentropy(from_logits=True)  # predictions are then logits: yes "
        "is above 0"
    )


def test_it_fires_for_a_recurrent_layer_at_the_end():
    assert found(RULE, [LSTM(3, name="last")], X, Y, SPARSE) == (
        "advice: LSTM 'last' ends in tanh, which gives numbers from -1 to 1, and "
        "sparse_categorical_crossentropy takes probabilities from 0 to 1. "
        "[logits-as-probabilities]\n"
        "  why:      numbers outside are cut off, and samples there teach nothing.\n"
        "  fix:      Dense(3, activation='softmax') behind LSTM 'last'"
    )


def test_it_fires_for_the_divergence_of_distributions():
    shares = np.full((4, 3), 1 / 3)
    assert found(RULE, [LSTM(4), Dense(3, name="last")], X, shares, "kl_divergence") == (
        "advice: Dense 'last' ends in no activation, which gives any number, and kl_divergence "
        "takes probabilities from 0 to 1. [logits-as-probabilities]\n"
        "  why:      numbers outside are cut off, and samples there teach nothing.\n"
        "  fix:      Dense(3, activation='softmax') as the last layer"
    )
    assert found(RULE, [LSTM(4), Dense(3, "softmax")], X, shares, "kl_divergence") is None


def test_it_fires_for_probabilities_where_logits_are_taken():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    assert found(RULE, [LSTM(4), Dense(3, "softmax", name="last")], X, Y, loss) == (
        "advice: Dense 'last' ends in softmax, which gives probabilities, and "
        "SparseCategoricalCrossentropy(from_logits=True) takes logits. [logits-as-probabilities]\n"
        "  why:      the loss applies softmax once more: no answer can be sure, and the loss stays "
        "large.\n"
        "  fix:      loss='sparse_categorical_crossentropy', without from_logits\n"
        "  fix:      Dense(3)"
    )


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        ([LSTM(4), Dense(1, "sigmoid")], BINARY),
        ([LSTM(4), Dense(1), Activation("sigmoid")], BINARY),
        ([LSTM(4), Dense(1)], losses.BinaryCrossentropy(from_logits=True)),
        ([LSTM(4), Dense(3, "softmax")], SPARSE),
        ([LSTM(4), Dense(3)], losses.SparseCategoricalCrossentropy(from_logits=True)),
        ([LSTM(4), Dense(1)], "mse"),
        ([LSTM(4), Dense(1), Lambda(lambda x: 1 / (1 + 2.7**-x))], BINARY),
    ],
)
def test_what_goes_together_is_fine(layers, loss):
    assert found(RULE, layers, X, Y, loss) is None
