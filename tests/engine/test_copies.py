"""Layers that are copied, stored, or used from several threads, and in other types of numbers."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.layers import GRU, LSTM, Dense, Input

X = np.ones((2, 5, 3), "float32")


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_is_another_layer_with_the_same_weights(again):
    layer = LSTM(2)
    layer(Input((None, 3)))
    other = again(layer)
    np.testing.assert_array_equal(other(X), layer(X))
    assert [w.path for w in other.weights] == [w.path for w in layer.weights]
    other.set_weights([w * 0 for w in other.get_weights()])
    assert not np.asarray(other(X)).any() and np.asarray(layer(X)).any()


def test_models_may_be_built_in_several_threads():
    def build(units):
        layer = LSTM(units)
        return layer(Input((None, 3))).shape, [w.path.split("/")[0] for w in layer.weights]

    with ThreadPoolExecutor(4) as pool:
        for units, (shape, first) in enumerate(pool.map(build, range(1, 9)), 1):
            assert shape == (None, units) and len(set(first)) == 1


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("make", [Dense, LSTM, GRU])
def test_small_floats(make, dtype):
    layer = make(2, dtype=dtype)
    assert layer(X).dtype == dtype
    assert {w.dtype for w in layer.weights} == {dtype}
    assert layer(Input((5, 3))).dtype == dtype
    gradient = jax.grad(lambda x: layer(x).astype("float32").sum())(jnp.asarray(X))
    assert gradient.dtype == jnp.float32 and np.isfinite(gradient).all()


@pytest.mark.parametrize("make", [Dense, LSTM])
def test_doubles_where_jax_has_them(make):
    with jax.enable_x64(True):
        layer = make(2, dtype="float64")
        assert layer(X).dtype == layer(X.astype("float64")).dtype == jnp.float64
        assert {w.dtype for w in layer.weights} == {"float64"}
        assert make(2)(X.astype("float64")).dtype == jnp.float32
