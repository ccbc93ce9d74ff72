"""Whole models in files: what recurra writes the real Keras reads, and the other way round."""

import keras
import numpy as np
import pytest

import recurra

X = np.random.default_rng(0).normal(size=(8, 5, 3)).astype("float32")
Y = np.random.default_rng(1).normal(size=(8, 1)).astype("float32")
FIT = {"batch_size": 4, "epochs": 2, "verbose": 0, "shuffle": False}


def stacked(k):
    L = k.layers
    layers = [L.LSTM(4, return_sequences=True), L.Bidirectional(L.GRU(2)), L.Dense(1)]
    return k.Sequential([k.Input((5, 3)), *layers], name="stacked")


def normalized(k):
    L = k.layers
    layers = [L.TimeDistributed(L.Dense(2, "relu")), L.BatchNormalization(), L.SimpleRNN(2)]
    return k.Sequential([k.Input((5, 3)), *layers, L.Dense(1, kernel_regularizer="l2")])


def functional(k):
    L = k.layers
    x = k.Input((5, 3), name="x")
    dense = L.Dense(3)
    y = dense(x) + dense(dense(x)) * 2
    _, h, c = L.LSTM(2, return_state=True)(y)
    return k.Model(x, L.Dense(1)(L.Concatenate()([h, c, k.ops.mean(x, axis=1)])))


def nested(k):
    L = k.layers
    inner = k.Sequential([L.Dense(3), L.LSTM(2)], name="inner")
    i = k.Input((2,))
    head = k.Model(i, L.Dense(1)(L.Dense(4)(i)), name="head")
    x = k.Input((5, 3))
    return k.Model(x, head(inner(x)))


WAYS = [(keras, recurra), (recurra, keras)]
MODELS = [stacked, normalized, functional, nested]


def compiled(k, make, optimizer):
    model = make(k)
    metrics = ["mae", k.metrics.RootMeanSquaredError(name="off")]
    model.compile(optimizer(k), k.losses.Huber(), metrics=metrics)
    return model


OPTIMIZERS = {
    "adam": lambda k: k.optimizers.Adam(0.01, clipnorm=1.0),
    "momentum": lambda k: k.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "schedule": lambda k: k.optimizers.RMSprop(
        k.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5)
    ),
    "named": lambda k: "adamw",
    "collecting": lambda k: k.optimizers.Nadam(0.01, gradient_accumulation_steps=2),
}


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
@pytest.mark.parametrize(("one", "other"), WAYS, ids=["theirs", "ours"])
class TestModels:
    def test_predictions_are_equal(self, make, one, other, tmp_path):
        path = str(tmp_path / "m.keras")
        model = make(one)
        model.save(path)
        like = other.models.load_model(path)
        np.testing.assert_allclose(
            like.predict(X, verbose=0), model.predict(X, verbose=0), atol=2e-6
        )
        assert [layer.name for layer in like.layers] == [layer.name for layer in model.layers]
        assert like.name == model.name and type(like).__name__ in (
            "Sequential",
            "Functional",
            "Model",
        )

    def test_training_goes_on_with_equal_losses(self, make, one, other, tmp_path):
        path = str(tmp_path / "m.keras")
        model = compiled(one, make, OPTIMIZERS["adam"])
        model.fit(X, Y, **FIT)
        model.save(path)
        like = other.models.load_model(path)
        expected, found = model.fit(X, Y, **FIT).history, like.fit(X, Y, **FIT).history
        assert found.keys() == expected.keys()
        for name, values in expected.items():
            np.testing.assert_allclose(found[name], values, rtol=2e-5, err_msg=name)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(("one", "other"), WAYS, ids=["theirs", "ours"])
class TestOptimizers:
    def test_the_state_comes_along(self, name, one, other, tmp_path):
        path = str(tmp_path / "m.keras")
        model = compiled(one, stacked, OPTIMIZERS[name])
        model.fit(X, Y, **FIT)
        model.save(path)
        like = other.models.load_model(path)
        assert type(like.optimizer).__name__ == type(model.optimizer).__name__
        for a, b in zip(model.optimizer.variables, like.optimizer.variables, strict=True):
            np.testing.assert_array_equal(a, b)
        expected, found = model.fit(X, Y, **FIT).history, like.fit(X, Y, **FIT).history
        np.testing.assert_allclose(found["loss"], expected["loss"], rtol=2e-5)

    def test_a_model_that_was_not_trained_begins_alike(self, name, one, other, tmp_path, recwarn):
        path = str(tmp_path / "m.keras")
        model = compiled(one, stacked, OPTIMIZERS[name])
        model.save(path)
        like = other.models.load_model(path)
        assert [str(w.message) for w in recwarn if "optimizer" in str(w.message)] == []
        expected, found = model.fit(X, Y, **FIT).history, like.fit(X, Y, **FIT).history
        np.testing.assert_allclose(found["loss"], expected["loss"], rtol=2e-5)


def several_outputs(k):
    L = k.layers
    a, b = k.Input((5, 3), name="a"), k.Input((5, 3), name="b")
    h = L.GRU(3)(L.Concatenate()([a, b]))
    return k.Model({"a": a, "b": b}, {"p": L.Dense(1, name="p")(h), "q": L.Dense(2, name="q")(h)})


@pytest.mark.parametrize(("one", "other"), WAYS, ids=["theirs", "ours"])
def test_losses_and_metrics_of_several_outputs(one, other, tmp_path):
    path = str(tmp_path / "m.keras")
    model = several_outputs(one)
    model.compile(
        "sgd",
        loss={"p": "mse", "q": one.losses.MeanAbsoluteError()},
        loss_weights={"p": 1.0, "q": 0.5},
        metrics={"p": ["mae"], "q": [one.metrics.MeanSquaredError(), "mape"]},
    )
    model.save(path)
    like = other.models.load_model(path)
    x, y = {"a": X, "b": X[::-1]}, {"p": Y, "q": np.hstack([Y, -Y])}
    expected = model.evaluate(x, y, verbose=0, return_dict=True)
    found = like.evaluate(x, y, verbose=0, return_dict=True)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, err_msg=name)


def own_classes(k):
    class Scale(k.layers.Layer):
        def __init__(self, factor, **kwargs):
            super().__init__(**kwargs)
            self.factor, self.inner = factor, k.layers.Dense(2)

        def call(self, x):
            return self.inner(x) * self.factor

    class Network(k.Model):
        def __init__(self, units=2, **kwargs):
            super().__init__(**kwargs)
            self.rnn, self.head = k.layers.LSTM(units), k.layers.Dense(1)

        def get_config(self):  # Keras keeps the arguments of layers by itself, not those of models
            return {**super().get_config(), "units": self.rnn.units}

        def call(self, x):
            return self.head(self.rnn(x))

    def squares(y_true, y_pred):
        return k.ops.mean(k.ops.square(y_true - y_pred), axis=-1)

    return {"Scale": Scale, "Network": Network, "squares": squares}


@pytest.mark.parametrize(("one", "other"), WAYS, ids=["theirs", "ours"])
def test_the_users_own_layers_and_losses(one, other, tmp_path):
    path = str(tmp_path / "m.keras")
    own, theirs = own_classes(one), own_classes(other)
    layers = [own["Scale"](2.0), one.layers.LSTM(2), one.layers.Dense(1)]
    model = one.Sequential([one.Input((5, 3)), *layers])
    model.compile("adam", own["squares"], metrics=[own["squares"]])
    model.save(path)
    like = other.models.load_model(path, custom_objects=theirs)
    expected, found = model.fit(X, Y, **FIT).history, like.fit(X, Y, **FIT).history
    assert found.keys() == expected.keys()
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=2e-5)


@pytest.mark.parametrize(("one", "other"), WAYS, ids=["theirs", "ours"])
def test_a_subclassed_model(one, other, tmp_path):
    path = str(tmp_path / "m.keras")
    model = own_classes(one)["Network"](3)
    model.compile("adam", "mse")
    model.fit(X, Y, **FIT)
    model.save(path)
    like = other.models.load_model(path, custom_objects=own_classes(other))
    expected, found = model.fit(X, Y, **FIT).history, like.fit(X, Y, **FIT).history
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=2e-5)


@pytest.mark.parametrize("make", [stacked, normalized, nested], ids=lambda make: make.__name__)
def test_models_in_files_of_the_old_format(make, tmp_path):
    from keras.src.legacy.saving.legacy_h5_format import save_model_to_hdf5

    path = str(tmp_path / "m.h5")
    theirs = compiled(keras, make, OPTIMIZERS["adam"])
    theirs.fit(X, Y, **FIT)
    save_model_to_hdf5(theirs, path)
    with pytest.warns(UserWarning, match="the optimizer's state in a file of Keras 2 is not read"):
        ours = recurra.models.load_model(path)
    expected = theirs.evaluate(X, Y, verbose=0, return_dict=True)
    found = ours.evaluate(X, Y, verbose=0, return_dict=True)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-5, err_msg=name)
