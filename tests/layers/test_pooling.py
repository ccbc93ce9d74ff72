import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ShapeError
from recurra.engine.masks import get_mask
from recurra.models import Sequential
from tests.layers.facts import said

X = np.array([[[1.0], [5.0], [2.0], [4.0], [3.0]]], "float32")


def row(out):
    return np.asarray(out)[0, :, 0].tolist()


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (L.MaxPooling1D(2), [5, 4]),
        (L.MaxPooling1D(2, padding="same"), [5, 4, 3]),
        (L.MaxPooling1D(3, strides=1), [5, 5, 4]),
        (L.AveragePooling1D(2), [3, 3]),
        (L.AveragePooling1D(2, padding="same"), [3, 3, 3]),  # the last window has one value
        (L.AveragePooling1D(3, 2, "same"), [3, 11 / 3, 3.5]),  # windows of 2, 3 and 2 values
        (L.GlobalMaxPooling1D(keepdims=True), [5]),
        (L.GlobalAveragePooling1D(keepdims=True), [3]),
    ],
)
def test_values(layer, expected):
    np.testing.assert_allclose(row(layer(X)), expected, rtol=1e-6)


@pytest.mark.parametrize(
    "kind", (L.MaxPooling1D, L.AveragePooling1D, L.GlobalMaxPooling1D, L.GlobalAveragePooling1D)
)
def test_channels_first_is_the_same_with_axes_exchanged(kind):
    x = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
    last, first = kind()(x), kind(data_format="channels_first")(x.swapaxes(1, 2))
    np.testing.assert_allclose(first, np.swapaxes(last, 1, 2) if np.ndim(last) == 3 else last)


def test_the_mean_leaves_out_masked_timesteps_and_is_zero_where_all_are():
    x = np.repeat(X, 2, axis=0)
    mask = np.array([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0]], bool)
    out = L.GlobalAveragePooling1D()(x, mask=mask)
    assert np.asarray(out).tolist() == [[3.0], [0.0]]
    assert get_mask(out) is None
    first = L.GlobalAveragePooling1D("channels_first")(x.swapaxes(1, 2), mask=mask)
    assert np.asarray(first).tolist() == [[3.0], [0.0]]


def test_a_mask_of_another_length_is_refused():
    layer = L.GlobalAveragePooling1D(name="g")
    assert said(ShapeError, layer, X, mask=np.ones((1, 6), bool))[0] == (
        "GlobalAveragePooling1D 'g' cannot take `mask` of shape (batch=1, timesteps=6): "
        "(batch=1, timesteps=5) is needed."
    )


def test_a_gradient_of_padding_is_zero():
    import jax

    mask = np.array([[1, 0, 0, 0, 0]], bool)
    gradient = jax.grad(lambda x: L.GlobalAveragePooling1D()(x, mask=mask).sum())(X)
    assert row(gradient) == [1, 0, 0, 0, 0]


def test_unknown_timesteps():
    x = L.Input((None, 3))
    assert L.MaxPooling1D(2)(x).shape == L.AveragePooling1D(2)(x).shape == (None, None, 3)
    assert L.GlobalMaxPooling1D()(x).shape == (None, 3)
    assert L.GlobalAveragePooling1D(keepdims=True)(x).shape == (None, 1, 3)


def test_a_window_longer_than_what_is_left_is_refused():
    model = Sequential([L.Input((4, 8)), L.Conv1D(8, 3), L.MaxPooling1D(2)])
    assert said(ShapeError, model.add, L.MaxPooling1D(2, name="p")) == (
        "MaxPooling1D 'p' covers 2 timesteps at once, and its input has 1.",
        "inputs (batch=None, timesteps=1, filters=8)",
        "at least 2 timesteps",
        (
            'padding="same"  # the window may reach over the end',
            "pool_size=1  # at most",
            "fewer layers before it that shorten the sequence, or a longer one",
        ),
    )


@pytest.mark.filterwarnings("ignore:.* now")
def test_old_spellings():
    layer = L.MaxPooling1D(pool_length=3, stride=2, border_mode="same")
    assert (layer.pool_size, layer.strides, layer.padding) == ((3,), (2,), "same")
    assert L.MaxPool1D is L.MaxPooling1D and L.LAYERS.find("GlobalAvgPool1D")
