"""Losses that layers add on the way: `add_loss` and regularizers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.layer import Layer
from recurra.engine.scope import Scope, pure
from recurra.layers import Dense, Input

X = np.array([[1.0, -2.0], [3.0, 4.0]], "float32")


class Sums(Layer):
    def call(self, x):
        self.add_loss(jnp.sum(x))
        return x


class Twice(Layer):
    def __init__(self):
        super().__init__()
        self.inner = Sums()

    def call(self, x):
        return self.inner(self.inner(x) * 2)


def numbers(losses):
    return [float(loss) for loss in losses]


def test_losses_are_those_of_the_last_call():
    layer = Sums()
    assert layer.losses == []
    layer(X)
    layer(X * 2)
    assert numbers(layer.losses) == [12]


def test_losses_of_layers_inside_each_time_they_are_called():
    layer = Twice()
    for _ in range(2):
        layer(X)
        assert numbers(layer.losses) == numbers(layer.inner.losses) == [6, 12]
    layer.inner(X)
    assert numbers(layer.losses) == [6]


def test_several_at_once():
    class Many(Layer):
        def call(self, x):
            self.add_loss([jnp.float32(1), jnp.float32(2)])
            self.add_loss(jnp.float32(3))
            return x

    layer = Many()
    layer(X)
    assert numbers(layer.losses) == [1, 2, 3]


def test_within_a_step_they_belong_to_the_step():
    layer = Twice()
    layer(X)

    def step(x):
        layer(x)
        layer(x)
        return sum(layer.losses)

    total, _, losses = jax.jit(pure(step, []))([], jnp.asarray(X))
    assert float(total) == 36 and numbers(losses) == [6, 12, 6, 12]
    assert numbers(layer.losses) == [6, 12]  # as before the step


@pytest.mark.parametrize("inside", [False, True])
def test_regularizers_of_weights(inside):
    layer = Dense(1, kernel_regularizer=lambda w: (w * w).sum(), bias_regularizer="l1")
    layer.build((None, 2))
    layer.kernel.assign([[2.0], [1.0]])
    layer.bias.assign([-3.0])
    if inside:
        with Scope({layer.kernel: jnp.array([[1.0], [1.0]])}):
            assert numbers(layer.losses) == pytest.approx([2, 0.03])
    assert numbers(layer.losses) == pytest.approx([5, 0.03])  # 4 + 1, and 0.01 * 3
    layer.bias.trainable = False
    assert numbers(layer.losses) == [5]
    layer.trainable = False
    assert layer.losses == []


def test_a_regularizer_of_activity_is_divided_by_the_samples():
    layer = Dense(1, use_bias=False, activity_regularizer=lambda y: (y * y).sum())
    layer.build((None, 2))
    layer.kernel.assign([[1.0], [1.0]])
    layer(X)
    assert numbers(layer.losses) == [(1 + 49) / 2]  # outputs -1 and 7
    assert layer(Input((2,))).shape == (None, 1)


def test_a_regularizer_of_activity_sees_every_output():
    class Two(Layer):
        def call(self, x):
            return x, [x * 2]

    layer = Two(activity_regularizer=lambda y: y.sum())
    layer(X)
    assert numbers(layer.losses) == [3, 6]


def test_a_failing_call_does_not_stop_the_next_one():
    class Fails(Layer):
        broken = True

        def call(self, x):
            self.add_loss(jnp.sum(x))
            if self.broken:
                raise ZeroDivisionError
            return x

    layer = Fails()
    with pytest.raises(ZeroDivisionError):
        layer(X)
    layer.broken = False
    layer(X)
    assert numbers(layer.losses) == [6]
