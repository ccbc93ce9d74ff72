"""The rule `relu-before-crossentropy`."""

import numpy as np
import pytest

from recurra import losses
from recurra.layers import LSTM, Dense, ReLU
from tests.explain.advice.looking import found

RULE = "relu-before-crossentropy"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)
Y = np.array([0, 1, 1, 0])


def test_it_fires_for_relu_and_a_binary_loss():
    layers = [LSTM(4), Dense(1, activation="relu", name="last")]
    assert found(RULE, layers, X, Y, "binary_crossentropy") == (
        "advice: Dense 'last' ends in relu, which gives 0 or any larger number, and "
        "binary_crossentropy takes probabilities from 0 to 1. [relu-before-crossentropy]\n"
        "  why:      at 0 and beyond 1 the loss has no slope, so those samples teach nothing.\n"
        "  fix:      Dense(1, activation='sigmoid') as the last layer"
    )


def test_it_fires_for_relu_and_logits():
    loss = losses.BinaryCrossentropy(from_logits=True)
    assert found(RULE, [LSTM(4), Dense(1), ReLU(name="last")], X, Y, loss) == (
        "advice: ReLU 'last' ends in relu, which gives 0 or any larger number, and "
        "binary_crossentropy takes logits of either sign. [relu-before-crossentropy]\n"
        "  why:      no answer can be below a logit of 0, one half, and at 0 nothing is "
        "learnt.\n"
        "  fix:      Dense(1) as the last layer"
    )


def test_it_names_softmax_for_classes():
    text = found(RULE, [LSTM(4), Dense(3, "relu")], X, Y, "sparse_categorical_crossentropy")
    assert text.endswith("Dense(3, activation='softmax') as the last layer")


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        ([LSTM(4), Dense(1, "sigmoid")], "binary_crossentropy"),
        ([LSTM(4), Dense(1, "relu")], "mse"),
        ([Dense(4, "relu"), LSTM(4), Dense(1, "sigmoid")], "binary_crossentropy"),
    ],
)
def test_relu_elsewhere_is_fine(layers, loss):
    assert found(RULE, layers, X, Y, loss) is None
