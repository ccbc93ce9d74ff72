"""The rule `underfit`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "underfit"
X, Y = np.linspace(-1, 1, 40).reshape(4, 10, 1), np.array([-1.0, 1, -1, 1])  # always 0 costs 1
#: By 5 % an epoch.
FALLING = [2 * 0.95**k for k in range(10)]


def said(loss, held_out):
    history = {"loss": loss, "val_loss": held_out}
    return found(RULE, [LSTM(4), Dense(1)], X, Y, validation=(X, Y), history=history)


def test_it_fires_where_both_still_fall():
    """2 * 0.95 ** 9 = 1.26."""
    assert said(FALLING, FALLING) == (
        "advice: val_loss still fell by 5 % an epoch in the last 5, to 1.26; always 0 costs 1. "
        "[underfit]\n"
        "  why:      the training ended while the model was learning.\n"
        "  fix:      model.fit(..., epochs=100, callbacks=[EarlyStopping(patience=5, "
        "restore_best_weights=True)])"
    )


@pytest.mark.parametrize("share", [0.98, 1.02])
def test_losses_that_have_settled_are_fine(share):
    slow = [2 * share**k for k in range(10)]
    assert said(FALLING, slow) is None
    assert said(slow, FALLING) is None


def test_short_trainings_are_short_on_purpose():
    assert said(FALLING[:9], FALLING[:9]) is None


def test_what_is_good_already_is_fine():
    good = [loss / 3 for loss in FALLING]  # ends at 0.42
    assert said(good, good) is None


def test_without_validation_data_nothing_is_said():
    history = {"loss": FALLING}
    assert found(RULE, [LSTM(4), Dense(1)], X, Y, history=history) is None
