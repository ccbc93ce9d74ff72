"""The rule `forecasts-in-a-loop`."""

import numpy as np
import pytest

from recurra import Input, Sequential
from recurra.explain.advice import Array
from recurra.layers import LSTM, Bidirectional, Conv1D, Dense, Flatten
from tests.explain.advice.looking import found

RULE = "forecasts-in-a-loop"
SERIES = np.sin(np.arange(21, dtype=np.float32))


def said(before=SERIES[:20], now=SERIES[1:], calls=8, layers=None, samples=1):
    x, earlier = (np.tile(w[None, :, None], (samples, 1, 1)) for w in (now, before))
    layers = layers or [LSTM(4), Dense(1)]
    y = np.zeros(samples)
    return found(RULE, layers, x, y, before=[Array("x", earlier)], calls=calls)


def test_it_fires_for_a_window_that_moves_by_one():
    assert said() == (
        "advice: predict was called 8 times, one by one, with a window of 20 timesteps that moves "
        "by one. [forecasts-in-a-loop]\n"
        "  why:      each call computes all 20 timesteps again; a stepper keeps the state and "
        "computes one, in about 20 microseconds for a small model.\n"
        "  fix:      stepper = model.stepper()\n"
        "            for x_t in window[0]: value = stepper(x_t)  # the window, once\n"
        "            for _ in range(100): value = stepper(value)  # then step by step\n"
        "  fix:      model.predict(windows)  # where all windows are known before: one call"
    )


def test_the_fix_works():
    """In a window as long as the sequence so far, it gives the same numbers as predict."""
    model = Sequential([Input((None, 1)), LSTM(4), Dense(1)])
    window = SERIES[None, :20, None].astype("float32")
    stepper = model.stepper()
    for x_t in window[0]:
        value = stepper(x_t)
    for _ in range(3):
        assert np.allclose(value, model.predict(window, verbose=0)[0], atol=1e-6)
        window = np.concatenate([window, value.reshape(1, 1, 1)], axis=1)
        value = stepper(value)


def test_a_few_calls_are_fine():
    assert said(calls=4) is None


@pytest.mark.parametrize("now", [SERIES[:20], SERIES[::-1][:20], np.r_[SERIES[2:], SERIES[:1]]])
def test_other_windows_are_fine(now):
    assert said(now=now) is None


def test_zeros_are_no_window_that_moves():
    assert said(0 * SERIES[1:], 0 * SERIES[1:]) is None


def test_several_samples_are_fine():
    assert said(samples=2) is None


@pytest.mark.parametrize(
    "layers",
    [
        [Bidirectional(LSTM(4)), Dense(1)],
        [Conv1D(4, 3), LSTM(4), Dense(1)],
        [Flatten(), Dense(1)],
    ],
    ids=["Bidirectional", "Conv1D", "no state"],
)
def test_models_that_cannot_be_stepped_are_fine(layers):
    assert said(layers=layers) is None
