"""The rule `padding-without-mask`."""

import numpy as np
import pytest

from recurra.layers import (
    LSTM,
    Conv1D,
    Dense,
    Embedding,
    GlobalMaxPooling1D,
    Layer,
    Masking,
)
from recurra.utils import pad_sequences
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
LENGTHS = np.arange(100) % 8 + 3  # 3 to 10 timesteps; of 10, 12 samples: 9, 19, ... have length 10
SERIES = [RNG.normal(size=(n, 2)) for n in LENGTHS]
POST = pad_sequences(SERIES, padding="post", dtype="float32")
PRE = pad_sequences(SERIES, dtype="float32")
WORDS = [RNG.integers(1, 50, n) for n in LENGTHS]
Y = np.arange(100.0)


def layers():
    return [LSTM(4), Dense(1)]


def test_zeros_after_the_data():
    padded = int((LENGTHS < 10).sum())
    assert POST.shape == (100, 10, 2) and padded == 88  # lengths 3 to 9: 7 to 1 zeros
    assert found("padding-without-mask", layers(), POST, Y) == (
        "advice: 88 of 100 samples of `x` end with timesteps that are all 0, 1 to 7 times, and "
        "nothing masks this padding. [padding-without-mask]\n"
        "  why:      LSTM reads it as data, and the last real timestep lies far back when it is "
        "done.\n"
        "  fix:      Sequential([Input((None, 2)), Masking(), LSTM(4), ...])"
    )


def test_zeros_before_the_data():
    assert found("padding-without-mask", layers(), PRE, Y) == (
        "advice: 88 of 100 samples of `x` begin with timesteps that are all 0, 1 to 7 times, and "
        "nothing masks this padding. [padding-without-mask]\n"
        "  why:      LSTM reads it as data.\n"
        "  fix:      Sequential([Input((None, 2)), Masking(), LSTM(4), ...])"
    )


def test_tokens():
    x = pad_sequences(WORDS, padding="post")
    assert found("padding-without-mask", [Embedding(50, 4), *layers()], x, Y) == (
        "advice: 88 of 100 samples of `x` end with token 0, 1 to 7 times, and nothing masks this "
        "padding. [padding-without-mask]\n"
        "  why:      LSTM reads it as data, and the last real timestep lies far back when it is "
        "done.\n"
        "  fix:      Embedding(50, 4, mask_zero=True)"
    )


class Own(Layer):
    def call(self, inputs):
        return inputs

    def compute_mask(self, inputs, previous_mask):
        return (inputs != 0).any(-1)


def test_masks_are_fine():
    x = pad_sequences(WORDS, padding="post")
    for first in (Masking(), Own()):
        assert found("padding-without-mask", [first, *layers()], POST, Y) is None
    masked = [Embedding(50, 4, mask_zero=True), *layers()]
    assert found("padding-without-mask", masked, x, Y) is None


def test_padding_that_weights_leave_out_is_fine():
    assert found("padding-without-mask", layers(), POST, Y, weighted=True) is None


def test_tokens_padded_before_the_words_are_fine():
    """The last timesteps are real, and that is how most programs do it."""
    x = pad_sequences(WORDS)
    assert found("padding-without-mask", [Embedding(50, 4), *layers()], x, Y) is None


def test_convolutions_that_keep_the_largest_are_fine():
    given = [Conv1D(4, 3), GlobalMaxPooling1D(), Dense(1)]
    assert found("padding-without-mask", given, POST, Y) is None


RAIN = np.where(RNG.random((100, 10, 1)) < 0.6, 0, RNG.random((100, 10, 1)))
PULSES = (np.arange(10) < LENGTHS[:, None])[..., None] * 1.0
DAYLIGHT = np.maximum(np.sin(np.linspace(0, np.pi, 10)) - RNG.uniform(0.1, 0.7, (100, 1)), 0)
SAME = np.where(np.arange(10)[:, None] < 7, RNG.normal(size=(100, 10, 2)), 0)
BITS = RNG.integers(0, 2, (100, 10, 1)) * 1.0


@pytest.mark.parametrize("x", [RAIN, PULSES, DAYLIGHT[..., None], SAME, BITS])
def test_zeros_that_were_measured_are_fine(x):
    """In between, after ones alone, at both ends, at the same places in all samples."""
    assert found("padding-without-mask", layers(), x, Y) is None


def test_tokens_with_a_0_among_them_are_fine():
    x = RNG.integers(0, 5, (100, 10))
    assert found("padding-without-mask", [Embedding(5, 4), *layers()], x, Y) is None
