import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import activations
from recurra.engine.errors import ArgumentError
from recurra.engine.variable import Variable

X = np.linspace(-7, 7, 15, dtype="float32")
E = np.exp(X.astype("float64"))

#: What each one is, in NumPy.
FORMULAS = {
    "linear": X,
    "relu": np.maximum(X, 0),
    "relu6": np.clip(X, 0, 6),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
    "elu": np.where(X > 0, X, E - 1),
    "celu": np.where(X > 0, X, E - 1),
    "selu": 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * (E - 1)),
    "silu": X / (1 + 1 / E),
    "swish": X / (1 + 1 / E),
    "softplus": np.log(1 + E),
    "softsign": X / (1 + np.abs(X)),
    "soft_shrink": np.sign(X) * np.maximum(np.abs(X) - 0.5, 0),
    "hard_shrink": np.where(np.abs(X) > 0.5, X, 0),
    "squareplus": (X + np.sqrt(X**2 + 4)) / 2,
    "sparse_plus": np.where(X <= -1, 0, np.where(X >= 1, X, (X + 1) ** 2 / 4)),
    "sparse_sigmoid": np.clip((X + 1) / 2, 0, 1),
    "tanh": np.tanh(X),
    "tanh_shrink": X - np.tanh(X),
    "sigmoid": 1 / (1 + 1 / E),
    "hard_sigmoid": np.clip(X / 6 + 0.5, 0, 1),
    "hard_silu": X * np.clip(X / 6 + 0.5, 0, 1),
    "hard_swish": X * np.clip(X / 6 + 0.5, 0, 1),
    "hard_tanh": np.clip(X, -1, 1),
    "exponential": E,
    "mish": X * np.tanh(np.log(1 + E)),
    "softmax": E / E.sum(),
    "log_softmax": np.log(E / E.sum()),
    "log_sigmoid": -np.log(1 + 1 / E),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_each_follows_its_formula(name):
    y = activations.get(name)(X)
    np.testing.assert_allclose(y, FORMULAS[name], rtol=2e-5, atol=2e-5)
    assert y.dtype == "float32"


def test_every_registered_one_is_tested():
    beside = {"gelu", "glu"}
    # compat adds those of earlier versions, tests/compat tests them
    ours = {n for n, f in activations.registry.functions.items() if not n.endswith("_keras1")}
    assert ours == set(FORMULAS) - {"swish", "hard_swish"} | beside


def test_gelu_is_x_times_the_normal_distribution():
    from math import erf

    phi = np.array([0.5 * (1 + erf(x / 2**0.5)) for x in X])
    np.testing.assert_allclose(activations.gelu(X), X * phi, atol=1e-5)
    tanh = np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3))
    np.testing.assert_allclose(activations.gelu(X, approximate=True), X * (1 + tanh) / 2, atol=1e-5)


def test_glu_gates_one_half_with_the_other():
    x = np.array([[1.0, 2.0, 0.0, 1.0]], "float32")
    np.testing.assert_allclose(activations.glu(x), [[0.5, 2 / (1 + np.exp(-1))]], rtol=1e-6)


def test_relu_with_a_slope_a_ceiling_and_a_threshold():
    x = np.array([-2.0, 0.5, 1.5, 9.0], "float32")
    y = activations.relu(x, negative_slope=0.5, max_value=4.0, threshold=1.0)
    np.testing.assert_allclose(y, [0.5 * (-2 - 1), 0.5 * (0.5 - 1), 1.5, 4.0])


def test_softmax_over_another_axis():
    y = activations.softmax(np.array([[0.0, 1.0], [0.0, 3.0]], "float32"), axis=0)
    np.testing.assert_allclose(y[:, 1], [1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))], rtol=1e-6)


def test_relu_at_zero_has_no_slope():
    assert jax.grad(activations.relu)(jnp.float32(0)) == 0


def test_variables_stand_for_their_values():
    np.testing.assert_array_equal(activations.relu(Variable([-1.0, 2.0])), [0.0, 2.0])


def test_symbolic_tensors_are_recorded(repeatable):
    from recurra.engine.symbolic import SymbolicTensor

    y = activations.softmax(SymbolicTensor((None, 3)))
    assert y.shape == (None, 3) and y.node.operation.name == "softmax"


def test_none_is_linear():
    assert activations.get(None) is activations.linear
    assert activations.linear(X) is X


def test_a_name_and_back():
    assert activations.serialize(activations.get("tanh")) == "tanh"
    assert activations.serialize(activations.get("swish")) == "silu"
    assert activations.deserialize("relu") is activations.relu


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Relu", "there is no activation 'Relu'. Did you mean 'relu'?"),
        ("tahn", "there is no activation 'tahn'. Did you mean 'tanh'?"),
        ("sigmiod", "there is no activation 'sigmiod'. Did you mean 'sigmoid'?"),
        ("qqq", "there is no activation 'qqq'"),
    ],
)
def test_misspelt_names(name, problem):
    with pytest.raises(ArgumentError) as error:
        activations.get(name)
    assert str(error.value) == problem
