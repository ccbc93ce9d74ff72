"""Configurations: the real Keras reads ours, we read Keras's, and both compute the same."""

import json

import keras
import numpy as np
import pytest

import recurra
from recurra.models import model_from_json

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")


def stacked(k):
    L = k.layers
    return k.Sequential(
        [k.Input((4, 3)), L.LSTM(2, return_sequences=True), L.GRU(2, dropout=0.1), L.Dense(1)],
        name="stacked",
    )


def wrapped(k):
    L = k.layers
    cells = L.StackedRNNCells([L.LSTMCell(2), L.GRUCell(3)])
    return k.Sequential(
        [
            k.Input((4, 3)),
            L.Bidirectional(L.SimpleRNN(2, return_sequences=True), merge_mode="sum"),
            L.TimeDistributed(L.Dense(3, "relu", kernel_initializer="he_normal")),
            L.RNN(cells),
        ]
    )


def options(k):
    L = k.layers
    return k.Sequential(
        [
            k.Input((4, 3)),
            L.Dense(2, kernel_regularizer=k.regularizers.L2(0.1), kernel_constraint="max_norm"),
            L.Activation("tanh"),
            L.LayerNormalization(),
            L.BatchNormalization(),
            L.Conv1D(2, 2, padding="causal"),
            L.MaxPooling1D(2),
            L.Reshape((4,)),
            L.RepeatVector(3),
            L.Permute((2, 1)),
            L.Masking(),
            L.Flatten(),
        ]
    )


def functional(k):
    L = k.layers
    a, b = k.Input((4, 3), name="a"), k.Input((4, 3), name="b")
    shared = L.Dense(3)
    y = 1 - shared(a)[:, 1:] * 2 + shared(shared(b))[..., :3, :]
    y = y + np.ones((1, 1, 3), "float32")
    out, h, c = L.LSTM(2, return_state=True)(y)
    again = L.LSTM(2)(a, initial_state=[h, c])
    inner = k.Sequential([L.Dense(2), L.Dense(1)])
    i = k.Input((1,))
    head = k.Model(i, L.Dense(2)(i))
    outputs = {"x": L.Concatenate()([out, again]), "y": head(inner(h)), "z": head(inner(c))}
    return k.Model([a, b], outputs)


def functions(k):
    L, ops = k.layers, k.ops
    x = k.Input((4, 3))
    y = ops.concatenate([ops.mean(x, axis=1, keepdims=True), ops.tanh(x) / 2], axis=1)
    y = ops.where(y > 0, y, ops.abs(-y)) ** 2 @ ops.transpose(y, (0, 2, 1))
    y = ops.softmax(ops.reshape(y, (-1, 5, 5)), axis=1)
    return k.Model(x, L.LSTM(2)(ops.relu(y - 0.1) + ops.expand_dims(ops.max(y, axis=1), 1)))


def arguments(model):
    return X if len(model.inputs) == 1 else [X, X[::-1]]


def outputs(model):
    found = model(arguments(model))
    found = found if isinstance(found, dict) else {"": found}
    return {name: np.asarray(value) for name, value in found.items()}


def assert_alike(one, other, tmp_path):
    """With the same weights both compute the same."""
    path = str(tmp_path / "w.weights.h5")
    one.save_weights(path)
    other.load_weights(path)
    assert [layer.name for layer in other.layers] == [layer.name for layer in one.layers]
    before, after = outputs(one), outputs(other)
    assert list(after) == list(before)
    for name, value in before.items():
        np.testing.assert_allclose(after[name], value, atol=2e-6)


MODELS = [stacked, wrapped, options, functional, functions]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
class TestModels:
    def test_our_configuration_makes_our_model(self, make, tmp_path):
        model = make(recurra)
        like = type(model).from_config(model.get_config())
        assert_alike(model, like, tmp_path)
        assert like.get_config() == model.get_config()

    def test_our_json_makes_our_model(self, make, tmp_path):
        model = make(recurra)
        assert_alike(model, model_from_json(model.to_json()), tmp_path)

    def test_the_configuration_of_keras_makes_our_model(self, make, tmp_path):
        theirs = make(keras)
        kind = recurra.Sequential if isinstance(theirs, keras.Sequential) else recurra.Model
        assert_alike(theirs, kind.from_config(theirs.get_config()), tmp_path)

    def test_the_json_of_keras_makes_our_model(self, make, tmp_path):
        theirs = make(keras)
        assert_alike(theirs, model_from_json(theirs.to_json()), tmp_path)

    def test_our_json_makes_the_model_of_keras(self, make, tmp_path):
        model = make(recurra)
        assert_alike(model, keras.models.model_from_json(model.to_json()), tmp_path)

    def test_a_clone_has_the_same_layers_and_weights_of_its_own(self, make, tmp_path):
        model = make(recurra)
        clone = recurra.models.clone_model(model)
        assert not set(clone.weights) & set(model.weights)
        assert_alike(model, clone, tmp_path)


LAYERS = [
    ("Dense", (3,)),
    ("LSTM", (2,)),
    ("GRU", (2,)),
    ("SimpleRNN", (2,)),
    ("Dropout", (0.5,)),
    ("Embedding", (5, 2)),
    ("Conv1D", (2, 3)),
    ("MaxPooling1D", ()),
    ("AveragePooling1D", (2,)),
    ("GlobalMaxPooling1D", ()),
    ("GlobalAveragePooling1D", ()),
    ("BatchNormalization", ()),
    ("LayerNormalization", ()),
    ("Normalization", ()),
    ("Normalization", (1, [1.0, 2.0], [3.0, 4.0], True)),
    ("Masking", ()),
    ("Flatten", ()),
    ("Reshape", ((2, 6),)),
    ("Permute", ((2, 1),)),
    ("RepeatVector", (3,)),
    ("Activation", ("relu",)),
    ("Add", ()),
    ("Multiply", ()),
    ("Concatenate", ()),
    ("LSTMCell", (2,)),
    ("GRUCell", (2,)),
    ("SimpleRNNCell", (2,)),
]


def plain(config):
    """A configuration as JSON has it, without what only Keras writes or what is the default."""
    config = json.loads(json.dumps(config))
    config.pop("dtype", None)
    return {k: v for k, v in config.items() if v is not None}


@pytest.mark.parametrize(("name", "args"), LAYERS, ids=[name for name, _ in LAYERS])
def test_layers_are_configured_alike(name, args):
    theirs = getattr(keras.layers, name)(*args, name="x")
    ours = getattr(recurra.layers, name)(*args, name="x")
    assert plain(type(ours).from_config(theirs.get_config()).get_config()) == plain(
        ours.get_config()
    )
    assert plain(type(theirs).from_config(ours.get_config()).get_config()) == plain(
        theirs.get_config()
    )


def test_a_deferred_sequential_stays_deferred_or_is_built_as_it_was(tmp_path):
    def deferred(k):
        return k.Sequential([k.layers.LSTM(2), k.layers.Dense(1)])

    theirs = deferred(keras)
    assert not recurra.Sequential.from_config(theirs.get_config()).built
    assert not recurra.Sequential.from_config(deferred(recurra).get_config()).built
    theirs.build((None, 4, 3))
    assert_alike(theirs, recurra.Sequential.from_config(theirs.get_config()), tmp_path)


def test_a_functional_model_of_keras_2_is_read():
    layers = [
        {
            "class_name": "InputLayer",
            "config": {"batch_input_shape": [None, 4, 3], "dtype": "float32", "name": "input_1"},
            "name": "input_1",
            "inbound_nodes": [],
        },
        {
            "class_name": "LSTM",
            "config": {"name": "lstm_1", "trainable": True, "units": 2},
            "name": "lstm_1",
            "inbound_nodes": [[["input_1", 0, 0, {}]]],
        },
    ]
    config = {
        "name": "model_1",
        "layers": layers,
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["lstm_1", 0, 0]],
    }
    model = model_from_json(json.dumps({"class_name": "Model", "config": config}))
    assert [layer.name for layer in model.layers] == ["input_1", "lstm_1"]
    assert model(X)[0].shape == (2, 2)
