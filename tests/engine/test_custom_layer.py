"""Layers of one's own, as in question 5: `add_weight`, `build`, `call`, and layers inside."""

import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.errors import StateError
from recurra.engine.layer import Layer
from recurra.engine.variable import Variable
from recurra.layers import LSTM, Dense, Input
from tests.engine.said import fixes, problem

X = np.arange(6, dtype="float32").reshape(2, 3)


class Hadamard(Layer):
    def __init__(self, **kwargs):
        super(Hadamard, self).__init__(**kwargs)  # noqa: UP008 - as it was written

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel",
            shape=(1,) + input_shape[1:],  # noqa: RUF005 - as it was written
            initializer="uniform",
            trainable=True,
        )
        super(Hadamard, self).build(input_shape)  # noqa: UP008

    def call(self, x):
        return x * self.kernel

    def compute_output_shape(self, input_shape):
        return input_shape


def paths(layer):
    return [w.path for w in layer.weights]


def own(call=lambda self, x: x, build=None, name="Own", **attributes):
    """A class of layer with that `call` and `build`."""
    if build is not None:
        attributes["build"] = build
    return type(name, (Layer,), {"call": call, **attributes})


# Building ---------------------------------------------------------------------------------------


def test_the_layer_of_question_5():
    layer = Hadamard()
    assert layer(Input((10, 64))).shape == (None, 10, 64)
    assert layer.built and layer.count_params() == 640
    assert (layer.kernel.path, layer.kernel.shape) == ("hadamard/kernel", (1, 10, 64))
    x = np.ones((2, 10, 64), "float32")
    np.testing.assert_array_equal(layer(x), np.broadcast_to(layer.kernel, x.shape))


def test_build_by_hand_and_then_a_call():
    layer = Hadamard()
    layer.build((None, 3))
    assert layer.built and paths(layer) == ["hadamard/kernel"]
    kernel = layer.kernel
    np.testing.assert_array_equal(layer(X), X * kernel.numpy())
    assert layer.kernel is kernel and len(layer.weights) == 1


def test_a_second_build_is_refused():
    layer = Hadamard()
    layer.build((None, 3))
    assert problem(StateError, layer.build, (None, 4)) == (
        "Hadamard 'hadamard' is built already, and `build` makes its weights once."
    )
    assert layer(X).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        (lambda layer: layer(X), (2, 3)),
        (lambda layer: layer(Input((3,))), (None, 3)),
        (lambda layer: layer(Input((None, 5))), (None, None, 5)),
        (lambda layer: layer([X, Input((4,))]), [(2, 3), (None, 4)]),
        (lambda layer: layer({"a": X}), {"a": (2, 3)}),
    ],
)
def test_build_sees_the_shape_with_none_where_it_is_not_known(call, seen):
    shapes = []
    layer = own(build=lambda self, input_shape: shapes.append(input_shape))()
    call(layer)
    call(layer)
    assert shapes == [seen]


def test_build_may_name_the_shapes_of_several_arguments():
    class Two(Layer):
        def build(self, x_shape, y_shape):
            self.seen = x_shape, y_shape

        def call(self, x, y):
            return x

    layer = Two()
    layer(X, y=X[:, :2])
    assert layer.seen == ((2, 3), (2, 2))


def test_without_a_build_a_layer_is_built_by_its_first_call():
    layer = own()()
    assert not layer.built
    layer(X)
    assert layer.built and layer.weights == [] and layer.count_params() == 0


# Layers inside ----------------------------------------------------------------------------------


class Nested(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.own = self.add_weight(name="own", shape=(2,), trainable=False)
        self.many = [Dense(2), {"a": Dense(3, use_bias=False), "b": (LSTM(2),)}]

    def build(self, input_shape):
        self.late = Dense(1, name="late")
        self.gain = self.add_weight("gain", (3,), "ones")
        self.free = Variable([1.0], name="free")

    def call(self, x):
        first, rest = self.many
        y = rest["a"](first(x * self.gain))
        return self.late(rest["b"][0](y[:, None, :])) * self.free


def test_layers_in_attributes_lists_and_dicts_are_found():
    layer = Nested()
    layer(X)
    assert paths(layer) == [
        "nested/gain",
        "free",
        "nested/own",
        "nested/dense/kernel",
        "nested/dense/bias",
        "nested/dense_1/kernel",
        "nested/lstm/lstm_cell/kernel",
        "nested/lstm/lstm_cell/recurrent_kernel",
        "nested/lstm/lstm_cell/bias",
        "nested/late/kernel",
        "nested/late/bias",
    ]
    assert layer.non_trainable_weights == [layer.own]


def test_layers_made_in_call_are_found_if_they_are_kept():
    class Lazy(Layer):
        def call(self, x):
            if not hasattr(self, "inner"):
                self.inner = Dense(2)
            return self.inner(x)

    layer = Lazy()
    layer(X)
    layer(X)
    assert paths(layer) == ["lazy/dense/kernel", "lazy/dense/bias"]


def test_a_shared_layer_counts_once_and_a_circle_ends():
    shared = Dense(2)
    shared(X)
    outer = own()()
    outer.a, outer.b, outer.myself = shared, [shared, {"again": shared}], outer
    shared.parent = outer
    assert outer.weights == shared.weights == [shared.kernel, shared.bias]
    outer.trainable = False
    assert shared.trainable_weights == [] and not shared.trainable


def test_losing_an_attribute_loses_its_weights():
    layer = own()()
    layer.inner = Dense(2)
    layer.inner(X)
    assert len(layer.weights) == 2
    del layer.inner
    assert layer.weights == []


def test_attributes_may_be_set_before_the_constructor_of_layer():
    class Early(Layer):
        def __init__(self, units):
            self.dense = Dense(units)
            super().__init__()

        def call(self, x):
            return self.dense(x)

    assert Early(4)(jnp.asarray(X)).shape == (2, 4)


@pytest.mark.parametrize(
    "use",
    [
        lambda layer: layer(X),
        lambda layer: layer(Input((3,))),
        lambda layer: layer.add_weight("w"),
        lambda layer: layer.name,
        lambda layer: layer.label,
        lambda layer: layer.unit,
    ],
)
def test_a_constructor_that_forgets_super(use):
    class Forgets(Layer):
        def __init__(self):
            self.size = 3

    said = "Forgets: its `__init__` has not called `super().__init__()`."
    assert problem(StateError, use, Forgets()) == said
    assert fixes(StateError, use, Forgets()) == (
        "begin `__init__` with super().__init__(**kwargs)",
    )
