import jax
import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.scope import pure
from tests.layers.facts import said

ONES = np.ones((4, 50, 20), "float32")


def test_the_kept_values_are_scaled_up_and_the_share_is_right():
    out = np.asarray(L.Dropout(0.2)(ONES, training=True))
    assert set(np.unique(out)) == {0.0, 1.25}
    # 4000 draws of deviation 0.4: 0.0063 is one standard error
    assert (out == 0).mean() == pytest.approx(0.2, abs=0.04)


@pytest.mark.parametrize(
    "layer", [L.Dropout(0.5), L.SpatialDropout1D(0.5), L.GaussianDropout(0.5), L.GaussianNoise(0.5)]
)
def test_nothing_happens_outside_training(layer):
    np.testing.assert_array_equal(layer(ONES), ONES)
    assert not np.array_equal(layer(ONES, training=True), ONES)


def test_a_rate_of_one_drops_all_and_one_of_zero_nothing():
    assert not np.asarray(L.Dropout(1.0)(ONES, training=True)).any()
    np.testing.assert_array_equal(L.Dropout(0.0)(ONES, training=True), ONES)


def test_a_feature_is_dropped_for_all_timesteps_or_none():
    for layer in (L.SpatialDropout1D(0.5), L.Dropout(0.5, noise_shape=(None, 1, None))):
        out = np.asarray(layer(ONES, training=True))
        assert (out == out[:, :1]).all() and set(np.unique(out)) == {0.0, 2.0}


def test_noise_has_the_stated_deviation():
    # rate 0.2: deviation sqrt(0.2 / 0.8) = 0.5; 4000 draws, one standard error is 0.006
    out = np.asarray(L.GaussianDropout(0.2)(ONES, training=True))
    assert (out.mean(), out.std()) == pytest.approx((1.0, 0.5), abs=0.04)
    out = np.asarray(L.GaussianNoise(0.3)(ONES, training=True))
    assert (out.mean(), out.std()) == pytest.approx((1.0, 0.3), abs=0.04)


def test_a_seed_repeats_a_draw_and_a_step_key_makes_others():
    layer = L.Dropout(0.5, seed=3)
    np.testing.assert_array_equal(layer(ONES, training=True), layer(ONES, training=True))
    run = pure(lambda: layer(ONES, training=True), [])
    first, second = (run([], key=jax.random.key(k))[0] for k in (0, 1))
    assert not np.array_equal(first, second)


def test_two_layers_of_one_step_draw_differently():
    run = pure(lambda: [L.Dropout(0.5)(ONES, training=True) for _ in range(2)], [])
    one, other = run([], key=jax.random.key(0))[0]
    assert not np.array_equal(one, other)


def test_it_is_symbolic_in_training_too():
    for layer in (L.Dropout(0.5), L.SpatialDropout1D(0.5), L.GaussianNoise(0.5)):
        assert layer(L.Input((None, 3)), training=True).shape == (None, None, 3)


def test_a_noise_shape_has_to_fit():
    layer = L.Dropout(0.5, noise_shape=(None, 1, 3), name="d")
    assert said(ShapeError, layer, np.ones((2, 4, 5), "float32"))[0] == (
        "Dropout 'd' cannot take `inputs` of shape (batch=2, timesteps=4, features=5): "
        "(batch, timesteps, features=3) is needed."
    )
    assert said(ArgumentError, L.Dropout, 0.5, (None, 0))[0] == (
        "Dropout: noise_shape=(None, 0) (tuple): a tuple of whole numbers and None, such as "
        "(None, 1, None), is needed."
    )


@pytest.mark.filterwarnings("ignore:.* now")
def test_rates_and_old_spellings():
    assert L.Dropout(p=0.1).rate == L.GaussianDropout(p=0.1).rate == 0.1
    assert L.GaussianNoise(sigma=0.1).stddev == 0.1
    assert said(ArgumentError, L.Dropout, 1.5)[0] == (
        "Dropout: rate=1.5 (float): a number from 0 to 1 is needed."
    )
