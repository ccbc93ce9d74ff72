"""30 steps of training against the real Keras: losses of every step and the weights at the end."""

import keras
import numpy as np
import pytest

import recurra as rc
from tests.parity.training import assert_weights_agree, curves, twins

RNG = np.random.default_rng(1)
X = RNG.normal(size=(40, 6, 3)).astype("float32")
IDS = RNG.integers(1, 9, size=(40, 6))
IDS[:, 4:] *= RNG.integers(0, 2, size=(40, 2))  # zeros are padding
Y1 = (X.sum((1, 2)) > 0).astype("float32")
YS = X[:, :, :1] * 0.5 + X[:, :, 1:2] ** 2

# 30 steps of float32 in two orders of summation: differences grow along the way.
LOSSES = {"rtol": 2e-4, "atol": 1e-6}
WEIGHTS = {"rtol": 5e-3, "atol": 5e-4}


def sequential(*layers):
    """A builder from functions that make layers of a library."""
    return lambda k: k.Sequential([k.Input((6, 3)), *(make(k.layers) for make in layers)])


def one(k):
    return k.Dense(1, activation="sigmoid")


MODELS = {
    "SimpleRNN": sequential(lambda k: k.SimpleRNN(5), one),
    "LSTM": sequential(lambda k: k.LSTM(5), one),
    "GRU": sequential(lambda k: k.GRU(5), one),
    "GRU reset before": sequential(lambda k: k.GRU(5, reset_after=False), one),
    "LSTM regularised": sequential(
        lambda k: k.LSTM(
            5,
            kernel_regularizer="l2",
            recurrent_regularizer="l1",
            bias_regularizer="l2",
            activity_regularizer="l2",
            kernel_constraint="max_norm",
            recurrent_constraint="unit_norm",
        ),
        one,
    ),
    "stacked": sequential(
        lambda k: k.LSTM(4, return_sequences=True),
        lambda k: k.GRU(4, go_backwards=True, return_sequences=True),
        lambda k: k.SimpleRNN(3),
        one,
    ),
    "Bidirectional": sequential(
        lambda k: k.Bidirectional(k.LSTM(3, return_sequences=True), merge_mode="sum"),
        lambda k: k.Bidirectional(k.GRU(3)),
        one,
    ),
    "RNN of stacked cells": sequential(
        lambda k: k.RNN(k.StackedRNNCells([k.LSTMCell(4), k.GRUCell(3)])), one
    ),
    "Masking": sequential(lambda k: k.Masking(), lambda k: k.LSTM(4), one),
    "Conv1D": sequential(
        lambda k: k.Conv1D(6, 3, padding="causal", activation="relu", dilation_rate=2),
        lambda k: k.MaxPooling1D(2),
        lambda k: k.Conv1D(4, 2, strides=1, padding="same"),
        lambda k: k.GlobalAveragePooling1D(),
        one,
    ),
    "norms": sequential(
        # no bias: a normalization takes it away, so its gradient is rounding, which Adam blows up
        lambda k: k.Dense(6, use_bias=False),
        lambda k: k.BatchNormalization(),
        lambda k: k.LayerNormalization(),
        lambda k: k.AveragePooling1D(2),
        lambda k: k.Flatten(),
        one,
    ),
    "shapes": sequential(
        lambda k: k.Permute((2, 1)),
        lambda k: k.Reshape((6, 3)),
        lambda k: k.TimeDistributed(k.Dense(4, activation="tanh")),
        lambda k: k.GlobalMaxPooling1D(),
        lambda k: k.RepeatVector(3),
        lambda k: k.LSTM(3),
        one,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_models(name):
    models = twins(MODELS[name])
    mine, theirs = curves(
        models, X, Y1, lambda k: {"optimizer": "adam", "loss": "binary_crossentropy"}
    )
    np.testing.assert_allclose(mine, theirs, **LOSSES)
    assert_weights_agree(models, **WEIGHTS)


def test_embedding_with_masked_zeros():
    def build(k):
        return k.Sequential(
            [
                k.Input((6,), dtype="int32"),
                k.layers.Embedding(9, 4, mask_zero=True),
                k.layers.LSTM(4, return_sequences=True),
                k.layers.LSTM(3),
                k.layers.Dense(1, activation="sigmoid"),
            ]
        )

    models = twins(build)
    mine, theirs = curves(
        models, IDS, Y1, lambda k: {"optimizer": "adam", "loss": "binary_crossentropy"}
    )
    np.testing.assert_allclose(mine, theirs, **LOSSES)
    assert_weights_agree(models, **WEIGHTS)


def test_several_inputs_and_outputs():
    def build(k):
        a, b = k.Input((6, 3), name="a"), k.Input((6, 3), name="b")
        shared = k.layers.LSTM(4, return_sequences=True)
        x = k.layers.Concatenate()([shared(a), shared(b)])
        last = k.layers.Dense(1, activation="sigmoid", name="last")(k.layers.GRU(3)(x))
        every = k.layers.Dense(1, name="every")(x * 2.0 + 1.0)
        return k.Model([a, b], [last, every])

    def how(k):
        return {
            "optimizer": "rmsprop",
            "loss": {"last": "binary_crossentropy", "every": "mse"},
            "loss_weights": {"last": 1.0, "every": 0.3},
        }

    models = twins(build)
    mine, theirs = curves(models, [X, X[::-1].copy()], [Y1, YS], how)
    np.testing.assert_allclose(mine, theirs, **LOSSES)
    assert_weights_agree(models, **WEIGHTS)


# test_optimizers.py has every optimizer and setting; here they train a recurrence.
OPTIMIZERS = {
    "nesterov": lambda k: k.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda k: k.optimizers.RMSprop(0.01),
    "adamw": lambda k: k.optimizers.AdamW(0.01, weight_decay=0.05),
    "clipnorm": lambda k: k.optimizers.Adam(0.01, clipnorm=0.05),
    "schedule": lambda k: k.optimizers.SGD(
        k.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5), momentum=0.9
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    models = twins(sequential(lambda k: k.GRU(4), one))
    mine, theirs = curves(
        models, X, Y1, lambda k: {"optimizer": OPTIMIZERS[name](k), "loss": "binary_crossentropy"}
    )
    np.testing.assert_allclose(mine, theirs, **LOSSES)
    assert_weights_agree(models, **WEIGHTS)


LABELS = RNG.integers(0, 3, size=40)
HEADS = {
    "mse": (1, None, X[:, -1, :1]),
    "mae": (1, None, X[:, -1, :1]),
    "huber": (1, None, 3 * X[:, -1, :1]),
    "binary_crossentropy": (1, "sigmoid", Y1),
    "categorical_crossentropy": (3, "softmax", np.eye(3, dtype="float32")[LABELS]),
    "sparse_categorical_crossentropy": (3, "softmax", LABELS),
    "binary logits": (1, None, Y1),
    "categorical logits": (3, None, np.eye(3, dtype="float32")[LABELS]),
    "sparse logits": (3, None, LABELS),
}
LOGITS = {
    "binary logits": lambda k: k.losses.BinaryCrossentropy(from_logits=True),
    "categorical logits": lambda k: k.losses.CategoricalCrossentropy(from_logits=True),
    "sparse logits": lambda k: k.losses.SparseCategoricalCrossentropy(from_logits=True),
}


@pytest.mark.parametrize("name", HEADS)
def test_losses(name):
    units, activation, y = HEADS[name]
    models = twins(
        sequential(lambda k: k.SimpleRNN(4), lambda k: k.Dense(units, activation=activation))
    )
    mine, theirs = curves(
        models,
        X,
        y,
        lambda k: {"optimizer": "adam", "loss": LOGITS[name](k) if name in LOGITS else name},
    )
    np.testing.assert_allclose(mine, theirs, **LOSSES)
    assert_weights_agree(models, **WEIGHTS)


@pytest.mark.parametrize("rows", (40, 37))  # 37: the last batch has 5 rows
def test_fit_with_a_short_last_batch_weights_and_validation(rows):
    models = twins(sequential(lambda k: k.LSTM(4), one))
    weights = RNG.random(rows).astype("float32")
    logs = []
    for model in models:
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy", "mae"])
        history = model.fit(
            X[:rows],
            Y1[:rows],
            batch_size=8,
            epochs=3,
            shuffle=False,
            sample_weight=weights,
            validation_split=0.2,
            verbose=0,
        )
        logs.append(history.history)
    assert set(logs[0]) == set(logs[1])
    for key in logs[0]:
        np.testing.assert_allclose(logs[0][key], logs[1][key], rtol=2e-4, err_msg=key)
    assert_weights_agree(models, **WEIGHTS)


def test_fit_where_a_batch_statistic_forbids_padding():
    models = twins(sequential(lambda k: k.Flatten(), lambda k: k.BatchNormalization(), one))
    for model in models:
        model.compile(optimizer="sgd", loss="binary_crossentropy")
        model.fit(X[:37], Y1[:37], batch_size=8, epochs=2, shuffle=False, verbose=0)
    assert_weights_agree(models, **WEIGHTS)


def test_class_weights_and_masks_in_the_loss():
    def build(k):
        return k.Sequential(
            [
                k.Input((6, 3)),
                k.layers.Masking(),
                k.layers.LSTM(4, return_sequences=True),
                k.layers.Dense(1),
            ]
        )

    x = X.copy()
    x[::2, 3:] = 0  # masked
    models = twins(build)
    mine, theirs = curves(models, x, YS, lambda k: {"optimizer": "adam", "loss": "mse"})
    np.testing.assert_allclose(mine, theirs, **LOSSES)

    models = twins(sequential(lambda k: k.SimpleRNN(3), one))
    histories = []
    for model in models:
        model.compile(optimizer="sgd", loss="binary_crossentropy")
        history = model.fit(
            X, Y1, batch_size=8, epochs=2, shuffle=False, class_weight={0: 0.3, 1: 2.0}, verbose=0
        )
        histories.append(history.history["loss"])
    np.testing.assert_allclose(*histories, rtol=2e-4)


def test_evaluate_and_predict():
    models = twins(sequential(lambda k: k.LSTM(4), one))
    results, outputs = [], []
    for model in models:
        model.compile(loss="binary_crossentropy", metrics=["accuracy", rc_or_keras(model).AUC()])
        results.append(model.evaluate(X[:37], Y1[:37], batch_size=8, verbose=0))
        outputs.append(model.predict(X[:37], batch_size=8, verbose=0))
    np.testing.assert_allclose(*results, rtol=1e-5)
    np.testing.assert_allclose(*outputs, rtol=1e-5, atol=1e-6)


def rc_or_keras(model):
    return rc.metrics if isinstance(model, rc.Model) else keras.metrics
