"""The rule `learning-rate-too-high`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from recurra.optimizers import SGD, Adam
from recurra.optimizers.schedules import ExponentialDecay
from tests.explain.advice.looking import found

RULE = "learning-rate-too-high"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.array([-1.0, 1, -1, 1])
#: The mean of Y is 0, and always 0 costs the mean of 1, 1, 1, 1 under mse.
UNIT = 1.0


def said(losses, optimizer="adam", **more):
    history = {"loss": losses, **more}
    return found(RULE, [LSTM(4), Dense(1)], X, Y, optimizer=optimizer, history=history)


def test_it_fires_for_a_loss_that_rises():
    assert said([1.1, 1.2, 1.5], SGD(0.5)) == (
        "advice: the loss rose in each epoch: 1.1, 1.2, 1.5; always 0 costs 1. "
        "[learning-rate-too-high]\n"
        "  why:      steps with a learning rate of 0.5 are so long that they land on the other "
        "side, higher than before.\n"
        "  fix:      model.compile(SGD(learning_rate=0.01), ...)"
    )


def test_it_fires_for_a_loss_that_jumps():
    jumping = said([2.0, 4.0, 1.0, 3.0, 1.5, 5.0, 2.0])  # up three of six times
    assert "the loss jumps up and down: 1, 3, 1.5, 5, 2; always 0 costs 1. [" in jumping
    assert jumping.endswith("Adam(learning_rate=0.0001), ...)")


def test_it_fires_for_nothing_learnt_at_a_hundred_times_the_usual_rate():
    stuck = [8.0, 4.0, 2.0, 1.5, 1.2]
    assert "the loss is 1.2 after 5 epochs; always 0" in said(stuck, Adam(0.1))
    assert said(stuck, Adam(0.09)) is None
    assert said(stuck[:4], Adam(0.1)) is None


@pytest.mark.parametrize(
    "losses",
    [
        [0.94, 0.97, 0.99],  # better than a constant
        [1.01, 1.02, 1.04],  # a little
        [1.1, 1.3, 1.2],  # not in each epoch
        [1.1, 1.5],  # two epochs
        [1.2, 1.6, 1.2, 1.6, 1.2, 1.6],  # up by less than half a unit
        [4.0, 3.0, 2.0, 2.6, 2.0, 1.5, 1.2],  # one jump
        [0.01, 0.6, 0.01, 0.6, 0.01, 0.6, 0.01],  # which it forgets again
    ],
)
def test_these_are_fine(losses):
    assert said(losses) is None


def test_rates_that_change_are_not_judged():
    rising = [1.1, 1.2, 1.5]
    assert said(rising, Adam(ExponentialDecay(0.1, 10, 0.9))) is None
    assert said(rising, learning_rate=[0.1, 0.05, 0.01]) is None
    assert said(rising) is not None


def test_losses_that_cannot_be_compared_are_not_judged():
    options = {"history": {"loss": [1.1, 1.2, 1.5]}}
    layers = lambda: [LSTM(4), Dense(1)]
    assert found(RULE, layers(), X, Y, weighted=True, **options) is None
    assert found(RULE, layers(), X, Y, lambda y, p: (y - p) ** 2, **options) is None
    assert found(RULE, layers(), X, Y, **options) is not None
