"""How the table's functions take their arguments, and functions that the table has only here."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import ops
from recurra.engine.errors import ArgumentError
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.variable import Variable
from recurra.layers import Input


def test_arrays_lists_and_variables_give_the_same():
    x = np.array([[1.0, 2.0], [3.0, 5.0]], "float32")
    for given in (x, x.tolist(), jnp.asarray(x), Variable(x)):
        np.testing.assert_array_equal(ops.sum(given, axis=1), [3.0, 8.0])
        np.testing.assert_array_equal(ops.concatenate([given, given], 0).shape, (4, 2))


def test_floats_of_64_bits_become_32():
    assert ops.sum(np.ones(3)).dtype == "float32"
    assert ops.convert_to_tensor(np.ones(3)).dtype == "float32"
    assert ops.convert_to_tensor([1, 2]).dtype == "int32"


def test_arguments_go_by_place_or_name():
    x = np.arange(6.0).reshape(2, 3)
    by_place, by_name = ops.sum(x, 1, True), ops.sum(x=x, keepdims=True, axis=1)
    np.testing.assert_array_equal(by_place, [[3.0], [12.0]])
    np.testing.assert_array_equal(by_name, by_place)


def test_an_unknown_argument_is_refused_with_the_nearest_name():
    with pytest.raises(ArgumentError) as caught:
        ops.mean([1.0], axes=0)
    assert str(caught.value).startswith(
        "ops.mean(x, axis=None, keepdims=False): got an unexpected keyword argument 'axes'"
        ". Did you mean 'axis'?"
    )


def test_functions_carry_name_signature_and_what_they_do():
    assert (ops.matmul.__name__, ops.matmul.__module__) == ("matmul", "recurra.ops.linalg")
    assert ops.matmul.__doc__ == "The matrix product of the last two axes."
    assert all(f.__doc__ and callable(f) for f in ops.OPS.values())
    assert set(ops.__all__) == set(ops.OPS)


def test_other_names_mean_the_same_function():
    assert ops.abs is ops.absolute and ops.conj is ops.conjugate and ops.swish is ops.silu


def test_under_strict_promotion_nothing_is_mixed():
    x = jnp.ones((2, 3), "float32")
    with jax.numpy_dtype_promotion("strict"):
        for name in ("divide_no_nan", "binary_crossentropy", "maximum"):
            assert ops.OPS[name](x, x).dtype == "float32"
        assert ops.batch_normalization(x, x[0], x[0], -1, x[0], x[0]).dtype == "float32"
        assert ops.average_pool(x[None], 2, padding="same").dtype == "float32"


# Symbolic ---------------------------------------------------------------------------------------


def test_reshape_works_where_batch_and_timesteps_are_unknown():
    x = Input((None, 6))
    assert ops.reshape(x, (-1, 6)).shape == (None, 6)
    assert ops.reshape(x, (-1, 2)).shape == (None, 2)
    assert ops.reshape(Input((6,)), (-1, 3, 2)).axes.sizes == (None, 3, 2)


def test_shape_and_size_hold_none_where_they_are_not_known():
    x = Input((None, 6))
    assert ops.shape(x) == (None, None, 6) and ops.size(x) is None and ops.ndim(x) == 3
    assert ops.shape(np.ones((2, 3))) == (2, 3) and ops.size([[1, 2, 3]]) == 3


def test_a_symbolic_tensor_among_others_makes_the_result_symbolic():
    x = Input((5, 6))
    joined = ops.concatenate([x, x[..., :2] + ops.ones((1, 5, 2))], axis=-1)
    assert isinstance(joined, SymbolicTensor) and joined.shape == (None, 5, 8)


# What Keras has no numbers for ------------------------------------------------------------------


def test_factors_give_the_matrix_back():
    a = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]], "float32")
    q, r = ops.qr(a)
    u, s, v = ops.svd(a)
    values, vectors = ops.eigh(a)
    w, z = ops.eig(a)
    for again in (q @ r, (u * s) @ v, (vectors * values) @ vectors.T):
        np.testing.assert_allclose(again, a, atol=1e-5)
    np.testing.assert_allclose(a @ z, z * w, atol=1e-5)


def test_custom_gradient_replaces_the_derivative():
    @ops.custom_gradient
    def double(x):
        return 2.0 * x, lambda upstream: upstream * 10.0

    assert double(jnp.float32(3.0)) == 6.0
    assert jax.grad(double)(jnp.float32(3.0)) == 10.0


def test_vectorize_applies_a_function_of_single_values():
    smaller = ops.vectorize(lambda a, b: jnp.where(a < b, a, b))
    np.testing.assert_array_equal(smaller(jnp.array([1, 5]), jnp.array([2, 4])), [1, 4])


def test_saturate_cast_stops_at_the_limits():
    assert ops.saturate_cast([-5.0, 7.9, 300.0], "uint8").tolist() == [0, 7, 255]
    assert ops.saturate_cast([3e9, -3e9], "int32").tolist() == [2**31 - 1, -(2**31)]


def test_no_gradient_flows_through_stop_gradient():
    slope = jax.grad(lambda x: x * ops.stop_gradient(x))(jnp.float32(3.0))
    assert slope == 3.0  # not 2 x


def test_loops_run_in_scans_over_variables():
    w = Variable(np.float32(2.0))
    last, ys = ops.scan(lambda c, x: (c * w, c + x), jnp.float32(1.0), jnp.arange(3.0))
    # carry 1, 2, 4, 8; outputs carry + x
    assert last == 8.0 and ys.tolist() == [1.0, 3.0, 6.0]
    assert ops.while_loop(lambda i: i < 10, lambda i: i + 3, jnp.int32(0)) == 12
    assert ops.while_loop(lambda i: i < 10, lambda i: i + 3, jnp.int32(0), 2) == 6
