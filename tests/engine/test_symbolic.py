import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from recurra.engine.apply import apply
from recurra.engine.errors import ArgumentError
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor, evaluate
from recurra.engine.variable import Variable
from recurra.kernels import Recurrence, recurrence
from recurra.layers import Input
from tests.engine.said import problem


@pytest.fixture
def x():
    return Input((None, 5), name="x")


def sizes(tensor):
    """The sizes of a tensor's axes, with the symbols of unknown ones."""
    return tuple(a.size for a in tensor.axes)


# What it is -------------------------------------------------------------------------------------


def test_facts(x):
    assert (x.shape, x.dtype, x.ndim, x.name) == ((None, None, 5), "float32", 3, "x")
    assert repr(x) == "<SymbolicTensor x (batch=None, timesteps=None, features=5), float32>"
    assert sizes(x) == ("batch", "timesteps", 5)
    assert sizes(SymbolicTensor((None, 3, None))) == ("batch", 3, "axis2")
    assert sizes(SymbolicTensor(Shape((None,), ("rows",)))) == ("batch",)


# Sizes through operations -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "shape", "dtype"),
    [
        (lambda x: x + 1, (None, None, 5), "float32"),
        (lambda x: 1 - x, (None, None, 5), "float32"),
        (lambda x: np.ones(5, "float32") * x, (None, None, 5), "float32"),
        (lambda x: np.ones((7, 1, 1, 5)) / x, (7, None, None, 5), "float32"),
        (lambda x: Variable(np.ones(5)) - x, (None, None, 5), "float32"),
        (lambda x: -(abs(x) ** 2) // 3 % 2, (None, None, 5), "float32"),
        (lambda x: x > 0, (None, None, 5), "bool"),
        (lambda x: (x == x) & ~(x != 1), (None, None, 5), "bool"),
        (lambda x: x @ np.ones((5, 3), "float32"), (None, None, 3), "float32"),
        (lambda x: np.ones((3, 5), "float32") @ x[:, :5], (None, 3, 5), None),
        (lambda x: x[:, 0], (None, 5), None),
        (lambda x: x[..., -1], (None, None), None),
        (lambda x: x[:, 1:], (None, None, 5), None),
        (lambda x: x[:, :3], (None, None, 5), None),
        (lambda x: x[:, ::-1], (None, None, 5), None),
        (lambda x: x[:, None, :, 2:4], (None, 1, None, 2), None),
        (lambda x: x[0], (None, 5), None),
        (lambda x: apply(jnp.einsum, "btf,bsf->bts", x, x), (None, None, None), None),
        (lambda x: apply(jnp.sum, x, axis=1), (None, 5), None),
        (lambda x: apply(jnp.concatenate, [x, x], axis=-1), (None, None, 10), None),
        (lambda x: apply(jnp.concatenate, [x, x], axis=1), (None, None, 5), None),
        (lambda x: apply(jnp.cumsum, x, axis=1), (None, None, 5), None),
        (lambda x: apply(jnp.repeat, x, 3, axis=1), (None, None, 5), None),
        (lambda x: apply(jnp.argmax, x, axis=-1), (None, None), "int32"),
    ],
)
def test_sizes_through_operators_indices_and_functions(x, function, shape, dtype):
    result = function(x)
    assert isinstance(result, SymbolicTensor)
    assert result.shape == shape
    assert result.dtype == (dtype or "float32")


def flatten(x):
    return jnp.reshape(x, (x.shape[0], -1))


def scan(x):
    steps = jnp.swapaxes(x, 0, 1)
    zeros = jnp.zeros(steps.shape[1:], x.dtype)
    how = Recurrence(reverse=True, sequences=True)
    outputs, _ = recurrence(lambda a, s: (a + s[0], (a,)), steps, (zeros,), None, how)
    return jnp.swapaxes(outputs, 0, 1)


LAYOUT = ("NWC", "WIO", "NWC")


def convolve(x):
    kernel = jnp.ones((3, 5, 2))
    return lax.conv_general_dilated(x, kernel, (2,), "VALID", dimension_numbers=LAYOUT)


def grad(x):
    return jax.grad(lambda y: (y * y).sum())(x)


@pytest.mark.parametrize(
    ("function", "known", "unknown"),
    [
        (flatten, (None, 20), ("batch", "5*timesteps")),
        (scan, (None, 4, 5), ("batch", "timesteps", 5)),
        (convolve, (None, 1, 2), ("batch", "floordiv(timesteps - 3, 2) + 1", 2)),
        (grad, (None, 4, 5), ("batch", "timesteps", 5)),
    ],
)
def test_sizes_through_whole_layers_of_jax(x, function, known, unknown):
    assert sizes(apply(function, x)) == unknown
    assert apply(function, Input((4, 5))).shape == known


def test_unknown_lengths_of_two_inputs_are_the_same(x):
    for other in (Input((None, 5)), Input(batch_shape=(None, None, 5)), x[:, ::-1], x + x):
        assert sizes(x + other) == ("batch", "timesteps", 5)
    assert sizes(x[:, 1:] - x[:, :-1])[::2] == ("batch", 5)


# Names of axes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda x: x * 2, ("batch", "timesteps", "features")),
        (lambda x: x > x[:, :1], ("batch", "timesteps", "features")),
        (lambda x: x[:, -1], ("batch", "features")),
        (lambda x: x[..., 0], ("batch", "timesteps")),
        (lambda x: x[:, None], ("batch", "axis1", "timesteps", "features")),
        (lambda x: x[0], ("timesteps", "features")),
        (lambda x: x @ np.ones((5, 3), "float32"), ("batch", "timesteps", "axis2")),
        (lambda x: apply(jnp.swapaxes, x, 1, 2), ("batch", "features", "timesteps")),
        (lambda x: apply(jnp.mean, x, axis=1), ("batch", "features")),
        (lambda x: apply(flatten, x), ("batch", "axis1")),
    ],
)
def test_names_are_followed_through_operations(x, function, names):
    assert function(x).axes.names == names


def test_names_that_the_user_gave_are_kept():
    x = SymbolicTensor(Shape((None, 3, 4), ("batch", "channels", "timesteps")))
    assert (x + 1).axes.names == ("batch", "channels", "timesteps")
    assert apply(jnp.sum, x, axis=1).axes.names == ("batch", "timesteps")


# The graph --------------------------------------------------------------------------------------


def test_calls_are_recorded_with_their_arguments(x):
    y = apply(jnp.concatenate, [x, x], axis=0)
    assert y.node.operation.kind == "Concatenate"
    assert y.node.inputs == [x, x] and y.node.outputs is y
    assert (x + 1).node.operation.kind == "Add"
    assert x[:, 0].node.operation.kind == "GetItem"


def test_outputs_may_be_trees_and_hold_other_things(x):
    def several(x):
        return {"first": x[:, 0], "rest": [x, None, "text"]}

    results = apply(several, x)
    assert results["first"].shape == (None, 5)
    assert results["rest"][0].shape == (None, None, 5)
    assert results["rest"][1:] == [None, "text"]
    assert results["first"].node is results["rest"][0].node


def test_nothing_is_computed_for_a_symbolic_result(x):
    seen = []

    def look(y):
        seen.append(type(y))
        return y

    evaluate(look, (x,), {})
    assert len(seen) == 1 and issubclass(seen[0], jax.core.Tracer)


def test_arrays_and_variables_are_computed_at_once():
    assert float(apply(jnp.sum, Variable([1.0, 2.0]))) == 3
    assert apply(lambda a, b=None: (a, b), 1, b=Variable(2))[1].shape == ()


# Mistakes ---------------------------------------------------------------------------------------

X = "<SymbolicTensor x (batch=None, timesteps=None, features=5), float32>"
INSTEAD = "Use the function of the same name in recurra.ops, or write a Layer."


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (bool, f"{X} has no values yet, so it cannot decide an `if`."),
        (lambda x: 1 if x > 0 else 2, None),
        (list, f"{X} cannot be walked over; take parts by index, x[:, 0]."),
        (np.sqrt, f"{X} has no values yet, so NumPy cannot use it. {INSTEAD}"),
        (np.sum, f"{X} has no values yet, so NumPy cannot use it. {INSTEAD}"),
        (np.asarray, f"{X} has no values yet, so NumPy cannot use it. {INSTEAD}"),
        (jnp.sqrt, f"{X} has no values yet, so jax.numpy cannot use it. {INSTEAD}"),
        (jax.nn.relu, f"{X} has no values yet, so jax.numpy cannot use it. {INSTEAD}"),
        (lambda x: np.concatenate([x, x]), None),
        (lambda x: jnp.concatenate([x, x]), None),
        (lambda x: jnp.ones(5) * x, None),
        (lambda x: jnp.ones(5) @ jnp.stack([x, x]), None),
    ],
)
def test_values_are_asked_of_a_tensor_that_has_none(x, function, words):
    said = problem(ArgumentError, function, x)
    assert said == words or words is None
    assert "no values yet" in said or "walked over" in said


def test_its_length_is_not_known(x):
    with pytest.raises(TypeError, match=r"^the length of <SymbolicTensor x .* is not known$"):
        len(x)
    assert len(SymbolicTensor((3, 2))) == 3


@pytest.mark.parametrize(
    ("function", "start"),
    [
        (
            lambda x: x + Input((None, 4)),
            "Add cannot take (batch=None, timesteps=None, features=5) and "
            "(batch=None, timesteps=None, features=4): features=5 of the first and features=4 of "
            "the second have to be the same.",
        ),
        (
            lambda x: x @ np.ones((4, 3), "float32"),
            "Matmul cannot take (batch=None, timesteps=None, features=5) and "
            "an array (axis0=4, axis1=3): features=5 of the first and axis0=4 of the second have "
            "to be the same.",
        ),
        (
            lambda x: apply(jnp.stack, [x, x[0]], axis=1),
            "Stack cannot take [(batch=None, timesteps=None, features=5), "
            "(timesteps=None, features=5)] and 1: ",
        ),
        (
            lambda x: "a" + x,
            "Add cannot take 'a' and (batch=None, timesteps=None, features=5): ",
        ),
        (
            lambda x: x[0, 0, 0, 0],
            "GetItem cannot take (batch=None, timesteps=None, features=5) and (0, 0, 0, 0): ",
        ),
    ],
)
def test_operators_say_what_they_cannot_take(x, function, start):
    said = problem(ArgumentError, function, x)
    assert said.startswith(start)
    assert "83" not in said and "97" not in said  # sizes that nobody wrote
