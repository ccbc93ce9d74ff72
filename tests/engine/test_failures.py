"""A call that fails leaves layers as they were, so that the corrected call works."""

import numpy as np
import pytest

from recurra.engine import names, scope
from recurra.engine.errors import RecurraError, ShapeError
from recurra.engine.layer import Layer
from recurra.layers import LSTM, Dense, Input
from tests.engine.said import problem

X = np.ones((2, 5, 3), "float32")


def check_untouched(layer):
    assert not layer.built
    assert layer.weights == [] and layer.get_weights() == []
    assert names.path_of("x") == "x" and scope.current() is None


def test_a_build_that_fails_half_way():
    class Half(Layer):
        def build(self, input_shape):
            self.first = self.add_weight("first", (3,))
            self.second = self.add_weight("second", (input_shape[1], 2))

        def call(self, x):
            return x * self.first

    layer = Half()
    with pytest.raises(ShapeError):
        layer(Input((None, 3)))
    check_untouched(layer)
    assert not hasattr(layer, "first")
    layer(X)
    assert [w.path for w in layer.weights] == ["half/first", "half/second"]


def test_a_build_by_hand_that_fails():
    layer = Dense(2)
    with pytest.raises(ShapeError):
        layer.build((None, None))
    check_untouched(layer)
    layer.build((None, 3))
    assert layer(X).shape == (2, 5, 2)


def test_a_call_that_fails_after_building():
    """The wrong number of features is found by the second layer, when the first is built for it."""

    class Pair(Layer):
        def __init__(self):
            super().__init__()
            self.first, self.second = Dense(3), Dense(2)
            self.second.build((None, 4))

        def call(self, x):
            return self.second(self.first(x))

    layer = Pair()
    for wrong in (X, Input((5, 3))):
        assert problem(ShapeError, layer, wrong).startswith("Dense 'dense_1' cannot take `inputs`")
        assert not layer.built and not layer.first.built and layer.second.built
        assert layer.weights == layer.second.weights
    layer.first.units = 4
    assert layer(np.ones((2, 7))).shape == (2, 2)
    assert layer.first.kernel.shape == (7, 4)


def test_layers_built_before_are_left_alone():
    layer = Dense(2)
    layer(X)
    kernel = layer.kernel
    with pytest.raises(ShapeError):
        layer(X[..., :2])
    assert layer.built and layer.kernel is kernel and len(layer.weights) == 2
    assert layer(X).shape == (2, 5, 2)


def test_a_failing_first_call_and_then_another_rank():
    layer = LSTM(2)
    for wrong in (np.ones((2, 5)), np.ones((2, 5, 3, 1))):
        with pytest.raises(ShapeError):
            layer(wrong)
        check_untouched(layer)
    assert layer(X).shape == (2, 2)


def test_a_stateful_layer_takes_the_batch_of_the_call_that_works():
    class Checks(Layer):
        def __init__(self):
            super().__init__()
            self.lstm = LSTM(2, stateful=True)

        def call(self, x):
            y = self.lstm(x)
            if x.shape[0] == 3:
                raise ZeroDivisionError
            return y

    layer = Checks()
    with pytest.raises(ZeroDivisionError):
        layer(np.ones((3, 5, 3)))
    assert layer(X).shape == (2, 2)


def test_a_caught_failure_inside_a_call_is_no_failure_of_the_call():
    class Tries(Layer):
        def __init__(self):
            super().__init__()
            self.dense = Dense(2)

        def call(self, x):
            try:
                return self.dense(x[0, 0])
            except RecurraError:
                return self.dense(x)

    layer = Tries()
    assert layer(X).shape == (2, 5, 2)
    assert layer.built and len(layer.weights) == 2


def test_an_interrupted_build_is_taken_back():
    class Slow(Layer):
        def build(self, input_shape):
            self.w = self.add_weight("w", (3,))
            raise KeyboardInterrupt

    layer = Slow()
    with pytest.raises(KeyboardInterrupt):
        layer(X)
    check_untouched(layer)


def test_failures_in_a_graph_record_nothing():
    layer, inputs = Dense(2), Input((5, 3))
    layer(inputs)
    for _ in range(2):
        with pytest.raises(ShapeError):
            layer(Input((5, 4)))
    assert len(layer._nodes) == 1 and layer.input is inputs
