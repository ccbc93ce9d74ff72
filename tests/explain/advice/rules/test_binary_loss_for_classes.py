"""The rule `binary-loss-for-classes`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "binary-loss-for-classes"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)
Y = np.eye(5)[[0, 2, 4, 1]]


def test_it_fires_for_one_hot_rows_under_a_binary_loss():
    """Four zeros in five: 80 % are right for free."""
    layers = [LSTM(4), Dense(5, "softmax")]
    assert found(RULE, layers, X, Y, "binary_crossentropy", metrics=["binary_accuracy"]) == (
        "advice: each row of `y` is 1 for one of 5 classes, and binary_crossentropy judges each of "
        "its numbers by itself: to answer 0 to all of them has a binary_accuracy of 80 %. "
        "[binary-loss-for-classes]\n"
        "  why:      zeros are right for free, so a high number says nothing about the classes.\n"
        "  fix:      loss='categorical_crossentropy'\n"
        "  fix:      metrics=['accuracy']"
    )


def test_it_fires_for_the_metric_alone():
    layers = [LSTM(4), Dense(5, "softmax")]
    text = found(RULE, layers, X, Y, "categorical_crossentropy", metrics=["binary_accuracy"])
    assert "and binary_accuracy judges each" in text
    assert text.endswith("nothing about the classes.\n  fix:      metrics=['accuracy']")


MANY = np.array([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 1], [0, 1, 0, 0, 0]])


@pytest.mark.parametrize(
    ("layers", "y", "loss"),
    [
        ([LSTM(4), Dense(5, "softmax")], Y, "categorical_crossentropy"),
        ([LSTM(4), Dense(5, "sigmoid")], Y, "binary_crossentropy"),
        ([LSTM(4), Dense(5, "softmax")], MANY, "binary_crossentropy"),
        ([LSTM(4), Dense(2, "softmax")], np.eye(2)[[0, 1, 1, 0]], "binary_crossentropy"),
        ([LSTM(4), Dense(1, "sigmoid")], np.array([0, 1, 1, 0]), "binary_crossentropy"),
    ],
)
def test_what_goes_together_is_fine(layers, y, loss):
    assert found(RULE, layers, X, y, loss, metrics=["accuracy"]) is None
