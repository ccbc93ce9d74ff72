"""The rule `no-better-than-last-value`."""

import numpy as np
import pytest

from recurra.layers import LSTM, Dense
from tests.explain.advice.looking import found

RULE = "no-better-than-last-value"


def windows(series):
    """Windows of 5 values and the one after each."""
    x = np.lib.stride_tricks.sliding_window_view(series[:-1], 5)
    return x[..., None], series[5:]


#: 1, -1, 1, -1, ... is added up: 0, 1, 0, 1, ... with a drift so that the mean is no good.
STEPS = np.tile([3.0, -1.0], 60)
X, Y = windows(np.cumsum(STEPS))


def said(losses, x=X, y=Y, **options):
    return found(RULE, [LSTM(4), Dense(1)], x, y, history={"loss": losses}, **options)


def test_it_fires_for_a_loss_above_the_last_value_s():
    """Half of the changes are 3 and half are -1: the last value costs (9 + 1) / 2 = 5."""
    naive = float(((Y - X[:, -1, 0]) ** 2).mean())
    assert abs(naive - 5) < 0.1
    assert said([60.0, *[6.0] * 7]) == (
        "advice: after 8 epochs loss is 6 at best, and repeating the last value of `x` costs "
        f"{naive:.3g}: the forecast is no better. [no-better-than-last-value]\n"
        "  why:      predictions that follow the series one step late look good in a plot, and say "
        "nothing about what comes next.\n"
        "  fix:      change = y.reshape(len(y), -1) - x[:, -1, [0]]  # fit this, and add the last "
        "value to what is predicted\n"
        "  fix:      model.fit(..., epochs=100)  # if the loss is still falling"
    )


def test_the_fix_learns_what_is_left():
    assert (Y.reshape(len(Y), -1) - X[:, -1, [0]]).shape == (len(Y), 1)


def test_the_feature_that_serves_best_is_named():
    x = np.concatenate([np.zeros_like(X), X], -1)
    assert "the last value of feature 1 of `x` costs" in said([6.0] * 8, x)


def test_samples_held_out_decide():
    validation = X[:40], Y[:40]
    history = {"loss": [1.0] * 8, "val_loss": [6.0] * 8}
    told = found(RULE, [LSTM(4), Dense(1)], X, Y, validation=validation, history=history)
    assert "val_loss is 6 at best, and repeating the last value of `x_val` costs 5:" in told


@pytest.mark.parametrize(
    "losses",
    [
        [*[6.0] * 7, 4.0],  # better
        [6.0] * 7,  # seven epochs
        [*[20.0] * 6, 17.0, 6.0],  # still learning
    ],
)
def test_these_are_fine(losses):
    assert said(losses) is None


def test_targets_in_other_units_are_fine():
    assert said([6.0] * 8, 100 * X) is None


def test_a_smooth_series_only_needs_longer_training():
    x, y = windows(np.sin(np.arange(300) / 10))
    naive = float(((y - x[:, -1, 0]) ** 2).mean())
    assert naive < y.var() / 2
    assert said([2 * naive] * 8, x, y) is None
