import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.layer import Layer
from recurra.layers import Input
from tests.engine.said import fixes, problem


class Own(Layer):
    pass


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (("k", (3,)), {}),
        (((3,), "k"), {}),
        (("k", [3]), {}),
        (("k",), {"shape": (3,)}),
        (((3,),), {"name": "k"}),
        (("k", (3,), "float32", "ones"), {}),  # the order of Keras 2
        (((3,), "ones"), {"name": "k"}),  # the order of Keras 3
        ((), {"name": "k", "shape": (np.int64(3),)}),
        ((), {"name": "k", "shape": (3,), "autocast": False, "aggregation": "mean"}),
    ],
)
def test_name_and_shape_in_any_order(args, kwargs):
    weight = Own().add_weight(*args, **kwargs)
    assert (weight.path, weight.shape, weight.dtype) == ("own/k", (3,), "float32")
    if "ones" in args:
        np.testing.assert_array_equal(weight, [1, 1, 1])


def test_what_a_weight_is_by_default():
    layer = Own()
    assert layer.add_weight().shape == ()
    assert layer.add_weight().path == "own/variable"
    assert layer.add_weight("n", (2,), dtype="int32").numpy().tolist() == [0, 0]
    wide = layer.add_weight("w", (100, 100))
    assert 0 < np.abs(wide.numpy()).max() <= np.sqrt(6 / 200)  # Glorot uniform
    assert Own(dtype="float16").add_weight("h", (2,)).dtype == "float16"


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"nmae": "k"}, "Own 'own': add_weight has no 'nmae'. Did you mean 'name'?"),
        ({"foo": 1}, "Own 'own': add_weight has no 'foo'."),
        ({"name": 3}, "Own 'own': the name of a weight has to be text, not 3."),
        ({"dtype": "flot32"}, "'flot32' is no type of numbers. Did you mean 'float32'?"),
        (
            {"initializer": "zeross"},
            "there is no initializer 'zeross'. Did you mean 'zeros'?",
        ),
        (
            {"shape": (2.5,)},
            "`shape`=(2.5,): each size has to be a whole number or None, not 2.5.",
        ),
    ],
)
def test_mistakes_in_add_weight(kwargs, words):
    layer = Own()
    assert problem(ArgumentError, lambda: layer.add_weight(**kwargs)) == words
    assert layer.weights == []


def test_a_weight_with_an_unknown_axis():
    class Broken(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=input_shape)

    layer, inputs = Broken(), Input((16,))
    assert problem(ShapeError, layer, inputs) == (
        "Broken 'broken': the weight 'kernel' was asked for with shape (None, 16), "
        "and axis 0 is not known."
    )
    assert fixes(ShapeError, layer, inputs) == (
        "self.add_weight('kernel', shape=(1,) + input_shape[1:])  # one weight for each position, "
        "(1, 16), the same for every sample: one for each sample would be of no use for other "
        "samples",
    )


def test_a_weight_for_unknown_features_is_told_another_fix():
    class OwnDense(Layer):
        def build(self, input_shape):
            self.add_weight("kernel", (input_shape[-1], 2))

    assert fixes(ShapeError, OwnDense(), Input((3, None))) == (
        "Input((20, 1)) states every size but the batch's",
    )
