"""The rule `no-better-than-mean`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense, Dropout
from tests.explain.advice.looking import found

RULE = "no-better-than-mean"
X = np.linspace(-1, 1, 200 * 10).reshape(200, 10, 1)
Y = np.tile([1.0, 3.0], 100)  # the mean is 2, and always 2 costs 1 under mse


def said(losses, *, layers=None, held_out=None, batch_size=10, y=Y, loss="mse"):
    """200 / 10 = 20 steps an epoch."""
    history, validation = {"loss": losses}, None
    if held_out is not None:
        history |= {"val_loss": held_out}
        validation = X[:40], 2 * Y[:40]
    return found(
        RULE,
        layers or [LSTM(4), Dense(1)],
        X,
        y,
        loss,
        batch_size=batch_size,
        validation=validation,
        history=history,
    )


def test_it_fires_for_a_loss_that_stays_at_the_mean_s():
    assert said([1.2, *[1.0] * 9]) == (
        "advice: after 10 epochs loss is 1 at best, and always 2 costs 1. [no-better-than-mean]\n"
        "  why:      the model is no better than one that ignores its inputs.\n"
        "  fix:      model.fit(x[:10], y[:10], epochs=300)  # does it learn ten samples? If not, "
        "look at x[0] and y[0], and scale both\n"
        "  fix:      more epochs or samples, or inputs that have to do with the targets  # if it "
        "does"
    )


def test_classes_are_compared_with_their_shares():
    """Three quarters are of class 1: -0.25 ln 0.25 - 0.75 ln 0.75 = 0.562."""
    y = np.tile([0, 1, 1, 1], 50)
    stuck = [0.6] * 10
    for labels, loss, layer in (
        (y, "binary_crossentropy", Dense(1, "sigmoid")),
        (np.eye(2)[y], "categorical_crossentropy", Dense(2, "softmax")),
        (y, "sparse_categorical_crossentropy", Dense(2, "softmax")),
    ):
        one = {"layers": [LSTM(4), layer], "y": labels, "loss": loss}
        assert "costs 0.562" in said(stuck, **one)
        assert said([0.5] * 10, **one) is None


def test_samples_held_out_decide():
    """2 * Y is 2 or 6: always 2, the mean of Y, costs the mean of 0 and 16."""
    falling = np.linspace(1, 0.01, 10).tolist()
    assert "epochs val_loss is 8.1 at best, and always 2 costs 8." in said(
        falling, held_out=[9.0, *[8.1] * 9]
    )
    assert said([1.0] * 10, held_out=[9.0, 7.0, *[8.1] * 8]) is None


@pytest.mark.parametrize(
    "losses",
    [
        [1.2, *[1.0] * 8],  # nine epochs
        [*[1.3] * 8, 1.2, 1.1],  # still falling
        [*[1.0] * 9, 0.98],
    ],
)
def test_these_are_fine(losses):
    assert said(losses) is None


def test_few_steps_are_fine():
    """200 / 11 is 19 steps an epoch, 190 in all."""
    assert said([1.0] * 10, batch_size=11) is None


def test_a_loss_with_dropout_is_not_that_of_the_model():
    noisy = [LSTM(4), Dropout(0.5), Dense(1)]
    assert said([1.0] * 10, layers=noisy) is None
    assert said([1.0] * 10, layers=[LSTM(4, dropout=0.1), Dense(1)]) is None
