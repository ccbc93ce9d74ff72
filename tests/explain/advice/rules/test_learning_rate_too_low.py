"""The rule `learning-rate-too-low`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from recurra.optimizers import SGD, Adam
from tests.explain.advice.looking import found

RULE = "learning-rate-too-low"
#: The mean is 3, and always 3 costs the mean of 4, 0, 0, 4 under mse.
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.array([1.0, 3, 3, 5])


def said(losses, optimizer=None, **more):
    history, optimizer = {"loss": losses, **more}, optimizer or SGD(1e-6)
    return found(RULE, [LSTM(4), Dense(1)], X, Y, optimizer=optimizer, history=history)


def test_it_fires_for_a_loss_that_hardly_moves():
    """8 to 7.992 and on to 7.984: by 0.001 each."""
    assert said([8.0, 7.992, 7.984008]) == (
        "advice: the loss is 7.98 after 3 epochs, and falls by 0.1 % in each; always 3 costs 2. "
        "[learning-rate-too-low]\n"
        "  why:      a learning rate of 1e-06 moves the weights too little; SGD usually takes "
        "0.01.\n"
        "  fix:      model.compile(SGD(learning_rate=0.01), ...)"
    )


def test_it_fires_for_a_loss_that_does_not_move():
    for losses in ([8.0, 8.0, 8.0], [8.0, 7.9999995, 8.0, 7.9999995]):  # up to rounding
        assert said(losses, Adam(1e-9)) == (
            f"advice: the loss is 8 after {len(losses)} epochs, and does not move; always 3 costs "
            "2. [learning-rate-too-low]\n"
            "  why:      a learning rate of 1e-09 moves the weights too little; Adam usually takes "
            "0.001.\n"
            "  fix:      model.compile(Adam(learning_rate=0.001), ...)"
        )
    assert said([8.0, 8.0, 8.0], Adam()) is None
    assert said([8.0, 8.0001, 8.0], Adam(1e-9)) is None


@pytest.mark.parametrize(
    "losses",
    [
        [8.0, 7.9, 7.8],  # 1.2 %
        [8.0, 7.992, 7.993],  # not steadily
        [8.0, 7.95, 7.949],  # it has arrived
        [1.9, 1.899, 1.898],  # better than a constant: fine-tuning
        [8.0, 7.992],  # two epochs
    ],
)
def test_these_are_fine(losses):
    assert said(losses) is None


def test_usual_rates_are_fine():
    assert said([8.0, 7.992, 7.984], Adam(2e-4)) is None
    assert said([8.0, 7.992, 7.984], Adam(1e-4)) is not None


def test_rates_that_change_are_not_judged():
    assert said([8.0, 7.992, 7.984], learning_rate=[1e-3, 1e-5, 1e-6]) is None
