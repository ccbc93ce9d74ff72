"""Names, order, shapes and paths of weights are those of the real Keras."""

import keras
import numpy as np
import pytest

import recurra
from recurra.engine.names import clear_session


def sequential(k):
    L = k.layers
    return k.Sequential([k.Input((5, 3)), L.LSTM(4, return_sequences=True), L.LSTM(2), L.Dense(1)])


def deferred(k):
    model = k.Sequential([k.layers.GRU(4), k.layers.Dense(1), k.layers.Dense(2)])
    model.build((None, 5, 3))
    return model


def every_cell(k):
    L = k.layers
    return k.Sequential(
        [
            k.Input((5, 3)),
            L.SimpleRNN(2, return_sequences=True),
            L.GRU(2, reset_after=False, return_sequences=True),
            L.LSTM(2, use_bias=False),
        ]
    )


def named(k):
    layers = [k.Input((5, 3)), k.layers.LSTM(4, name="memory"), k.layers.Dense(1, name="head")]
    return k.Sequential(layers, name="forecaster")


def branches(k):
    L = k.layers
    a, b = k.Input((5, 3), name="a"), k.Input((5, 3), name="b")
    shared = L.LSTM(4)
    x, y = shared(a), shared(b)
    z = L.Dense(2)(x) + L.Dense(2)(y)
    return k.Model([a, b], [z, L.Dense(1)(z * 2)])


def nested(k):
    L = k.layers
    inner = k.Sequential([L.Dense(3), L.LSTM(2)], name="inner")
    x = k.Input((5, 3))
    i = k.Input((2,))
    head = k.Model(i, L.Dense(2)(L.Dense(4)(i)), name="head")
    return k.Model(x, head(inner(x)), name="whole")


def nested_sequential(k):
    L = k.layers
    return k.Sequential([k.Input((5, 3)), k.Sequential([L.Dense(2), L.Dense(3)]), L.GRU(1)])


def bidirectional(k):
    L = k.layers
    return k.Sequential(
        [
            k.Input((5, 3)),
            L.Bidirectional(L.LSTM(2, return_sequences=True)),
            L.Bidirectional(L.GRU(2)),
        ]
    )


def stacked_cells(k):
    L = k.layers
    cells = L.StackedRNNCells([L.LSTMCell(2), L.GRUCell(3)])
    return k.Sequential([k.Input((5, 3)), L.RNN(cells), L.Dense(1)])


def one_cell(k):
    L = k.layers
    return k.Sequential([k.Input((5, 3)), L.RNN(L.LSTMCell(2), return_state=False)])


def frozen(k):
    model = sequential(k)
    model.layers[0].trainable = False
    return model


def frozen_inside(k):
    model = nested(k)
    model.layers[1].layers[0].trainable = False
    return model


def subclassed(k):
    L = k.layers

    class Network(k.Model):
        def __init__(self):
            super().__init__()
            self.head = L.Dense(1)
            self.memory = L.LSTM(2)
            self.blocks = [L.Dense(3), L.Dense(2)]
            self.named = {"first": L.Dense(2)}

        def call(self, x):
            for block in self.blocks:
                x = block(x)
            return self.head(self.memory(self.named["first"](x)))

    model = Network()
    model(np.ones((2, 5, 3), "float32"))
    return model


def own_layer(k):
    L = k.layers

    class Scale(L.Layer):
        def build(self, input_shape):
            self.count = self.add_weight(name="count", shape=(), trainable=False)
            self.scale = self.add_weight(name="scale", shape=(input_shape[-1],))
            self.inner = L.Dense(2)
            self.inner.build(input_shape)

        def call(self, x):
            return self.inner(x * self.scale)

    return k.Sequential([k.Input((5, 3)), Scale(), Scale(), L.LSTM(1)])


def loose_variables(k):
    class Mix(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.z = k.Variable(np.ones(3, "float32"), name="z")
            self.counts = [k.Variable(np.ones(1, "float32"), name="n", trainable=False)]

        def build(self, input_shape):
            b = self.add_weight(name="b", shape=(3,))
            self.a = self.add_weight(name="a", shape=(3,))
            self.b = b

        def call(self, x):
            return x * self.a + self.b * self.z

    return k.Sequential([k.Input((5, 3)), Mix()])


def time_distributed(k):
    L = k.layers
    layers = [L.TimeDistributed(L.Dense(2)), L.TimeDistributed(L.LSTM(2), name="each")]
    return k.Sequential([k.Input((5, 4, 3)), layers[1], layers[0]])


def statistics(k):
    L = k.layers
    return k.Sequential(
        [k.Input((5, 3)), L.BatchNormalization(), L.LayerNormalization(), L.Dropout(0.5), L.GRU(1)]
    )


def convolutions(k):
    L = k.layers
    return k.Sequential(
        [k.Input((9,)), L.Embedding(7, 3), L.Conv1D(2, 3), L.MaxPooling1D(2), L.Flatten()]
    )


MODELS = [
    sequential,
    deferred,
    every_cell,
    named,
    branches,
    nested,
    nested_sequential,
    bidirectional,
    stacked_cells,
    one_cell,
    frozen,
    frozen_inside,
    subclassed,
    own_layer,
    loose_variables,
    time_distributed,
    statistics,
    convolutions,
]


def both(make):
    keras.backend.clear_session(free_memory=False)
    clear_session()
    return make(keras), make(recurra)


def variables(weights):
    # Keras's seeds of dropout are variables there and none here.
    return [(w.name, w.path, tuple(w.shape)) for w in weights if "seed_generator" not in w.path]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_layers_and_weights_have_keras_names(make):
    theirs, ours = both(make)
    assert [layer.name for layer in ours.layers] == [layer.name for layer in theirs.layers]
    assert variables(ours.weights) == variables(theirs.weights)
    assert variables(ours.trainable_weights) == variables(theirs.trainable_weights)
    assert variables(ours.non_trainable_weights) == variables(theirs.non_trainable_weights)
    assert ours.count_params() == theirs.count_params()
