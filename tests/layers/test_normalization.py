import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.masks import get_mask
from tests.layers.facts import said

X = np.random.default_rng(0).normal(2.0, 3.0, size=(4, 5, 3)).astype("float32")


def statistics(layer):
    return layer.moving_mean.numpy(), layer.moving_variance.numpy()


def test_training_uses_the_batch_and_moves_the_statistics():
    layer = L.BatchNormalization(momentum=0.9, epsilon=1e-5)
    mean, variance = X.mean((0, 1)), X.var((0, 1))
    expected = (X - mean) / np.sqrt(variance + 1e-5)
    np.testing.assert_allclose(layer(X, training=True), expected, rtol=1e-4, atol=1e-5)
    moved = statistics(layer)
    np.testing.assert_allclose(moved[0], 0.9 * 0 + 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(moved[1], 0.9 * 1 + 0.1 * variance, rtol=1e-5)


def test_otherwise_the_moving_statistics_are_used_and_stay():
    layer = L.BatchNormalization(epsilon=0.5)
    layer.build((None, 3))
    gamma, beta, mean, variance = np.arange(1.0, 13.0, dtype="float32").reshape(4, 3)
    layer.set_weights([gamma, beta, mean, variance])
    x = X[:, 0]
    expected = gamma * (x - mean) / np.sqrt(variance + 0.5) + beta
    for _ in range(2):
        np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(statistics(layer), [mean, variance])


def test_masked_timesteps_do_not_count():
    mask = np.arange(5) < np.array([[5], [2], [1], [3]])
    layer = L.BatchNormalization(momentum=0.0)
    layer(np.where(mask[..., None], X, 1e6).astype("float32"), training=True, mask=mask)
    real = X[mask]
    np.testing.assert_allclose(statistics(layer), [real.mean(0), real.var(0)], rtol=1e-5)
    np.testing.assert_array_equal(get_mask(layer(X, mask=mask)), mask)


def test_a_mask_of_another_length_is_refused():
    layer = L.BatchNormalization(name="b")
    assert said(ShapeError, layer, X, training=True, mask=np.ones((4, 6), bool))[0] == (
        "BatchNormalization 'b' cannot take `mask` of shape (batch=4, timesteps=6): "
        "(batch=4, timesteps=5) is needed."
    )


def test_the_axis_of_the_features_may_be_another():
    layer = L.BatchNormalization(axis=1, epsilon=1e-5)
    expected = (X - X.mean((0, 2), keepdims=True)) / X.std((0, 2), keepdims=True)
    np.testing.assert_allclose(layer(X, training=True), expected, rtol=1e-3, atol=1e-4)
    assert [w.shape for w in layer.weights] == [(5,)] * 4
    assert said(ShapeError, layer, X[:, :4])[2] == "(batch, timesteps=5, features)"


def test_layer_normalization_is_of_each_sample_and_timestep():
    mean, variance = X.mean(-1, keepdims=True), X.var(-1, keepdims=True)
    expected = (X - mean) / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(L.LayerNormalization()(X), expected, rtol=1e-4, atol=1e-5)
    over_both = (X - X.mean((1, 2), keepdims=True)) / np.sqrt(X.var((1, 2), keepdims=True) + 1e-3)
    layer = L.LayerNormalization([1, 2], center=False)
    np.testing.assert_allclose(layer(X), over_both, rtol=1e-4, atol=1e-5)
    assert [w.shape for w in layer.weights] == [(5, 3)]


def test_unknown_sizes_pass_and_unknown_weights_are_said():
    x = L.Input((None, 3))
    for layer in (L.BatchNormalization(), L.LayerNormalization()):
        assert layer(x).shape == (None, None, 3)
        assert layer(x, **({"training": True} if layer.name[0] == "b" else {})).shape[2] == 3
    assert said(ShapeError, L.LayerNormalization(1, name="n"), x)[0] == (
        "LayerNormalization 'n' makes its weights for a fixed number of timesteps, and that of its "
        "input (batch=None, timesteps=None, features=3) is not known."
    )
    assert said(ShapeError, L.BatchNormalization(axis=3, name="b"), X)[0] == (
        "BatchNormalization 'b' normalizes axis=3, and its input (batch=4, timesteps=5, "
        "features=3) has the axes 0 to 2."
    )


def test_other_features_than_those_it_was_built_for_are_refused():
    layer = L.LayerNormalization(name="n")
    layer(X)
    assert said(ShapeError, layer, X[..., :2])[:2] == (
        "LayerNormalization 'n' cannot take `inputs` of shape (batch=4, timesteps=5, features=2): "
        "(batch, timesteps, features=3) is needed.",
        "inputs (batch=4, timesteps=5, features=2)",
    )


@pytest.mark.filterwarnings("ignore:.* now")
def test_arguments():
    assert L.BatchNormalization(axis=[-1]).axis == -1
    assert L.BatchNormalization(gamma_init="zeros").gamma_initializer.get_config() == {}
    assert said(ArgumentError, L.BatchNormalization, renorm=True)[0] == (
        "BatchNormalization: renorm=True (bool): one of False is needed."
    )
    assert said(ArgumentError, L.LayerNormalization, 0.5)[0] == (
        "LayerNormalization: axis=0.5 (float): an axis or a list of axes is needed."
    )


@pytest.mark.parametrize(("axis", "per_sample"), [(-1, True), (0, False), ([-3, 1], False)])
def test_a_batch_is_not_padded_where_samples_are_normalized_together(axis, per_sample):
    layer = L.LayerNormalization(axis)
    layer(np.ones((2, 5, 4), np.float32))
    assert layer.per_sample is per_sample
