"""`evaluate`, `predict` and the methods for a single batch, against NumPy."""

import itertools

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 3)).astype("float32")
Y = RNG.normal(size=(10, 2)).astype("float32")
W = RNG.normal(size=(3, 2)).astype("float32")
MSE, MAE = ((X @ W - Y) ** 2).mean(), np.abs(X @ W - Y).mean()
CLOSE = {"rtol": 1e-5, "atol": 1e-6}


@pytest.fixture(scope="module")
def model():
    """y = X W, not trained by any test that shares it."""
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2, use_bias=False)])
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])
    model.set_weights([W])
    return model


# evaluate ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 1, 3, 10, 64])
def test_the_mean_over_the_samples_does_not_depend_on_the_batches(model, batch_size):
    found = model.evaluate(X, Y, batch_size=batch_size, verbose=0)
    assert type(found) is list and all(type(v) is float for v in found)
    np.testing.assert_allclose(found, [MSE, MAE, MSE], **CLOSE)


def test_results_by_name_and_their_order(model):
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert list(logs) == model.metrics_names == ["loss", "mae", "mse"]
    np.testing.assert_allclose(list(logs.values()), [MSE, MAE, MSE], **CLOSE)


def test_a_loss_alone_is_a_number():
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2, use_bias=False)])
    model.compile("sgd", "mae")
    model.set_weights([W])
    found = model.evaluate(X, Y, verbose=0)
    assert type(found) is float
    np.testing.assert_allclose(found, MAE, **CLOSE)


def test_sample_weights_in_evaluate(model):
    weights = np.arange(10.0)
    loss, mae, weighted = model.evaluate(X, Y, sample_weight=weights, batch_size=4, verbose=0)
    squares = ((X @ W - Y) ** 2).mean(1)
    np.testing.assert_allclose(loss, (weights * squares).mean(), **CLOSE)
    np.testing.assert_allclose(mae, MAE, **CLOSE)
    np.testing.assert_allclose(weighted, (weights * squares).sum() / weights.sum(), **CLOSE)


def test_evaluate_changes_nothing_and_starts_anew(model):
    first = model.evaluate(X, Y, verbose=0)
    assert model.evaluate(X, Y, verbose=0) == first
    np.testing.assert_array_equal(model.get_weights()[0], W)
    assert int(model.optimizer.iterations) == 0


def test_the_first_batches_alone(model):
    found = model.evaluate(X, Y, batch_size=2, steps=3, verbose=0)
    np.testing.assert_allclose(found[0], ((X[:6] @ W - Y[:6]) ** 2).mean(), **CLOSE)
    predicted = model.predict(X, batch_size=2, steps=3, verbose=0)
    np.testing.assert_allclose(predicted, X[:6] @ W, **CLOSE)


def test_evaluate_from_a_source_of_batches(model):
    batches = [(X[:4], Y[:4]), (X[4:], Y[4:])]
    np.testing.assert_allclose(model.evaluate(batches, verbose=0), [MSE, MAE, MSE], **CLOSE)
    found = model.evaluate(iter(batches * 3), steps=2, verbose=0)
    np.testing.assert_allclose(found, [MSE, MAE, MSE], **CLOSE)


def test_dropout_and_statistics_are_for_training_only():
    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.Dropout(0.9), rc.layers.BatchNormalization(epsilon=1e-12)]
    )
    model.compile("sgd", "mae")
    np.testing.assert_allclose(model.predict(X, verbose=0), X, **CLOSE)
    np.testing.assert_allclose(model.evaluate(X, X, verbose=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(model(X), X, **CLOSE)
    np.testing.assert_array_equal(model.layers[1].moving_mean, np.zeros(3))


# predict -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 1, 3, 10, 64])
def test_predictions_come_in_the_order_of_the_samples(model, batch_size):
    found = model.predict(X, batch_size=batch_size, verbose=0)
    assert isinstance(found, np.ndarray) and found.dtype == np.float32
    np.testing.assert_allclose(found, X @ W, **CLOSE)


def test_predictions_may_be_written_to(model):
    for found in (model.predict(X, verbose=0), model.predict_on_batch(X)):
        found[found < 0] = 0
        assert found.min() == 0
    np.testing.assert_allclose(model.predict(X, verbose=0), X @ W, **CLOSE)


def test_predict_takes_a_source_of_batches(model):
    np.testing.assert_allclose(model.predict([X[:4]], verbose=0), X[:4] @ W, **CLOSE)
    found = model.predict((x for x in (X[:4], X[4:5], X[5:])), verbose=0)
    np.testing.assert_allclose(found, X @ W, **CLOSE)
    endless = itertools.repeat(X[:4])
    assert model.predict(endless, steps=3, verbose=0).shape == (12, 2)


def test_a_call_predict_and_predict_on_batch_agree(model):
    called = model(X)
    np.testing.assert_allclose(np.asarray(called), model.predict(X, verbose=0), **CLOSE)
    np.testing.assert_allclose(model.predict_on_batch(X), called, **CLOSE)
    assert model.predict_on_batch(X[:1]).shape == (1, 2)


def test_sequences_of_any_length_are_predicted_batch_by_batch():
    model = rc.Sequential([rc.Input((None, 1)), rc.layers.GRU(2, return_sequences=True)])
    for steps in (1, 5):
        x = RNG.normal(size=(3, steps, 1))
        assert model.predict(x, verbose=0).shape == (3, steps, 2)


def test_several_outputs_keep_their_structure():
    inputs = rc.Input((3,))
    a, b = rc.layers.Dense(2, name="a")(inputs), rc.layers.Dense(1, name="b")(inputs)
    for outputs in ([a, b], {"one": a, "two": b}):
        found = rc.Model(inputs, outputs).predict(X, batch_size=4, verbose=0)
        assert type(found) is type(outputs)
        shapes = [v.shape for v in (found.values() if isinstance(found, dict) else found)]
        assert shapes == [(10, 2), (10, 1)]
        if isinstance(found, dict):
            assert list(found) == ["one", "two"]


def test_old_predictions_survive_training():
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2)])
    model.compile(rc.optimizers.SGD(0.5), "mse")
    before = model.predict(X, verbose=0)
    kept, called = before.copy(), model(X)
    model.fit(X, Y, verbose=0)
    np.testing.assert_array_equal(before, kept)
    np.testing.assert_allclose(np.asarray(called), kept, **CLOSE)
    assert not np.allclose(model.predict(X, verbose=0), kept)


def test_weights_that_are_set_are_used_at_once(model):
    try:
        model.set_weights([W * 2])
        np.testing.assert_allclose(model.predict(X, verbose=0), 2 * X @ W, **CLOSE)
        np.testing.assert_allclose(
            model.evaluate(X, Y, verbose=0)[1], np.abs(2 * X @ W - Y).mean(), **CLOSE
        )
    finally:
        model.set_weights([W])


# One batch ---------------------------------------------------------------------------------------


def test_train_on_batch_is_one_step():
    model = rc.Sequential([rc.Input((3,)), rc.layers.Dense(2, use_bias=False)])
    model.compile(rc.optimizers.SGD(0.1), "mse", metrics=["mae"])
    model.set_weights([W])
    loss, mae = model.train_on_batch(X, Y)
    np.testing.assert_allclose([loss, mae], [MSE, MAE], **CLOSE)  # before the step
    stepped = W - 0.1 * 2 / Y.size * X.T @ (X @ W - Y)
    np.testing.assert_allclose(model.get_weights()[0], stepped, **CLOSE)
    logs = model.train_on_batch(X[:4], Y[:4], return_dict=True)
    assert list(logs) == ["loss", "mae"]
    np.testing.assert_allclose(logs["mae"], np.abs(X[:4] @ stepped - Y[:4]).mean(), **CLOSE)
    assert int(model.optimizer.iterations) == 2


def test_train_on_batch_with_weights():
    labels = (Y[:, :1] > 0).astype(int)
    weights = np.where(labels[:, 0] == 1, 2.0, 0.5)
    losses, trained = [], []
    for options in ({"class_weight": {0: 0.5, 1: 2.0}}, {"sample_weight": weights}):
        model = rc.Sequential(
            [rc.Input((3,)), rc.layers.Dense(1, "sigmoid", kernel_initializer="zeros")]
        )
        model.compile("sgd", "binary_crossentropy")
        losses.append(model.train_on_batch(X, labels, **options))
        trained.append(model.get_weights()[0])
    np.testing.assert_allclose(losses, [np.log(2) * weights.mean()] * 2, rtol=1e-5)
    np.testing.assert_allclose(trained[0], trained[1], **CLOSE)


def test_test_on_batch(model):
    found = model.test_on_batch(X, Y)
    np.testing.assert_allclose(found, [MSE, MAE, MSE], **CLOSE)
    assert model.test_on_batch(X, Y, return_dict=True)["loss"] == found[0]
    weights = np.arange(10.0)
    weighted = model.test_on_batch(X, Y, sample_weight=weights)[0]
    np.testing.assert_allclose(weighted, (weights * ((X @ W - Y) ** 2).mean(1)).mean(), **CLOSE)


def test_callbacks_in_evaluate_and_predict(model):
    events = []

    class Heard(rc.callbacks.Callback):
        def on_test_begin(self, logs=None):
            events.append("test")

        def on_test_batch_end(self, batch, logs=None):
            events.append(batch)

        def on_test_end(self, logs=None):
            events.append(sorted(logs))

        def on_predict_begin(self, logs=None):
            events.append("predict")

        def on_predict_batch_end(self, batch, logs=None):
            events.append(logs["outputs"].shape)

        def on_predict_end(self, logs=None):
            events.append("done")

    model.evaluate(X, Y, batch_size=5, callbacks=[Heard()], verbose=0)
    model.predict(X, batch_size=6, callbacks=[Heard()], verbose=0)
    assert events == ["test", 0, 1, ["loss", "mae", "mse"], "predict", (6, 2), (4, 2), "done"]
