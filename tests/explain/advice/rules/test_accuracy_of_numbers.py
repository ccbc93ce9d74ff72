"""The rule `accuracy-of-numbers`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "accuracy-of-numbers"
X = np.linspace(-1, 1, 40).reshape(4, 5, 2)


def test_it_fires_for_measurements():
    y = np.array([20.5, 20.5, 18.25, 21.0])
    assert found(RULE, [LSTM(4), Dense(1)], X, y, "mse", metrics=["mae", "accuracy"]) == (
        "advice: `y` holds measurements (3 different numbers from 18.2 to 21), and accuracy is "
        "among the metrics. [accuracy-of-numbers]\n"
        "  why:      accuracy is the share of classes that are right; measurements have none, so "
        "it says nothing here.\n"
        '  fix:      metrics=["mae"]  # how far predictions are off, in the units of the targets'
    )


@pytest.mark.parametrize(("units", "y"), [(2, np.full((4, 2), 0.5)), (1, np.array([3, 5, 4, 1]))])
def test_it_fires_for_rows_and_for_counts(units, y):
    text = found(RULE, [LSTM(4), Dense(units)], X, y, "mae", metrics=["acc"])
    assert text.startswith("advice: `y` holds measurements")
    may_be_classes = "  fix:      loss='sparse_categorical_crossentropy', Dense(6, activation="
    assert (may_be_classes in text) == (units == 1)


def test_many_or_negative_numbers_are_no_classes():
    x = np.zeros((30, 5, 2))
    for y in (np.arange(30), np.arange(30) % 3 - 1):
        text = found(RULE, [LSTM(4), Dense(1)], x, y, "mse", metrics=["acc"])
        assert "sparse_categorical_crossentropy" not in text


@pytest.mark.parametrize(
    ("units", "y", "loss", "metrics"),
    [
        (1, [0.1, 0.5, 0.3, 0.2], "mse", ["mae"]),
        (1, [0, 1, 1, 0], "mse", ["accuracy"]),
        (3, np.eye(3)[[0, 1, 2, 0]], "mse", ["accuracy"]),
        (1, [0.1, 0.9, 0.9, 0.1], "binary_crossentropy", ["accuracy"]),
        (3, [0, 1, 2, 0], "sparse_categorical_crossentropy", ["accuracy"]),
    ],
)
def test_what_goes_together_is_fine(units, y, loss, metrics):
    assert found(RULE, [LSTM(4), Dense(units)], X, np.array(y), loss, metrics=metrics) is None
