"""The rule `constant-predictions`."""

import numpy as np

from recurra.explain.advice import Array
from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "constant-predictions"
X = np.linspace(-1, 1, 60 * 10).reshape(60, 10, 1)
Y = np.tile([0.0, 2000.0], 30)  # standard deviation 1,000: predictions may vary by 0.1


def said(predictions, *, trained=X, history=None, y=Y, loss="mse", units=1):
    return found(
        RULE,
        [LSTM(4), Dense(units)],
        X,
        y,
        loss,
        predictions=[predictions],
        trained=[Array("x", trained)],
        history={"loss": [1.0]} if history is None else history,
    )


def test_it_fires_for_the_same_number():
    predictions = np.full((60, 1), 2.5)
    predictions[::2] += 0.02  # standard deviation 0.01
    assert said(predictions) == (
        "advice: 60 different samples all get the same prediction, 2.52, and the standard "
        "deviation of the targets is 1,000. [constant-predictions]\n"
        "  why:      the outputs do not depend on the inputs, mostly because inputs or targets are "
        "far from -1 ... 1.\n"
        "  fix:      x = (x - x.mean((0, 1))) / x.std((0, 1))\n"
        "  fix:      y_scaled = (y - y.mean()) / y.std()  # predictions * y.std() + y.mean()"
    )


def test_each_number_of_a_prediction_counts():
    predictions = np.tile([0.25, 0.75], (60, 1))
    classes = {"y": np.tile([0, 1], 30), "loss": "sparse_categorical_crossentropy", "units": 2}
    same = (
        "60 different samples all get the same prediction, (0.25, 0.75), and their classes differ."
    )
    assert same in said(predictions, **classes)
    predictions[0] = 0.3, 0.7
    assert said(predictions, **classes) is None


def test_predictions_that_vary_are_fine():
    predictions = np.full((60, 1), 2.5)
    predictions[::2] += 0.3  # standard deviation 0.15
    assert said(predictions) is None


def test_few_samples_are_fine():
    assert said(np.full((19, 1), 2.5)) is None
    assert said(np.full((20, 1), 2.5)) is not None


def test_samples_that_hardly_differ_are_fine():
    assert said(np.full((60, 1), 2.5), trained=20 * X) is None


def test_an_untrained_model_is_fine():
    assert said(np.full((60, 1), 2.5), history={}) is None


def test_targets_that_are_the_same_number_are_fine():
    assert said(np.full((60, 1), 2.5), y=np.full(60, 2.5)) is None
