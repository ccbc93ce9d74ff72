"""Explanations on data, and of layers inside layers."""

import numpy as np
import pytest

import recurra as rc
from recurra import layers as L
from recurra.engine.errors import ArgumentError, DataError, ShapeError
from tests.explain.story.told import NOTES, section, stacked

# Data ---------------------------------------------------------------------------------------------

DATA = "Your data"


def test_data_are_named_as_the_model_names_them():
    x, y = np.arange(40.0).reshape(2, 20), np.array([0, 1])
    assert section(stacked(), DATA, x, y) == {
        "x": "(samples=2, timesteps=20): 2 samples, each of 20 timesteps, values from 0 to 39",
        "y": "(samples=2,): 2 targets, values from 0 to 1",
    }


def test_several_inputs_and_outputs_are_told_by_number_and_name():
    a, b = rc.Input((4, 2), name="a"), rc.Input((3,), name="b")
    one, two = L.Dense(2, name="one")(b), L.LSTM(1, name="two")(a)
    model = rc.Model([a, b], [one, two])
    told = model.explain([np.ones((5, 4, 2)), np.zeros((5, 3))])
    assert told.sections[0].lines == [
        ("input a", "(batch=None, timesteps=4, features=2)"),
        ("input b", "(batch=None, features=3)"),
        ("output one", "(batch=None, units=2): 2 numbers for each sample"),
        ("output two", "(batch=None, units=1): 1 number for each sample"),
    ]
    assert section(model, DATA, [np.ones((5, 4, 2)), np.zeros((5, 3))]) == {
        "x[0]": "(samples=5, timesteps=4, features=2): 5 samples, each of 4 timesteps with 2 "
        "features, values all 1",
        "x[1]": "(samples=5, features=3): 5 samples, each of 3 features, values all 0",
    }


def test_a_sample_is_followed_through_the_layers_with_their_values():
    model = rc.Sequential([rc.Input((2,)), L.Dense(3, activation="relu", name="first"), L.Dense(1)])
    model.set_weights([np.array([[1, 0, -1], [0, 1, -1]]), [0, 0, 0], np.ones((3, 1)), [0.5]])
    # (1, 2) -> relu(1, 2, -3), and (0, 4) -> relu(0, 4, -4): 3 of 6 are zeros; sums + 0.5
    heading = "A sample on its way, with the values of 2 samples"
    assert section(model, heading, np.array([[1.0, 2.0], [0.0, 4.0]])) == {
        "first": "-> (units=3,): from 0 to 4, 50% zeros",
        "dense": "-> (units=1,): from 3.5 to 4.5, 0% zeros",
    }


def test_only_the_first_samples_are_computed():
    x = np.zeros((40, 20, 1))
    x[32:] = 1e6
    heading = "A sample on its way, with the values of 32 samples"
    assert section(one_layer(), heading, x) == {
        "double": "-> (timesteps=20, features=1): all 0, 100% zeros"
    }


def one_layer():
    return rc.Sequential([rc.Input((20, 1)), L.Lambda(lambda x: 2 * x, name="double")])


def test_a_subclassed_model_is_followed_too():
    class Network(rc.Model):
        def __init__(self):
            super().__init__()
            self.memory, self.head = L.LSTM(3), L.Dense(2)

        def call(self, x):
            return self.head(self.memory(x)) * 0

    told = Network().explain(np.ones((4, 5, 4)))
    headings = [s.heading for s in told.sections]
    assert headings[:3] == [
        "Network 'network': 2 layers, 104 parameters",
        "1. LSTM 'lstm'",
        "2. Dense 'dense'",
    ]
    assert dict(told.sections[2].lines)["out"] == "(batch=None, units=2)"
    assert [label for label, _ in told.sections[-1].lines] == ["lstm", "dense"]


def test_data_that_do_not_fit_are_refused_as_everywhere():
    model = stacked()
    said = []
    for method in (model.predict, model.explain):
        with pytest.raises(ShapeError) as caught:
            method(np.zeros((100, 1, 20)))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert "fix:      X.transpose(0, 2, 1)" in said[1]
    with pytest.raises(DataError, match="holds NaN in 20 of 40 places"):
        model.explain(np.stack([np.full((20, 1), np.nan), np.zeros((20, 1))]))
    with pytest.raises(DataError, match="x has 3, y has 4"):
        model.explain(np.zeros((3, 20, 1)), np.zeros(4))


def test_targets_are_checked_where_the_loss_is_known():
    model = stacked()
    model.compile("sgd", "mse")
    with pytest.raises(ShapeError):
        model.explain(np.zeros((3, 20, 1)), np.zeros((3, 20, 7)))


def test_arguments_that_mean_nothing_are_refused():
    with pytest.raises(ArgumentError) as caught:
        stacked().explain(y=np.zeros(3))
    assert caught.value.problem == "explain: `y` is given, and `x` is missing."
    with pytest.raises(ArgumentError, match="`batch_size`=0: a whole number of at least 1"):
        stacked().explain(batch_size=0)


# Layers inside ------------------------------------------------------------------------------------


def test_layers_inside_models_are_told_below_them():
    inner = rc.Sequential([L.BatchNormalization(name="norm"), L.Dense(2)], name="inner")
    model = rc.Sequential([rc.Input((4, 3)), inner, L.LSTM(1)])
    told = {s.heading: dict(s.lines) for s in model.explain().sections}
    assert list(told)[1:5] == [
        "1. Sequential 'inner'",
        "1.1. BatchNormalization 'norm'",
        "1.2. Dense 'dense'",
        "2. LSTM 'lstm'",
    ]
    # 4 weights of 3; 3 * 2 + 2; of the first, moving mean and variance are not trained
    assert told["1. Sequential 'inner'"]["parameters"] == "12 + 8 = 20"
    fixed = "6 of them non-trainable: the loss does not change them"
    assert told["1.1. BatchNormalization 'norm'"][""] == fixed


def test_layers_that_hold_each_other_are_told_once():
    class Half(L.Layer):
        def __init__(self, other=None, **kwargs):
            super().__init__(**kwargs)
            self.layers, self.other = {"not": "the layers inside"}, other or Half(self)

        def call(self, x):
            return x

    model = rc.Sequential([rc.Input((3,)), Half(name="first")])
    headings = [s.heading for s in model.explain().sections]
    assert headings[1:4] == ["1. Half 'first'", "1.1. Half 'half'", "1.1.1. Half 'first'"]
    assert headings[4] == NOTES


def test_frozen_parameters_are_said_to_be_so():
    model = stacked()
    model.layers[0].trainable = False
    told = [s.lines[-1] for s in model.explain().sections]
    assert told[1] == ("", "all of them non-trainable: the loss does not change them")
    assert told[2] == ("", "gates x (units x (features + units) + biases)")


def test_functions_and_layers_that_are_called_twice():
    x, dense = rc.Input((4, 2)), L.Dense(2, name="shared")
    model = rc.Model(x, dense(dense(x)) * 3)
    told = {s.heading: s.lines for s in model.explain().sections}
    assert [label for label, _ in told["1. Dense 'shared'"]] == [
        *("in (call 1)", "out (call 1)", "in (call 2)", "out (call 2)", "does", "parameters", "")
    ]
    assert dict(told["2. Multiply 'multiply'"]) == {
        "in": "(batch=None, timesteps=4, units=2)",
        "out": "(batch=None, timesteps=4, units=2)",
        "does": "computes shared * 3",
        "parameters": "no parameters",
    }


def test_functions_are_told_as_code(repeatable):
    x, other = rc.Input((4, 2), name="x"), rc.Input((4, 2), name="other")
    last = x[:, -1:, ::2]
    moved = rc.ops.concatenate([x - last, -other], axis=-1)
    model = rc.Model([x, other], rc.ops.where(moved > 0.5, moved / 3.0, np.zeros((4, 4))))
    told = [dict(s.lines).get("does") for s in model.explain().sections]
    assert [t for t in told if t] == [
        "computes x[:, -1:, ::2]",
        "computes x - get_item",
        "computes -other",
        "computes concatenate([subtract, negative], axis=-1)",
        "computes concatenate > 0.5",
        "computes concatenate / 3",
        "computes where(greater, x1=true_divide, x2=an array of shape (4, 4))",
    ]
