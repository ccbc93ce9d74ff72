import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from tests.layers.facts import said

X = np.array([[[1.0], [2.0], [3.0]]], "float32")


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (L.ZeroPadding1D(), [0, 1, 2, 3, 0]),
        (L.ZeroPadding1D((0, 2)), [1, 2, 3, 0, 0]),
        (L.Cropping1D(), [2]),
        (L.Cropping1D((2, 0)), [3]),
        (L.Cropping1D(0), [1, 2, 3]),
        (L.UpSampling1D(2), [1, 1, 2, 2, 3, 3]),
    ],
)
def test_values(layer, expected):
    assert np.asarray(layer(X))[0, :, 0].tolist() == expected


def test_padding_with_the_features_first():
    out = L.ZeroPadding1D(1, "channels_first")(X.swapaxes(1, 2))
    assert np.asarray(out).tolist() == [[[0, 1, 2, 3, 0]]]


def test_lengths_are_known_where_they_can_be():
    known, unknown = L.Input((5, 3)), L.Input((None, 3))
    for layer, length in ((L.ZeroPadding1D(2), 9), (L.Cropping1D(2), 1), (L.UpSampling1D(3), 15)):
        assert layer(known).shape == (None, length, 3)
        assert layer(unknown).shape == (None, None, 3)


def test_nothing_left_after_cropping_is_refused():
    assert said(ShapeError, L.Cropping1D((1, 2), name="c"), X) == (
        "Cropping1D 'c' cuts off 3 timesteps, and its input has 3.",
        "inputs (batch=1, timesteps=3, features=1)",
        "at least 4 timesteps",
        ("Cropping1D((0, 1))  # or another smaller cropping",),
    )


@pytest.mark.filterwarnings("ignore:.* now")
def test_arguments():
    assert L.UpSampling1D(length=4).size == 4
    assert said(ArgumentError, L.ZeroPadding1D, (1, -1))[0] == (
        "ZeroPadding1D: padding=(1, -1) (tuple): a whole number of at least 0, or two of them, "
        "(start, end), is needed."
    )
