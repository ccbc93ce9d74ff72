"""The helpers of keras.utils give what the real ones give."""

import inspect
import itertools

import keras
import numpy as np
import pytest

from recurra import utils

SEQUENCES = {
    "numbers": [[1, 2], [3], [], [4, 5, 6]],
    "vectors": [np.ones((2, 3)), np.full((4, 3), 2.0), np.zeros((0, 3))],
    "arrays": np.arange(6).reshape(2, 3),
}
OPTIONS = [
    {"maxlen": maxlen, "padding": padding, "truncating": truncating, "value": 7, "dtype": dtype}
    for maxlen, padding, truncating, dtype in itertools.product(
        (None, 1, 2, 5), ("pre", "post"), ("pre", "post"), ("int32", "float32")
    )
]


@pytest.mark.parametrize("name", SEQUENCES)
def test_pad_sequences(name):
    for options in OPTIONS:
        expected = keras.utils.pad_sequences(SEQUENCES[name], **options)
        padded = utils.pad_sequences(SEQUENCES[name], **options)
        assert padded.dtype == expected.dtype
        np.testing.assert_array_equal(padded, expected)


@pytest.mark.parametrize(
    ("labels", "count"),
    [([0, 2, 1], None), ([0, 2, 1], 5), ([[0], [1]], None), ([[[0, 1], [1, 1]]], 3), (2, 4)],
)
def test_to_categorical(labels, count):
    expected = keras.utils.to_categorical(labels, count)
    rows = utils.to_categorical(labels, count)
    assert rows.dtype == expected.dtype
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize(("axis", "order"), [(-1, 2), (0, 2), (1, 1), (1, np.inf)])
def test_normalize(axis, order):
    x = np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 0.0], [1.0, -2.0, 2.0]])
    if (axis, order) == (0, 2):  # Keras takes axis 0 for -1 where it divides
        expected = x / np.sqrt((x**2).sum(0))
    else:
        expected = keras.utils.normalize(x, axis, order)
    np.testing.assert_allclose(utils.normalize(x, axis, order), expected)


@pytest.mark.parametrize(
    "name",
    [
        "pad_sequences",
        "to_categorical",
        "normalize",
        "set_random_seed",
        "register_keras_serializable",
    ],
)
def test_signatures(name):
    def arguments(function):
        parameters = inspect.signature(function).parameters.values()
        return [(p.name, p.default) for p in parameters]

    assert arguments(getattr(utils, name)) == arguments(getattr(keras.utils, name))
