"""Whatever is made while JAX traces, no tracer stays behind in a variable."""

import copy

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.errors import StateError
from recurra.engine.layer import Layer
from recurra.engine.scope import Scope
from recurra.engine.variable import Variable
from recurra.layers import LSTM, Dense, Input
from tests.engine.said import fixes, problem

X = np.ones((2, 3, 4), "float32")


def draw(shape, dtype=None):
    """An initializer that uses JAX, as users' own may."""
    return jax.random.normal(jax.random.key(1), shape, dtype)


def through_jit(layer):
    return jax.jit(lambda x: layer(x))(X)


def through_grad(layer):
    return jax.grad(lambda x: layer(x).sum())(jnp.asarray(X))


def through_eval_shape(layer):
    return jax.eval_shape(lambda x: layer(x), jnp.asarray(X))


def through_an_input(layer):
    return layer(Input((None, 4)))


TRACES = [through_jit, through_grad, through_eval_shape, through_an_input]


def check_usable(layer):
    assert layer.weights
    assert not any(isinstance(w._value, jax.core.Tracer) for w in layer.weights)
    assert np.isfinite(np.asarray(layer(X))).all()


class BuildsWithJax(Layer):
    def build(self, input_shape):
        self.drawn = self.add_weight("drawn", (4,), initializer=draw)
        self.zeros = Variable(jnp.zeros(4), name="zeros")
        self.constant = jnp.arange(4.0)
        super().build(input_shape)

    def call(self, x):
        return x * self.drawn + self.zeros + self.constant


class MakesInCall(Layer):
    def call(self, x):
        if not hasattr(self, "dense"):
            self.dense = Dense(2, kernel_initializer=draw)
            self.inner = LSTM(3, return_sequences=True)
            self.scale = self.add_weight(name="scale", shape=(4,), initializer=draw)
            self.own = Variable(np.ones(4), name="own")
        return self.dense(self.inner(x * self.scale * self.own))


@pytest.mark.parametrize("trace", TRACES)
@pytest.mark.parametrize("kind", [BuildsWithJax, MakesInCall])
def test_layers_built_in_a_trace_are_usable_afterwards(kind, trace):
    layer = kind()
    trace(layer)
    check_usable(layer)


@pytest.mark.parametrize("trace", TRACES)
def test_a_layer_made_in_build_and_built_in_a_trace(trace):
    class Outer(Layer):
        def build(self, input_shape):
            self.parts = [Dense(3), {"last": Dense(2)}]
            self.parts[0].build(input_shape)

        def call(self, x):
            return self.parts[1]["last"](self.parts[0](x))

    layer = Outer()
    trace(layer)
    check_usable(layer)
    assert len(layer.weights) == 4


def test_copies_made_in_a_trace_are_real():
    layer = Dense(2)
    layer(X)
    kept = []

    def traced(x):
        kept.append(copy.deepcopy(layer))
        return kept[0](x)

    jax.jit(traced)(X)
    check_usable(kept[0])


def test_states_of_a_stateful_layer_are_real():
    layer = LSTM(3, stateful=True)
    layer(Input(batch_shape=(2, None, 4)))
    assert not any(isinstance(v._value, jax.core.Tracer) for v in layer.state_variables())
    check_usable(layer)


def test_a_plain_assignment_in_a_trace_is_refused():
    v = Variable([1.0, 2.0], name="v")

    def step(x):
        v.assign(x)
        return x

    assert problem(StateError, jax.jit(step), jnp.zeros(2)) == (
        "Variable 'v' cannot keep a value that JAX is only tracing."
    )
    assert fixes(StateError, jax.jit(step), jnp.zeros(2)) == (
        "assign it outside of jax.jit, jax.grad and jax.eval_shape",
        "recurra.engine.scope.pure(function, variables) hands the new values out",
    )
    np.testing.assert_array_equal(v, [1, 2])


def test_a_variable_cannot_be_made_of_a_tracer():
    with pytest.raises(StateError):
        jax.jit(lambda x: Variable(x, name="v"))(jnp.zeros(2))


def test_an_assignment_in_a_scope_leaves_with_the_scope():
    v = Variable([1.0, 2.0])

    @jax.jit
    def step(x):
        with Scope():
            v.assign_add(x)
            return v * 2

    np.testing.assert_array_equal(step(jnp.ones(2)), [4, 6])
    np.testing.assert_array_equal(v, [1, 2])


def test_a_failing_trace_leaves_no_scope_behind():
    v = Variable([1.0])
    with pytest.raises(ZeroDivisionError), Scope({v: jnp.zeros(1)}):
        raise ZeroDivisionError
    np.testing.assert_array_equal(v, [1])
