"""Names, shapes and configurations of layers."""

import numpy as np
import pytest

from recurra.engine import config
from recurra.engine.arguments import arg, declared
from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.layer import Layer
from recurra.engine.names import clear_session
from recurra.layers import LSTM, Dense, Input
from tests.engine.said import problem

X = np.ones((2, 3), "float32")


class Scale(Layer):
    def __init__(self, factor, offset=0, **kwargs):
        super().__init__(**kwargs)
        self.factor, self.offset = factor, offset

    def call(self, x):
        return x * self.factor + self.offset


class Plain(Layer):
    def call(self, x):
        return x


# Names ------------------------------------------------------------------------------------------


def test_names_count_up_for_each_kind_of_layer():
    class MyHTTPLayer2D(Plain):
        pass

    made = [Plain(), Plain(), LSTM(1), Plain(name="own"), Plain(), MyHTTPLayer2D()]
    assert [layer.name for layer in made] == [
        "plain",
        "plain_1",
        "lstm",
        "own",
        "plain_2",
        "my_http_layer2d",
    ]
    clear_session()
    assert Plain().name == "plain"


def test_how_a_layer_is_called_in_messages():
    layer = Plain(name="p")
    assert layer.label == "Plain 'p'"
    assert repr(layer) == "<Plain name=p, built=False>"


def test_the_line_that_made_it_is_kept():
    layer = Dense(2)
    assert str(layer.origin).endswith("layer = Dense(2)")
    assert str(layer.origin).startswith("test_layer_facts.py:")


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"name": 3}, "Plain: name=3 (int): a string, or None, is needed."),
        (
            {"dtype": "flot32"},
            "Plain: dtype='flot32': 'flot32' is no type of numbers. Did you mean 'float32'?",
        ),
        ({"dtyp": "float32"}, "Plain: there is no argument 'dtyp'. Did you mean 'dtype'?"),
    ],
)
def test_mistakes_in_what_every_layer_takes(kwargs, words):
    assert problem(ArgumentError, lambda: Plain(**kwargs)) == words


@pytest.mark.parametrize("given", ["float16", np.float16, np.dtype("float16"), "f2"])
def test_types_of_numbers_in_any_form(given):
    layer = Plain(dtype=given)
    assert layer.dtype == layer.compute_dtype == layer.variable_dtype == "float16"


def test_the_float_type_of_layers_that_name_none():
    try:
        config.set_floatx("float16")
        assert Plain().compute_dtype == "float16" and Plain(dtype="float32").dtype == "float32"
        with pytest.raises(ArgumentError):
            config.set_floatx("int32")
    finally:
        config.set_floatx("float32")


# Shapes -----------------------------------------------------------------------------------------


def test_shapes_of_the_first_symbolic_call():
    layer, inputs = Dense(4), Input((None, 3))
    outputs = layer(inputs)
    layer(Input((7, 3)))
    assert layer.input is inputs and layer.output is outputs
    assert (layer.input_shape, layer.output_shape) == ((None, None, 3), (None, None, 4))


@pytest.mark.parametrize("what", ["input", "output"])
def test_shapes_before_a_symbolic_call(what):
    layer = Dense(4)
    layer(X)
    words = f"Dense 'dense' has no `{what}`: it was never called on an Input."
    assert problem(StateError, getattr, layer, what) == words
    assert problem(StateError, getattr, layer, f"{what}_shape") == words
    assert not hasattr(layer, "nothing")


def test_compute_output_shape_needs_no_method_of_one_s_own():
    class Ends(Layer):
        def call(self, xs):
            return {"first": xs["a"][:, 0], "sum": xs["a"] + xs["b"]}

    assert Ends().compute_output_shape({"a": (None, 5, 3), "b": (None, 5, 1)}) == {
        "first": (None, 3),
        "sum": (None, 5, 3),
    }
    assert LSTM(2).compute_output_shape((None, None, 3)) == (None, 2)
    assert LSTM(2, return_state=True).compute_output_shape([4, 5, 3]) == ((4, 2),) * 3


def test_compute_output_shape_records_no_call():
    layer = Dense(2)
    layer.compute_output_shape((None, 3))
    with pytest.raises(StateError):
        layer.input
    with pytest.raises(ArgumentError, match="`input_shape` has to be a tuple of sizes"):
        layer.compute_output_shape(3)


def test_what_a_layer_says_of_its_shape_does_not_go_before_what_it_does():
    class Lies(Plain):
        def compute_output_shape(self, input_shape):
            return (None, 7)

    assert Lies()(Input((3,))).shape == (None, 3)


@pytest.mark.parametrize(
    ("kwargs", "declared_shape"),
    [
        ({}, None),
        ({"input_shape": (5, 3)}, (None, 5, 3)),
        ({"input_shape": [3]}, (None, 3)),
        ({"batch_input_shape": (2, 5, 3)}, (2, 5, 3)),
    ],
)
def test_the_shape_that_the_first_layer_of_a_model_states(kwargs, declared_shape):
    layer = Plain(**kwargs)
    assert layer.declared_input_shape == declared_shape
    assert Plain.from_config(layer.get_config()).declared_input_shape == declared_shape


# Configurations ---------------------------------------------------------------------------------


def test_the_arguments_of_a_plain_constructor_are_found():
    layer = Scale(2, offset=1, name="s")
    assert layer.get_config() == {
        "name": "s",
        "trainable": True,
        "dtype": None,
        "factor": 2,
        "offset": 1,
    }
    again = Scale.from_config(layer.get_config())
    np.testing.assert_array_equal(again(X), layer(X))
    assert (again.name, again.factor) == ("s", 2)


def test_a_configuration_of_one_s_own():
    class Own(Scale):
        def get_config(self):
            return {**super().get_config(), "factor": self.factor * 10}

    assert Own(2).get_config()["factor"] == 20


def test_a_constructor_that_takes_no_name():
    class Bare(Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units

        def call(self, x):
            return x

    layer = Bare(3)
    again = Bare.from_config({**layer.get_config(), "name": "given"})
    assert (again.units, again.name) == (3, "given")


def test_arguments_declared_as_ours_are():
    @declared
    class Power(Layer):
        exponent: int = arg(default=2)
        activity_regularizer_of_mine: object = arg(default=None, config=False)

        def call(self, x):
            return x**self.exponent

    layer = Power(3, name="p", activity_regularizer="l2")
    layer_config = layer.get_config()
    assert layer_config["exponent"] == 3 and "activity_regularizer" in layer_config
    again = Power.from_config(layer_config)
    np.testing.assert_array_equal(again(X * 2), X * 8)
    assert again.activity_regularizer.get_config() == layer.activity_regularizer.get_config()
