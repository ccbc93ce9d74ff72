import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.variable import Variable
from tests.engine.said import problem

VALUES = np.array([1.0, -2.0, 4.0], "float32")


@pytest.fixture
def v():
    return Variable(VALUES, name="scale")


def is_real(variable):
    return not isinstance(variable._value, jax.core.Tracer)


# What it holds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "dtype", "kept"),
    [
        ([1.0, 2.0], None, "float32"),
        (np.ones(2), None, "float32"),
        (np.ones(2, "float16"), None, "float16"),
        ([1, 2], None, "int32"),
        ([True], None, "bool"),
        ([1, 2], "float32", "float32"),
        ([1.0], jnp.bfloat16, "bfloat16"),
        (3.0, None, "float32"),
    ],
)
def test_the_type_of_its_values(given, dtype, kept):
    assert Variable(given, dtype=dtype).dtype == kept


def test_float64_stays_where_jax_may_have_it():
    with jax.enable_x64(True):
        assert Variable(np.ones(2), dtype="float64").dtype == "float64"


def test_facts(v):
    assert (v.shape, v.ndim, v.size, len(v), v.name, v.path) == ((3,), 1, 3, 3, "scale", "scale")
    assert repr(v) == "<Variable path=scale, shape=(3,), dtype=float32>"
    scalar = Variable(2.5)
    assert (scalar.shape, scalar.size, float(scalar), int(scalar), bool(scalar)) == (
        (),
        1,
        2.5,
        2,
        True,
    )


def test_initial_values_from_a_function_of_shape_and_dtype():
    made = Variable(lambda shape, dtype: np.full(shape, 7, dtype), shape=(2, 1), dtype="float16")
    assert made.dtype == "float16"
    np.testing.assert_array_equal(made, [[7], [7]])


def test_a_copy_of_a_variable_is_another_variable(v):
    for other in (Variable(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        other.assign([0, 0, 0])
        np.testing.assert_array_equal(v, VALUES)
    assert copy.deepcopy([v, v])[0].name == "scale"
    first, second = copy.deepcopy([v, v])
    assert first is second


def test_it_keeps_nothing_of_the_array_it_was_made_from():
    given = VALUES.copy()
    v = Variable(given)
    given[:] = 0
    np.testing.assert_array_equal(v, VALUES)
    v.numpy()[:] = 0
    np.testing.assert_array_equal(v, VALUES)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Variable(np.zeros), "Variable: `shape` is missing; an initializer needs one."),
        (lambda: Variable("abc"), "an array of numbers is needed, not 'abc' (str)."),
        (lambda: Variable(None), "an array of numbers is needed, not None (NoneType)."),
        (
            lambda: Variable([[1], [1, 2]]),
            "an array of numbers is needed, not [[1], [1, 2]] (list).",
        ),
    ],
)
def test_values_that_are_no_numbers(make, words):
    assert problem(ArgumentError, make) == words


def test_an_initializer_of_another_shape_is_refused():
    assert problem(ShapeError, Variable, lambda s, dtype: np.ones(5), (2, 3), name="w") == (
        "Variable 'w' has shape (2, 3) and cannot start with a value of shape (5,)."
    )


# Assigning --------------------------------------------------------------------------------------


def test_assign_keeps_type_and_shape(v):
    assert v.assign([1, 2, 3]) is v
    assert v.dtype == "float32"
    v.assign_add(np.ones(3, "int64"))
    v.assign_sub([0.5, 0.5, 0.5])
    np.testing.assert_array_equal(v, [1.5, 2.5, 3.5])
    v.assign(Variable([7, 8, 9]))
    np.testing.assert_array_equal(v, [7, 8, 9])


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 1)])
def test_assign_refuses_another_shape_and_changes_nothing(v, shape):
    words = f"Variable 'scale' has shape (3,) and cannot be assigned a value of shape {shape}."
    assert problem(ShapeError, v.assign, np.zeros(shape)) == words
    if shape == (3, 1):
        words = words.replace("(3, 1)", "(3, 3)")  # what v + value has
        assert problem(ShapeError, v.assign_add, np.zeros(shape)) == words
    np.testing.assert_array_equal(v, VALUES)


def test_assign_refuses_what_is_no_number(v):
    assert problem(ArgumentError, v.assign, "abc") == (
        "an array of numbers is needed, not 'abc' (str)."
    )
    np.testing.assert_array_equal(v, VALUES)


# Operators --------------------------------------------------------------------------------------

OTHER = np.array([2.0, 2.0, 0.5], "float32")
BINARY = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / b,
    lambda a, b: a // b,
    lambda a, b: a % b,
    lambda a, b: a**b,
    lambda a, b: a @ b,
    lambda a, b: a < b,
    lambda a, b: a <= b,
    lambda a, b: a > b,
    lambda a, b: a >= b,
    lambda a, b: a == b,
    lambda a, b: a != b,
]


@pytest.mark.parametrize("operator", BINARY)
@pytest.mark.parametrize("kind", [np.asarray, jnp.asarray, Variable, lambda x: 2.0])
def test_operators_with_anything_on_either_side(operator, kind):
    positive = Variable(np.abs(VALUES))
    other = kind(OTHER)
    if isinstance(other, float) and operator is BINARY[7]:
        other = OTHER  # no product of matrices with a number
    plain = other if isinstance(other, float) else np.asarray(other)
    for a, b in ((positive, other), (other, positive)):
        result = operator(a, b)
        assert isinstance(result, jax.Array)
        expected = operator(*(positive.numpy() if x is positive else plain for x in (a, b)))
        np.testing.assert_allclose(result, expected, rtol=1e-6)


def test_operators_of_one_and_of_truth_values(v):
    np.testing.assert_array_equal(-v, -VALUES)
    np.testing.assert_array_equal(abs(v), np.abs(VALUES))
    flags = Variable([True, False])
    array = np.array([True, True])
    np.testing.assert_array_equal(~flags, [False, True])
    np.testing.assert_array_equal(flags & array, [True, False])
    np.testing.assert_array_equal(array | flags, [True, True])
    np.testing.assert_array_equal(array ^ flags, [False, True])


def test_indices_and_walking(v):
    assert float(v[-1]) == 4.0 and v[None].shape == (1, 3)
    np.testing.assert_array_equal(v[1:], VALUES[1:])
    assert [float(x) for x in v] == VALUES.tolist()


def test_float64_arrays_become_float32_on_both_sides(v):
    assert (np.ones(3) * v).dtype == (v * np.ones(3)).dtype == jnp.float32


# In NumPy's and JAX's functions -----------------------------------------------------------------


@pytest.mark.parametrize(
    "function", [np.sqrt, np.sum, np.mean, np.asarray, np.max, lambda x: np.concatenate([x, x])]
)
def test_functions_of_numpy(function):
    np.testing.assert_allclose(function(Variable(OTHER)), function(OTHER))


@pytest.mark.parametrize(
    "function",
    [jnp.sqrt, jnp.sum, jnp.mean, jax.nn.softmax, lambda x: jnp.stack([x, x]), lambda x: x @ x],
)
def test_functions_of_jax_on_a_variable_alone_and_in_a_trace(function):
    v, expected = Variable(OTHER), function(jnp.asarray(OTHER))
    np.testing.assert_allclose(function(v), expected)
    np.testing.assert_allclose(jax.jit(function)(v), expected, rtol=1e-6)
    np.testing.assert_allclose(jax.jit(lambda: function(v))(), expected, rtol=1e-6)
    assert is_real(v)


def test_gradients_by_and_through_a_variable(v):
    square = lambda x: (x * x).sum()
    np.testing.assert_array_equal(jax.grad(square)(v), 2 * VALUES)
    np.testing.assert_array_equal(jax.grad(lambda x: (x * v).sum())(jnp.ones(3)), VALUES)
    np.testing.assert_array_equal(jax.vmap(lambda x: x * 2)(v), 2 * VALUES)
