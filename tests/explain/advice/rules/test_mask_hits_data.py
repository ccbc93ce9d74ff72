"""The rule `mask-hits-data`."""

import numpy as np

from recurra.layers import LSTM, Dense, Embedding, Masking
from recurra.utils import pad_sequences
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
RAIN = RNG.random((100, 10, 1)) + 0.5
RAIN[:, 4] = 0  # a dry hour in each, between others
RAIN[:, 8:] = 0  # padding
Y = np.arange(100.0)


def layers(**options):
    return [Masking(name="mask", **options), LSTM(4), Dense(1)]


def test_zeros_between_others():
    # 100 samples of 8 timesteps, of which one is dry: 100 of 800
    assert found("mask-hits-data", layers(), RAIN, Y) == (
        "advice: 100 of 800 timesteps of `x` (12 %) are 0 and stand between others; Masking 'mask' "
        "takes them for padding. [mask-hits-data]\n"
        "  why:      masked timesteps are skipped: the layers behind never see them.\n"
        '  fix:      pad_sequences(..., value=-1, dtype="float32") and Masking(mask_value=-1)'
    )


def test_its_fix_can_be_applied():
    series = [RAIN[k, :8] for k in range(100)]
    x = pad_sequences(series, 10, padding="post", value=-1, dtype="float32")
    assert found("mask-hits-data", layers(mask_value=-1), x, Y) is None


def test_whole_numbers_on_both_sides():
    x = RNG.integers(-3, 4, (100, 10, 1)) * 1.0
    hits = "are 1 and stand between others"
    assert hits in found("mask-hits-data", layers(mask_value=1.0), x, Y)


def test_tokens():
    x = RNG.integers(1, 20, (100, 10))
    x[:, 3] = 0
    words = [Embedding(20, 4, mask_zero=True, name="words"), LSTM(4), Dense(1)]
    assert found("mask-hits-data", words, x, Y) == (
        "advice: 100 of 1000 tokens of `x` (10 %) are 0 and stand between others; Embedding "
        "'words' takes them for padding. [mask-hits-data]\n"
        "  why:      masked timesteps are skipped: the layers behind never see them.\n"
        "  fix:      number tokens from 1, pad with 0, and make the Embedding one larger"
    )


def test_padding_alone_is_fine():
    x = RAIN.copy()
    x[:, 4] = 1
    assert found("mask-hits-data", layers(), x, Y) is None
    assert found("mask-hits-data", layers(), x[:, ::-1], Y) is None


def test_some_features_at_0_are_fine():
    x = np.concatenate([RAIN, RAIN + 1], axis=2)
    assert found("mask-hits-data", layers(), x, Y) is None


def test_marks_of_what_was_not_measured_are_fine():
    """0 in data on both sides of it, and a number apart from the data."""
    x = RNG.normal(size=(100, 10, 2))
    x[:, 4] = 0
    assert found("mask-hits-data", layers(), x, Y) is None
    x = RNG.random((100, 10, 1))
    x[:, 4] = -1
    assert found("mask-hits-data", layers(mask_value=-1.0), x, Y) is None
    counts = RNG.integers(0, 9, (100, 10, 1)) * 1.0
    counts[:, 4] = -1
    assert found("mask-hits-data", layers(mask_value=-1.0), counts, Y) is None


def test_less_than_1_per_cent_is_fine():
    """The smallest of all numbers scaled to 0..1."""
    x = RNG.random((100, 10, 1))
    x = (x - x.min()) / (x.max() - x.min())
    assert found("mask-hits-data", layers(), x, Y) is None


def test_a_model_without_a_mask_is_fine():
    assert found("mask-hits-data", [LSTM(4), Dense(1)], RAIN, Y) is None


def test_nan_as_a_mask_is_fine():
    x = RAIN.copy()
    x[:, 8:] = np.nan
    assert found("mask-hits-data", layers(mask_value=np.nan), x, Y) is None
