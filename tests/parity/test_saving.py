"""Files of weights: what recurra writes the real Keras reads, and the other way round."""

import keras
import numpy as np
import pytest

import recurra

X = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("float32")
Y = np.random.default_rng(1).normal(size=(4, 1)).astype("float32")


def stacked(k):
    L = k.layers
    return k.Sequential([k.Input((5, 3)), L.LSTM(4, return_sequences=True), L.GRU(2), L.Dense(1)])


def bidirectional(k):
    L = k.layers
    return k.Sequential([k.Input((5, 3)), L.Bidirectional(L.LSTM(2)), L.Dense(1)])


def cells(k):
    L = k.layers
    stack = L.StackedRNNCells([L.LSTMCell(2), L.LSTMCell(3), L.GRUCell(2)])
    return k.Sequential([k.Input((5, 3)), L.RNN(stack), L.Dense(1)])


def each_step(k):
    L = k.layers
    layers = [L.TimeDistributed(L.Dense(2)), L.BatchNormalization(), L.Dropout(0.2), L.LSTM(1)]
    return k.Sequential([k.Input((5, 3)), *layers])


def stateful(k):
    L = k.layers
    return k.Sequential([k.Input(batch_shape=(4, 5, 3)), L.LSTM(2, stateful=True), L.Dense(1)])


def shared(k):
    L = k.layers
    a = k.Input((5, 3))
    dense = L.Dense(3)
    b = dense(a) + dense(dense(a)) * 2
    return k.Model(a, L.Dense(1)(L.Concatenate()([L.LSTM(2)(b), L.GRU(2)(a)])))


def nested(k):
    L = k.layers
    inner = k.Sequential([L.Dense(3), L.LSTM(2)])
    i = k.Input((2,))
    head = k.Model(i, L.Dense(1)(L.Dense(4)(i)))
    x = k.Input((5, 3))
    return k.Model(x, head(inner(x)))


def own_classes(k):
    L = k.layers

    class Block(L.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.parts = [L.Dense(3), [L.Dense(3)], L.Dense(3)]
            self.by_name = {"b": L.Dense(3), "a": (L.Dense(3),)}
            self.last = L.Dense(3)
            self._hidden = L.Dense(3)
            self.again = self.parts

        def build(self, input_shape):
            self.count = self.add_weight(name="count", shape=(), trainable=False)
            self.scale = self.add_weight(name="scale", shape=(3,))

        def call(self, x):
            for part in (self.parts[0], self.parts[1][0], self.parts[2], self.by_name["b"]):
                x = part(x)
            x = self.last(self.by_name["a"][0](x))
            return self._hidden(x) * self.scale + self.count

    class Network(k.Model):
        def __init__(self):
            super().__init__()
            self.head = L.Dense(1)
            self.block = Block()
            self.rnn = L.LSTM(2)
            self.inner = k.Sequential([L.Dense(2), L.Dense(2)])

        def call(self, x):
            return self.head(self.inner(self.rnn(self.block(x))))

    model = Network()
    model(X)
    return model


MODELS = [
    stacked,
    bidirectional,
    cells,
    each_step,
    stateful,
    shared,
    nested,
    own_classes,
]


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_weights_go_both_ways(make, tmp_path):
    path = str(tmp_path / "m.weights.h5")
    theirs, ours, back = make(keras), make(recurra), make(keras)
    theirs.set_weights([np.random.default_rng(2).normal(size=w.shape) for w in theirs.weights])
    theirs.save_weights(path)
    ours.load_weights(path)
    expected = np.asarray(theirs(X))
    np.testing.assert_allclose(ours.predict(X, verbose=0), expected, atol=2e-6)
    ours.save_weights(path)
    back.load_weights(path)
    for before, after in zip(theirs.weights, back.weights, strict=True):
        np.testing.assert_array_equal(before, after)


def optimizers(k):
    return {
        "adam": lambda: k.optimizers.Adam(0.01),
        "momentum": lambda: k.optimizers.SGD(0.01, momentum=0.9),
        "rmsprop": lambda: k.optimizers.RMSprop(0.01),
    }


def trained(k, name, weights=None):
    model = stacked(k)
    model.compile(optimizers(k)[name](), "mse")
    if weights is not None:
        model.set_weights(weights)
    return model


@pytest.mark.parametrize("name", optimizers(keras))
def test_training_goes_on_where_it_was(name, tmp_path):
    path = str(tmp_path / "m.weights.h5")
    options = {"batch_size": 4, "epochs": 2, "verbose": 0, "shuffle": False}
    theirs = trained(keras, name)
    theirs.fit(X, Y, **options)
    theirs.save_weights(path)
    ours, back = trained(recurra, name), trained(keras, name)
    ours.load_weights(path)
    expected = theirs.fit(X, Y, **options).history["loss"]
    np.testing.assert_allclose(ours.fit(X, Y, **options).history["loss"], expected, rtol=1e-5)
    ours.save_weights(path)
    back.optimizer.build(back.trainable_variables)
    back.load_weights(path)
    for before, after in zip(theirs.optimizer.variables, back.optimizer.variables, strict=True):
        np.testing.assert_allclose(before, after, rtol=1e-4, atol=1e-7)


def test_files_of_keras_1_and_2_load_by_order_and_by_name(tmp_path):
    from keras.src.legacy.saving.legacy_h5_format import save_model_to_hdf5

    path = str(tmp_path / "model.h5")
    theirs, ours, named = nested(keras), nested(recurra), nested(recurra)
    save_model_to_hdf5(theirs, path)
    ours.load_weights(path)
    np.testing.assert_allclose(ours.predict(X, verbose=0), theirs(X), atol=1e-6)
    for layer, like in zip(named.layers, theirs.layers, strict=True):
        layer.name = like.name
    named.load_weights(path, by_name=True)
    np.testing.assert_array_equal(named.predict(X, verbose=0), ours.predict(X, verbose=0))
