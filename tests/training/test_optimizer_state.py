"""The variables of optimizers: dtypes, copies, configurations."""

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import optimizers
from recurra.engine.scope import pure
from recurra.engine.variable import Variable
from recurra.training.optimizers.rules import per_array
from tests.training.one_variable import NAMES, G, after


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_dtypes_stay_under_strict_promotion(name, dtype):
    optimizer = getattr(optimizers, name)(use_ema=True, weight_decay=0.1, clipnorm=1.0)
    weight = Variable(np.ones((2, 3)), dtype=dtype)
    optimizer.build([weight])
    variables = [weight, *optimizer.variables]
    with jax.numpy_dtype_promotion("strict"):
        after = jax.eval_shape(
            lambda values, g: pure(lambda: optimizer.apply([g], [weight]), variables)(values)[1],
            [v.value for v in variables],
            jax.ShapeDtypeStruct((2, 3), dtype),
        )
    assert [(a.shape, str(a.dtype)) for a in after] == [(v.shape, v.dtype) for v in variables]


@pytest.mark.parametrize("name", NAMES)
def test_copies_and_configurations(name):
    optimizer = getattr(optimizers, name)(learning_rate=0.5, name="mine")
    after(optimizer, G)
    config = optimizers.serialize(optimizer)
    assert config["module"] == "keras.optimizers" and config["class_name"] == name
    for other in (
        optimizers.deserialize(config),
        optimizers.get(name.lower()).from_config(config["config"]),
        pickle.loads(pickle.dumps(optimizer)),
        copy.deepcopy(optimizer),
    ):
        assert type(other) is type(optimizer) and other.get_config() == optimizer.get_config()


def test_as_few_arrays_as_the_mathematics_needs():
    weight, counts = Variable([1.0]), {}
    for name in NAMES:
        optimizer = getattr(optimizers, name)()
        optimizer.build([weight])
        counts[name] = len(optimizer.variables) - 2  # the step and the rate
    expected = {"SGD": 0, "RMSprop": 1, "Adam": 2, "AdamW": 2, "Adagrad": 1, "Adamax": 2}
    assert counts == {**expected, "Nadam": 3}


def test_set_weights_copies_the_state():
    first, second = optimizers.Adam(0.1), optimizers.Adam(0.1)
    weight, other = Variable([1.0]), Variable([1.0])
    first.apply([jnp.ones(1)], [weight])
    second.build([other])
    second.set_weights(first.variables)
    for mine, its in zip(second.variables, first.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
        assert mine.value is not its.value


def test_stateless_apply_assigns_nothing():
    optimizer, weight = optimizers.SGD(0.5), Variable([1.0])
    optimizer.build([weight])
    state = [v.value for v in optimizer.variables]
    weights, state = optimizer.stateless_apply(state, [jnp.ones(1)], [jnp.array([3.0])])
    assert float(weights[0][0]) == 2.5 and int(state[0]) == 1
    assert float(weight.value[0]) == 1.0 and int(optimizer.iterations) == 0


def test_names_count_up():
    first, second = optimizers.Adamax(), optimizers.Adamax()
    number = int(first.name.removeprefix("adamax").removeprefix("_") or 0)
    assert second.name == f"adamax_{number + 1}"
    assert second.variables[0].path == f"{second.name}/iteration"


def test_an_optimizer_of_ones_own():
    class Signs(optimizers.Optimizer):
        def __init__(self, strength=2.0, **kwargs):
            super().__init__(**kwargs)
            self.strength = strength

        def rule(self, learning_rate):
            return per_array(lambda g: (-self.strength * learning_rate * jnp.sign(g),))

    np.testing.assert_allclose(after(Signs(learning_rate=0.25), G), [0.5, 2.5])
