"""The rule `overfit`."""

import math

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "overfit"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.array([-1.0, 1, -1, 1])
LOSS = [1.0, 0.8, 0.6, 0.4, 0.2, 0.1]


def said(held_out, loss=LOSS, **options):
    history = {"loss": loss, "val_loss": held_out}
    return found(RULE, [LSTM(4), Dense(1)], X, Y, validation=(X, Y), history=history, **options)


def test_it_fires_where_val_loss_turned():
    assert said([1.1, 0.7, 0.75, 0.8, 0.9, 1.2]) == (
        "advice: val_loss was lowest in epoch 2, 0.7, and rose to 1.2 by epoch 6, while loss fell "
        "from 0.8 to 0.1. [overfit]\n"
        "  why:      since then the model has learnt its own samples by heart, and got worse on "
        "others.\n"
        "  fix:      callbacks=[EarlyStopping(patience=5, restore_best_weights=True)]\n"
        "  fix:      fewer units, a Dropout(0.2) before the last layer, or more samples"
    )


@pytest.mark.parametrize(
    "held_out",
    [
        [1.1, 0.9, 0.8, 0.7, 0.9, 1.2],  # two epochs ago
        [1.1, 0.7, 0.7, 0.8, 0.8, 0.8],  # by 14 %
        [1.1, 0.7, 0.9, 0.8, 0.7, 1.2],  # only the last one: noise
        [1.1, 0.7, 0.75, 0.8, 0.9, math.nan],
        [1.1, 0.7, 1.2],  # validation_freq=2
        [0.011, 0.007, 0.0075, 0.008, 0.009, 0.012],  # 0.005 of 1, what always 0 costs
    ],
)
def test_these_are_fine(held_out):
    assert said(held_out) is None


def test_a_loss_that_does_not_fall_is_something_else():
    assert said([1.1, 0.7, 0.75, 0.8, 0.9, 1.2], [1.0, 0.8, 0.8, 0.8, 0.7, 0.7]) is None


@pytest.mark.parametrize("callback", ["EarlyStopping", "ModelCheckpoint"])
def test_those_who_watch_are_left_in_peace(callback):
    turned = [1.1, 0.7, 0.75, 0.8, 0.9, 1.2]
    assert said(turned, callbacks=frozenset([callback])) is None
    assert said(turned, callbacks=frozenset(["History"])) is not None
