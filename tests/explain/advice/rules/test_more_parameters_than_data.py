"""The rule `more-parameters-than-data`."""

import numpy as np

from recurra.layers import LSTM, Conv1D, Dense, Flatten, MaxPooling1D
from tests.explain.advice.looking import found

RNG = np.random.default_rng(0)
Y = np.array([0.0, 1.0, 0.0, 1.0, 1.0])


def test_long_series_and_few_of_them():
    x = RNG.normal(size=(5, 12_000, 1)).astype("float32")
    # (1 * 1 + 1) of the convolution, 12,000 + 1 of the Dense layer: 12,003; / 5 is 2,400.6
    assert found(
        "more-parameters-than-data", [Conv1D(1, 1), Flatten(), Dense(1, name="last")], x, Y
    ) == (
        "advice: the model has 12,003 parameters for 5 target values, 2,400 for each: Dense 'last' "
        "weighs 12,000 numbers of a sample. [more-parameters-than-data]\n"
        "  why:      so many weights can give any targets exactly, also those of noise, and then "
        "say nothing about a new sample.\n"
        "  fix:      shorter samples: means of neighbouring values, or Conv1D(8, 16, strides=8) "
        "and GlobalAveragePooling1D() in the model\n"
        "  fix:      more samples: windows cut from each series, with whole series held out for "
        "validation"
    )


def test_a_kernel_over_too_many_features():
    x = RNG.normal(size=(5, 1, 12_000)).astype("float32")
    text = found("more-parameters-than-data", [Conv1D(1, 1, name="wide"), Flatten()], x, Y)
    assert "12,001 parameters for 5 target values" in text and "Conv1D 'wide' weighs" in text


def test_a_model_that_makes_series_short_first_is_fine():
    x = RNG.normal(size=(5, 12_000, 1)).astype("float32")
    layers = [Conv1D(1, 3), MaxPooling1D(100), Flatten(), Dense(1)]
    assert found("more-parameters-than-data", layers, x, Y) is None


def test_more_targets_are_fine():
    """12,000 weights a unit for 13 samples, less than 1,000 times as many."""
    x = RNG.normal(size=(13, 12_000)).astype("float32")
    assert found("more-parameters-than-data", [Dense(1)], x, np.arange(13.0)) is None
    assert found("more-parameters-than-data", [Dense(1)], x[:12], np.arange(12.0)) is not None


def test_a_large_network_on_a_few_random_numbers_is_fine():
    """A demonstration: 213,121 parameters for 10 targets, 159 weights a unit at most."""
    x = RNG.normal(size=(10, 20, 30))
    layers = [LSTM(128, return_sequences=True), LSTM(128), Dense(1)]
    assert found("more-parameters-than-data", layers, x, np.arange(10.0)) is None
