"""What a layer says of its weights, and how they are read, set and frozen."""

import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.layer import Layer
from recurra.layers import Dense
from tests.engine.said import fixes, problem


class Own(Layer):
    def build(self, input_shape):
        self.a = self.add_weight("a", (2,), initializer="zeros")
        self.count = self.add_weight("count", (), dtype="int32", trainable=False)
        self.b = self.add_weight("b", (1, 3), initializer="ones")

    def call(self, x):
        return x


@pytest.fixture
def layer():
    layer = Own()
    layer.build((None, 2))
    return layer


def names(weights):
    return [w.name for w in weights]


def test_trainable_weights_come_first(layer):
    assert names(layer.weights) == names(layer.variables) == ["a", "b", "count"]
    assert names(layer.trainable_weights) == names(layer.trainable_variables) == ["a", "b"]
    assert names(layer.non_trainable_weights) == ["count"]
    assert layer.count_params() == 2 + 3 + 1


def test_get_weights_gives_copies(layer):
    values = layer.get_weights()
    assert [v.shape for v in values] == [(2,), (1, 3), ()]
    values[0][:] = 9
    np.testing.assert_array_equal(layer.a, [0, 0])


def test_set_weights(layer):
    layer.set_weights([[1, 2], np.full((1, 3), 7, "int64"), 5])
    np.testing.assert_array_equal(layer.a, [1, 2])
    np.testing.assert_array_equal(layer.b, [[7, 7, 7]])
    assert (layer.a.dtype, layer.count.dtype, int(layer.count)) == ("float32", "int32", 5)
    layer.set_weights(layer.get_weights())
    layer.set_weights(tuple(layer.weights))


GOOD = [np.ones(2), np.zeros((1, 3)), 3]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (GOOD[:2], "Own 'own' has 3 weights (own/a, own/b, own/count), and 2 arrays were given."),
        ([], "Own 'own' has 3 weights (own/a, own/b, own/count), and 0 arrays were given."),
        (None, "Own 'own': `weights` has to be a list of arrays, not None."),
        (
            [GOOD[0], np.zeros((3, 1)), 3],
            "Own 'own': weight 'own/b' has shape (1, 3), and an array of shape (3, 1) "
            "was given for it.",
        ),
        (
            [*GOOD[:2], np.ones(1)],
            "Own 'own': weight 'own/count' has shape (), and an array of shape (1,) "
            "was given for it.",
        ),
        ([*GOOD[:2], "x"], "an array of numbers is needed, not 'x' (str)."),
    ],
)
def test_a_mistake_in_set_weights_changes_nothing(layer, values, words):
    before = layer.get_weights()
    assert problem(ArgumentError, layer.set_weights, values) == words
    for value, kept in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, kept)


def test_counting_before_there_are_weights():
    assert problem(StateError, Own().count_params) == (
        "Own 'own' has no weights yet: it is not built."
    )
    assert fixes(StateError, Own().count_params) == (
        "call it on data, or give the model an Input first",
    )


def test_freezing_a_layer_freezes_those_inside():
    outer = Own()
    outer.inner = [Dense(2), {"x": Dense(1)}]
    for inner in (outer.inner[0], outer.inner[1]["x"]):
        inner.build((None, 2))
    outer.build((None, 2))
    assert len(outer.trainable_weights) == 6
    outer.trainable = False
    assert outer.trainable_weights == [] and len(outer.non_trainable_weights) == 7
    assert not outer.inner[0].trainable
    outer.inner[0].trainable = True  # alone it is trained, within the frozen one it is not
    assert len(outer.inner[0].trainable_weights) == 2 and outer.trainable_weights == []
    outer.trainable = True
    assert len(outer.trainable_weights) == 6


def test_freezing_one_weight_keeps_the_order(layer):
    layer.a.trainable = False
    assert names(layer.trainable_weights) == ["b"]
    assert names(layer.weights) == ["a", "b", "count"]
    assert names(layer.non_trainable_weights) == ["a", "count"]


def test_a_layer_may_be_made_frozen():
    layer = Own(trainable=False)
    layer.build((None, 2))
    assert layer.trainable_weights == []
    assert problem(ArgumentError, Own, trainable="no") == (
        "Own: trainable='no' (str): True or False is needed."
    )
