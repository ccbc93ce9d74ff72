import json
import subprocess
import sys

import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import ArgumentError
from recurra.models import clone_model, model_from_json

X = np.ones((2, 4, 3), "float32")


class Scale(rc.Layer):
    """A layer whose constructor takes neither a name nor `**kwargs`."""

    def __init__(self, factor=2.0):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return x * self.factor


class Block(rc.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = rc.layers.Dense(units)

    def call(self, x):
        return self.dense(x)


def own():
    return rc.Sequential([rc.Input((4, 3)), Scale(3.0), Block(2, name="block")], name="own")


OBJECTS = {"Scale": Scale, "Block": Block}


def test_layers_of_ones_own_come_back_through_custom_objects():
    model = own()
    like = model_from_json(model.to_json(), OBJECTS)
    assert [type(layer) for layer in like.layers] == [Scale, Block]
    assert like.layers[0].factor == 3.0
    assert [layer.name for layer in like.layers] == [layer.name for layer in model.layers]
    assert rc.Sequential.from_config(model.get_config(), OBJECTS).layers[0].factor == 3.0
    with rc.saving.custom_object_scope(OBJECTS):
        assert type(rc.Sequential.from_config(model.get_config()).layers[1]) is Block


def test_a_layer_of_ones_own_has_to_be_handed_over():
    with pytest.raises(ArgumentError) as caught:
        model_from_json(own().to_json())
    assert caught.value.problem == (
        f"'Scale' is a class of your own, of {__name__}; a file holds its name, not its code."
    )
    assert caught.value.fixes[0] == "custom_objects={'Scale': Scale}"


def test_a_configuration_is_not_changed_by_reading_it():
    x = rc.Input((4, 3))
    config = rc.Model(x, rc.layers.LSTM(2)(x)).get_config()
    before = json.dumps(config)
    rc.Model.from_config(config)
    assert json.dumps(config) == before


def test_a_subclassed_model_is_made_by_its_own_constructor():
    class Network(rc.Model):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.dense = rc.layers.Dense(units)

        def call(self, x):
            return self.dense(x)

    model = Network(3, name="net")
    assert model.get_config()["units"] == 3
    like = Network.from_config(model.get_config())
    assert like.name == "net" and like(X).shape == (2, 4, 3)


def test_an_explicit_training_argument_is_kept():
    x = rc.Input((4, 3))
    model = rc.Model(x, rc.layers.Dropout(0.5)(x, training=False))
    node = model.get_config()["layers"][1]["inbound_nodes"][0]
    assert node["kwargs"] == {"training": False}
    like = rc.Model.from_config(model.get_config())
    np.testing.assert_array_equal(like(X, training=True), X)


def test_a_part_of_another_model_becomes_a_model():
    x = rc.Input((4, 3))
    middle = rc.layers.Dense(2)(x)
    part = rc.Model(middle, rc.layers.LSTM(1)(middle))
    like = rc.Model.from_config(part.get_config())
    like.set_weights(part.get_weights())
    np.testing.assert_array_equal(like(X[..., :2]), part(X[..., :2]))


X3 = np.arange(24, dtype="float32").reshape(2, 4, 3) / 8 - 1
FUNCTIONS = {
    "arithmetic": lambda x: (2 - x) / 3 + x**2 % 0.7 - -x // 2,
    "comparison": lambda x: rc.ops.cast((x > 0) & ~(x >= 0.5) | (x == -1), "float32"),
    "whole numbers": lambda x: rc.ops.cast(x * 8, "int32") & 6 ^ 3,
    "logical": lambda x: rc.ops.logical_and(rc.ops.cast(x * 8, "int32"), 6),
    "index": lambda x: x[:, ::2, ..., -1] + x[:, 1, None, 0],
    "reduction": lambda x: rc.ops.mean(x, axis=1) + rc.ops.max(x, axis=(1,)),
    "shape": lambda x: rc.ops.expand_dims(rc.ops.reshape(x, (-1, 12)), 1),
    "list": lambda x: rc.ops.concatenate([x, rc.ops.swapaxes(x[:, :3], 1, 2)], axis=1),
    "activation": lambda x: rc.ops.softmax(rc.ops.leaky_relu(x, 0.3), axis=1),
    "product": lambda x: rc.ops.einsum("bij,bkj->bik", x, x) @ x,
    "choice": lambda x: rc.ops.where(x > 0, x, 0.0) + rc.ops.clip(x, -0.5, 0.5),
    "several": lambda x: rc.ops.split(x, 2, axis=1)[1],
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_in_the_graph_come_back(name):
    x = rc.Input((4, 3))
    model = rc.Model(x, FUNCTIONS[name](x))
    like = model_from_json(model.to_json())
    assert [o.name for o in like._graph.operations] == [o.name for o in model._graph.operations]
    np.testing.assert_array_equal(like(X3), model(X3))


# What cannot be written --------------------------------------------------------------------------


def test_a_variable_in_a_call_cannot_be_written():
    rc.utils.clear_session()
    x = rc.Input((3,))
    model = rc.Model(x, x * rc.Variable(np.ones(3), name="scale"))
    with pytest.raises(ArgumentError) as caught:
        model.get_config()
    assert caught.value.problem == (
        "the call of Multiply 'multiply' has the variable 'scale' among its arguments, which a "
        "configuration cannot hold."
    )


def test_what_json_cannot_hold_is_named():
    class Odd(rc.Layer):
        def get_config(self):
            return {**super().get_config(), "what": {1, 2}}

        def call(self, x):
            return x

    with pytest.raises(ArgumentError) as caught:
        rc.Sequential([rc.Input((3,)), Odd()]).to_json()
    assert caught.value.problem == (
        "Odd 'odd': its argument `what` is {1, 2} (set), which no file can hold."
    )


# Configurations that are damaged or were made to do harm ------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "model_from_json: this is no JSON"),
        ("[1]", "model_from_json: this JSON is no configuration of a model."),
        ("[" * 100000, "model_from_json: this is no JSON"),
        ("{}", "a configuration of a layer needs a `class_name`"),
        ('{"class_name": "LSTN", "config": {}}', "there is no layer 'LSTN'. Did you mean 'LSTM'?"),
        (
            '{"class_name": "system", "module": "os", "config": "ls", "registered_name": "system"}',
            "'system' is a class of your own, of os; a file holds its name, not its code.",
        ),
        (
            '{"class_name": "Sequential", "config": {"layers": 3}}',
            "`layers` has to be a list of layers' configurations",
        ),
        (
            '{"class_name": "Sequential", "config": {"layers": [3]}}',
            "`layers` has to be a list of layers' configurations",
        ),
    ],
)
def test_text_that_is_no_model_is_refused(text, problem):
    with pytest.raises(ArgumentError) as caught:
        model_from_json(text)
    assert caught.value.problem.startswith(problem)


def graph(change):
    """A model's configuration with something changed."""
    x = rc.Input((4, 3), name="x")
    y = rc.layers.Dense(2, name="d")(x) * 2
    config = rc.Model(x, y).get_config()
    config = json.loads(json.dumps(config))
    layers = {data["name"]: data for data in config["layers"]}
    change(config, layers, layers["d"]["inbound_nodes"][0])
    return config


def loop(config, layers, call):
    name = config["output_layers"][0]
    call["args"][0]["config"]["keras_history"] = [name, 0, 0]


def unknown_layer(config, layers, call):
    call["args"][0]["config"]["keras_history"] = ["y", 0, 0]


def no_place(config, layers, call):
    call["args"][0]["config"]["keras_history"] = {"x": 1}


def no_such_output(config, layers, call):
    config["output_layers"] = ["d", 0, 5]


def negative(config, layers, call):
    config["output_layers"] = ["d", -1, 0]


def unknown_operation(config, layers, call):
    layers[config["output_layers"][0]]["class_name"] = "Eval"


def code(config, layers, call):
    call["kwargs"]["x"] = {"class_name": "__lambda__", "config": {"value": "..."}}


def objects(config, layers, call):
    config_ = {"value": [1], "dtype": "object"}
    call["kwargs"]["x"] = {"class_name": "__tensor__", "config": config_}


def twice(config, layers, call):
    config["layers"].append(layers["d"])


def no_layer(config, layers, call):
    layers["d"]["class_name"] = "relu"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (loop, "the configuration's layers d, multiply wait for each other: it has a loop or "),
        (unknown_layer, "the configuration has no layer 'y' that others are called on."),
        (no_place, "the configuration names a tensor as {'x': 1}."),
        (no_such_output, "layer 'd' has 1 outputs and not 6."),
        (negative, "the configuration names a tensor as ['d', -1, 0]."),
        (unknown_operation, "the configuration has an operation 'Eval'"),
        (code, "a configuration with '__lambda__' among a call's arguments is not read."),
        (objects, "a configuration with '__tensor__' among a call's arguments is not read."),
        (twice, "the configuration has two layers named 'd'."),
        (no_layer, "there is no layer 'relu'"),
    ],
)
def test_damaged_graphs_are_refused(change, problem):
    rc.utils.clear_session()
    with pytest.raises(ArgumentError) as caught:
        rc.Model.from_config(graph(change))
    assert caught.value.problem.startswith(problem)


# Clones ------------------------------------------------------------------------------------------


def test_layers_of_ones_own_are_cloned_without_being_handed_over():
    clone = clone_model(own())
    assert [type(layer) for layer in clone.layers] == [Scale, Block]
    assert clone.layers[0].factor == 3.0 and clone.name == "own"


def test_a_clone_can_stand_on_other_inputs_and_have_other_layers():
    model = rc.Sequential([rc.Input((4, 3)), rc.layers.LSTM(2, name="rnn")])

    def change(layer):
        return type(layer).from_config({**layer.get_config(), "units": 5})

    clone = clone_model(model, rc.Input((7, 3)), change)
    assert clone.output_shape == (None, 5) and clone.input_shape == (None, 7, 3)


def test_the_inputs_of_a_clone_are_symbolic():
    with pytest.raises(ArgumentError) as caught:
        clone_model(own(), X)
    assert caught.value.problem == (
        "clone_model: `input_tensors` has to hold symbolic tensors from Input."
    )


@pytest.mark.parametrize(
    ("version", "at_minus_one"),
    # Keras 1 and 2 computed clip(0.2 x + 0.5), Keras 3 computes clip(x / 6 + 0.5)
    [("1.2.2", 0.3), ("2.2.4", 0.3), ("2.15.0", 0.3), ("3.0.0", 1 / 3), (None, 1 / 3)],
)
def test_hard_sigmoid_means_what_it_meant_to_the_keras_that_wrote_it(version, at_minus_one):
    config = {"units": 2, "recurrent_activation": "hard_sigmoid", "batch_input_shape": [None, 3, 1]}
    layers = [{"class_name": "LSTM", "config": config}]
    saved = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    saved |= {"keras_version": version} if version else {}
    layer = model_from_json(json.dumps(saved)).layers[0]
    value = layer.recurrent_activation(np.array([-1.0], "float32"))
    np.testing.assert_allclose(np.asarray(value), [at_minus_one], rtol=1e-6)


def test_the_old_hard_sigmoid_is_known_to_a_process_that_did_not_meet_it():
    code = (
        "import recurra as rc\n"
        "f = rc.layers.LSTM(2, recurrent_activation='hard_sigmoid_keras1').recurrent_activation\n"
        "print(float(f(-1.0)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert round(float(run.stdout), 6) == 0.3  # 0.2 * -1 + 0.5
