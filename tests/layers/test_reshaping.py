import re

import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.models import Model
from tests.layers.facts import said

X = np.arange(24.0, dtype="float32").reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (L.Flatten(), X.reshape(2, 12)),
        (L.Flatten("channels_first"), X.transpose(0, 2, 1).reshape(2, 12)),
        (L.Reshape((4, 3)), X.reshape(2, 4, 3)),
        (L.Reshape((2, -1, 2)), X.reshape(2, 2, 3, 2)),
        (L.Reshape([-1]), X.reshape(2, 12)),
        (L.Permute((2, 1)), X.transpose(0, 2, 1)),
        (L.Permute((1, 2)), X),
    ],
)
def test_values(layer, expected):
    np.testing.assert_array_equal(layer(X), expected)


def test_repeat_vector_repeats_along_new_timesteps():
    np.testing.assert_array_equal(L.RepeatVector(2)(X[:, 0]), np.stack([X[:, 0]] * 2, axis=1))


def test_whole_numbers_stay_whole():
    ids = np.arange(6).reshape(1, 6)
    for layer in (L.Reshape((2, 3)), L.Permute((1,)), L.Flatten()):
        assert layer(ids).dtype == "int32"


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (L.Flatten(), (5, 4), (None, 20)),
        (L.Flatten(), (None, 4), (None, None)),
        (L.Flatten(), (), (None, 1)),
        (L.Reshape((-1, 2)), (None, 4), (None, None, 2)),
        (L.Reshape((4, -1)), (6, 4), (None, 4, 6)),
        (L.Reshape((2, -1)), (None,), (None, 2, None)),
        (L.Permute((2, 1)), (None, 4), (None, 4, None)),
        (L.RepeatVector(7), (4,), (None, 7, 4)),
    ],
)
def test_unknown_batch_and_timesteps(layer, shape, expected):
    assert layer(L.Input(shape)).shape == expected


def test_axes_have_names():
    x = L.Input((20, 3))
    assert L.Permute((2, 1))(x).axes.names == ("batch", "features", "timesteps")
    assert L.Reshape((10, 6))(x).axes.names == ("batch", "timesteps", "features")
    assert L.RepeatVector(2)(L.Input((3,))).axes.names == ("batch", "timesteps", "features")


def test_a_number_of_values_that_does_not_fit_is_said():
    problem, came, expected, fixes = said(ShapeError, L.Reshape((5, 2), name="r"), X)
    assert problem == (
        "Reshape 'r' makes samples of 10 values, (5, 2), of samples of 3 x 4 = 12 values."
    )
    assert fixes == ("Reshape((6, 2))  # 6 x 2 = 12",)
    assert (came, expected) == (
        "inputs (batch=2, timesteps=3, features=4)",
        "10 values a sample",
    )
    assert said(ShapeError, L.Reshape((5, -1), name="s"), L.Input((3, 4)))[0] == (
        "Reshape 's' makes samples of a multiple of 5 values, (5, -1), of samples of "
        "3 x 4 = 12 values."
    )


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (lambda: L.LSTM(2, return_sequences=True), "LSTM(2)"),
        (lambda: L.Bidirectional(L.GRU(5, return_sequences=True)), "Bidirectional(GRU(5))"),
        (lambda: L.Conv1D(2, 3), None),
    ],
)
def test_flatten_of_unknown_length_before_dense_says_what_to_use_instead(before, shown):
    flat = L.Flatten(name="f")(before()(L.Input((None, 3))))
    with pytest.raises(ShapeError) as caught:
        L.Dense(1, name="d")(flat)
    assert caught.value.problem == (
        "Dense 'd' makes its kernel for a fixed number of features, and that of its input "
        "(batch=None, features=None) is not known."
    )
    last = f"{shown}  # in test_reshaping.py:LINE: without return_sequences=True it gives the last "
    assert fixes_of(caught.value) == [
        "GlobalAveragePooling1D()  # in place of Flatten(): for any number of timesteps",
        *([last + "output alone"] if shown else []),
        "Input((20, 3))  # a fixed number of timesteps, here 20, which Flatten can multiply",
    ]


def test_flatten_in_a_subclassed_model_names_its_layers_too():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.recurrent = L.SimpleRNN(6, return_sequences=True)
            self.flatten, self.head = L.Flatten(), L.Dense(1)

        def call(self, x):
            return self.head(self.flatten(self.recurrent(x)))

    with pytest.raises(ShapeError) as caught:
        Own()(L.Input((None, 3)))
    assert fixes_of(caught.value)[1] == (
        "SimpleRNN(6)  # in test_reshaping.py:LINE: without return_sequences=True it gives the "
        "last output alone"
    )


def test_the_sizes_that_are_known_stand_in_the_fix():
    with pytest.raises(ShapeError) as caught:
        L.LSTM(3)(L.Input((12, None)))
    assert fixes_of(caught.value) == [
        "Input((12, 1))  # states the sizes, here 12 timesteps of 1 feature"
    ]
    with pytest.raises(ShapeError) as caught:
        L.Dense(3)(L.Input((None,)))
    assert fixes_of(caught.value) == ["Input((8,))  # states the number of features, here 8"]


def fixes_of(error):
    """The fixes in the message, with LINE for the numbers of lines."""
    found = re.findall(r"fix: +(.*)", str(error))
    return [re.sub(r"(\.py):\d+", r"\1:LINE", fix) for fix in found]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda: L.Reshape((-1, -1)),
            "Reshape: target_shape=(-1, -1) (tuple): a tuple of sizes such as (20, 1), at most one "
            "of them -1, is needed.",
        ),
        (
            lambda: L.Reshape(5),
            "Reshape: target_shape=5 (int): a tuple of sizes such as (20, 1), at most one of them "
            "-1, is needed.",
        ),
        (
            lambda: L.Permute((0, 1)),
            "Permute: dims=(0, 1) (tuple): each of the axes 1, 2, ... once, such as (2, 1), is "
            "needed.",
        ),
        (
            lambda: L.RepeatVector(0),
            "RepeatVector: n=0 (int): a whole number of at least 1 is needed.",
        ),
    ],
)
def test_arguments(make, problem):
    assert said(ArgumentError, make)[0] == problem
