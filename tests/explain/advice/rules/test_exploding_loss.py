"""The rule `exploding-loss`."""

import math

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from recurra.optimizers import Adam
from tests.explain.advice.looking import found

RULE = "exploding-loss"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.linspace(-1, 1, 4)


def said(losses, **options):
    return found(RULE, [LSTM(4), Dense(1)], X, Y, history={"loss": losses}, **options)


def test_it_fires_for_a_jump():
    assert said([9.1, 398.0, 8.2]) == (
        "advice: the loss jumped from 9.1 to 398 in epoch 2. [exploding-loss]\n"
        "  why:      a single enormous gradient threw the weights far away, and what was learnt is "
        "lost.\n"
        "  fix:      model.compile(Adam(clipnorm=1.0), ...)  # limits each gradient's length\n"
        "  fix:      model.compile(Adam(learning_rate=0.0001), ...)"
    )


def test_clipped_gradients_leave_the_learning_rate():
    fixes = said([1.0, 0.5, 20.0], optimizer=Adam(0.1, clipnorm=1.0)).splitlines()[2:]
    assert fixes == ["  fix:      model.compile(Adam(learning_rate=0.001), ...)"]


@pytest.mark.parametrize(
    "losses",
    [
        [9.1, 8.0, 79.0],  # not ten times
        [1.0, 1e-6, 1e-4, 2e-6],  # near 0
        [-5.0, -1.0, 3.0],  # a loss of one's own: times mean nothing
        [1.0, math.nan],
        [1e6, 3.0, 2.0],
        [],
    ],
)
def test_these_are_fine(losses):
    assert said(losses) is None
