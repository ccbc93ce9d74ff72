"""`fit` as issue 4 promises it: by hand where a step can be written down in NumPy."""

import numpy as np
import pytest

import recurra as rc
from tests.training.line import RNG, X, Y, descend, line

# Steps -------------------------------------------------------------------------------------------


def test_an_epoch_is_gradient_descent_over_its_batches_the_short_one_too():
    model, w = line(), np.zeros((3, 1))
    history = model.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    losses = []
    for _ in range(2):
        w, loss = descend(w, X, Y, 4)  # batches of 4, 4 and 2
        losses.append(loss)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-5)
    np.testing.assert_allclose(history.history["loss"], losses, rtol=1e-5)


def test_batches_hold_32_samples_where_nothing_is_said():
    x, y = RNG.normal(size=(70, 3)), RNG.normal(size=70)
    model = line()
    history = model.fit(x, y, shuffle=False, verbose=0)
    w, loss = descend(np.zeros((3, 1)), x, y[:, None], 32)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-4)
    np.testing.assert_allclose(history.history["loss"], [loss], rtol=1e-5)
    assert history.params["steps"] == 3


def test_two_fits_go_on_where_one_long_fit_would_be():
    def run(*epochs):
        model = line("adam")  # its moments and its count of steps have to be kept
        for n in epochs:
            model.fit(X, Y, batch_size=4, epochs=n, shuffle=False, verbose=0)
        return model.get_weights()[0], int(model.optimizer.iterations)

    (once, steps), (twice, as_many) = run(4), run(1, 3)
    assert steps == as_many == 12
    np.testing.assert_allclose(once, twice, rtol=1e-6)


def test_compiling_again_keeps_the_weights_and_starts_the_optimizer_anew():
    model = line("adam")
    model.fit(X, Y, epochs=2, verbose=0)
    before = model.get_weights()[0]
    model.compile("adam", "mae", metrics=["mse"])
    np.testing.assert_array_equal(model.get_weights()[0], before)
    assert int(model.optimizer.iterations) == 0
    assert list(model.fit(X, Y, verbose=0).history) == ["loss", "mse"]
    assert int(model.optimizer.iterations) == 1


def test_a_learning_rate_that_is_set_is_used_from_the_next_step_on():
    model = line()
    model.fit(X, Y, batch_size=10, verbose=0)
    w = model.get_weights()[0]
    model.optimizer.learning_rate = 0.0
    model.fit(X, Y, batch_size=10, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], w)
    model.optimizer.learning_rate = 0.5
    model.fit(X, Y, batch_size=10, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], descend(w, X, Y, 10, rate=0.5)[0], rtol=1e-5)


def test_fit_compiles_its_step_once():
    traces = []

    class Seen(rc.layers.Layer):
        def call(self, x):
            traces.append(x.shape)
            return x

    def traced(epochs):
        model = rc.Sequential([rc.Input((3,)), Seen(), rc.layers.Dense(1)])
        model.compile("sgd", "mse")
        del traces[:]
        model.fit(X[:8], Y[:8], batch_size=4, epochs=epochs, verbose=0)
        return len(traces)

    first = traced(2)
    assert first == traced(5)
    model = rc.Sequential([rc.Input((3,)), Seen(), rc.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X[:8], Y[:8], batch_size=4, verbose=0)
    del traces[:]
    model.fit(X[:8], Y[:8], batch_size=4, verbose=0)
    model.set_weights([w * 2 for w in model.get_weights()])
    model.fit(X[:8] + 1, Y[:8], batch_size=4, epochs=3, verbose=0)
    assert traces == []


# Order -------------------------------------------------------------------------------------------


def orders(epochs, seed=None, **fit):
    """The sample numbers in the order in which the epochs took them."""
    seen = []

    class Watched(rc.Sequential):
        def train_step(self, data):
            seen.extend(np.asarray(data[0])[:, 0].astype(int).tolist())
            return super().train_step(data)

    if seed is not None:
        rc.utils.set_random_seed(seed)
    model = Watched([rc.Input((1,)), rc.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.arange(12.0)[:, None] / 1
    model.fit(x, x * 0, batch_size=4, epochs=epochs, verbose=0, **fit)
    return np.array(seen).reshape(epochs, 12).tolist()


def test_shuffling_takes_every_sample_once_in_an_order_of_its_own_each_epoch():
    first, second = orders(2)
    assert sorted(first) == sorted(second) == list(range(12))
    assert first != list(range(12)) and second != list(range(12)) and first != second


def test_without_shuffling_samples_come_as_they_are():
    assert orders(2, shuffle=False) == [list(range(12))] * 2


def test_the_seed_decides_the_order():
    assert orders(2, seed=3) == orders(2, seed=3)
    assert orders(1, seed=3) != orders(1, seed=4)


def test_the_seed_decides_everything_that_training_draws():
    def weights(seed):
        rc.utils.set_random_seed(seed)
        model = rc.Sequential([rc.Input((3,)), rc.layers.Dropout(0.5), rc.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(X, Y, batch_size=4, epochs=2, verbose=0)
        return np.concatenate([w.ravel() for w in model.get_weights()])

    first = weights(1)
    np.testing.assert_array_equal(first, weights(1))
    assert np.abs(first - weights(2)).max() > 1e-3


# Padding of the last batch -----------------------------------------------------------------------


def test_batch_normalization_sees_the_real_rows_of_a_short_batch():
    model = rc.Sequential([rc.Input((3,)), rc.layers.BatchNormalization(momentum=0.5)])
    model.compile(rc.optimizers.SGD(0.0), "mse")
    model.fit(X, X, batch_size=4, shuffle=False, verbose=0)
    mean = np.zeros(3)
    for k in (0, 4, 8):  # moving = 0.5 moving + 0.5 mean of the batch; the last has 2 rows
        mean = 0.5 * mean + 0.5 * X[k : k + 4].mean(0)
    np.testing.assert_allclose(model.layers[0].moving_mean, mean, rtol=1e-5)


def test_an_own_layer_and_an_own_loss_see_the_real_rows_of_a_short_batch():
    class Centred(rc.layers.Layer):
        def call(self, x):
            return x - rc.ops.mean(x, axis=0, keepdims=True)

    def spread(y, pred):  # one number a batch, from all its rows
        return rc.ops.sum(rc.ops.square(y - pred)) / y.shape[0]

    def expected(centre):
        parts = [X[k : k + 4] for k in (0, 4, 8)]
        parts = [p - p.mean(0) if centre else p for p in parts]
        return sum(len(p) * (p**2).sum() / len(p) for p in parts) / len(X)

    own_layer = rc.Sequential([rc.Input((3,)), Centred()])
    own_layer.compile("sgd", "mse")
    got = own_layer.fit(X, X * 0, batch_size=4, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(got, [expected(True) / 3], rtol=1e-5)

    own_loss = rc.Sequential([rc.Input((3,)), rc.layers.Activation("linear")])
    own_loss.compile("sgd", spread)
    got = own_loss.fit(X, X * 0, batch_size=4, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(got, [expected(False)], rtol=1e-5)
    np.testing.assert_allclose(
        own_loss.evaluate(X, X * 0, batch_size=4, verbose=0), expected(False), rtol=1e-5
    )


# Weights of samples ------------------------------------------------------------------------------


def test_a_sample_weight_multiplies_the_sample_and_the_mean_is_over_all():
    weights = np.array([0, 1, 2, 3, 0.5, 1, 1, 0, 4, 1])
    model = line()
    history = model.fit(X, Y, sample_weight=weights, batch_size=4, shuffle=False, verbose=0)
    w, loss = descend(np.zeros((3, 1)), X, Y, 4, weights)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-5)
    np.testing.assert_allclose(history.history["loss"], [loss], rtol=1e-5)


def test_a_class_weight_is_the_sample_weight_of_the_class():
    labels = (Y > 0).astype(int)
    by_class, by_sample = line(), line()
    a = by_class.fit(X, labels, class_weight={0: 0.5, 1: 3.0}, shuffle=False, verbose=0)
    weights = np.where(labels[:, 0] == 1, 3.0, 0.5)
    b = by_sample.fit(X, labels, sample_weight=weights, shuffle=False, verbose=0)
    assert a.history == b.history
    np.testing.assert_array_equal(by_class.get_weights()[0], by_sample.get_weights()[0])


def test_class_weights_are_for_training_and_sample_weights_for_validation_too():
    labels, weights = (Y > 0).astype("float32"), np.arange(10.0)
    options = {"validation_split": 0.5, "verbose": 0}
    unmoved = rc.optimizers.SGD(0.0)
    by_class = line(unmoved).fit(X, labels, class_weight={0: 0.5, 1: 3.0}, **options).history
    np.testing.assert_allclose(by_class["loss"], [3 * labels[:5].mean()], rtol=1e-5)
    np.testing.assert_allclose(by_class["val_loss"], [labels[5:].mean()], rtol=1e-5)
    unmoved = rc.optimizers.SGD(0.0)
    by_sample = line(unmoved).fit(X, labels, sample_weight=weights, **options).history
    expected = (weights * labels[:, 0])[5:].mean()
    np.testing.assert_allclose(by_sample["val_loss"], [expected], rtol=1e-5)


def test_a_class_weight_reads_one_hot_rows_too():
    model = rc.Sequential(
        [rc.Input((3,)), rc.layers.Dense(2, activation="softmax", kernel_initializer="zeros")]
    )
    model.compile(rc.optimizers.SGD(0.0), "categorical_crossentropy")
    labels = np.array([0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    got = model.fit(X, np.eye(2)[labels], class_weight={0: 1.0, 1: 5.0}, verbose=0)
    # every probability is 1/2, so each sample loses log 2 times its weight
    np.testing.assert_allclose(got.history["loss"], [np.log(2) * (7 + 15) / 10], rtol=1e-5)


@pytest.mark.parametrize(
    ("outputs", "activation", "loss"),
    [
        (2, "softmax", "sparse_categorical_crossentropy"),
        (2, "softmax", "categorical_crossentropy"),
        (1, "sigmoid", "binary_crossentropy"),
    ],
)
def test_a_class_weight_weighs_each_timestep_where_each_has_a_label(outputs, activation, loss):
    model = rc.Sequential(
        [rc.Input((4, 3)), rc.layers.Dense(outputs, activation, kernel_initializer="zeros")]
    )
    model.compile(rc.optimizers.SGD(0.0), loss)
    labels = np.array([[0, 1, 1, 0], [0, 0, 0, 1]])  # 5 zeros and 3 ones
    y = np.eye(2)[labels] if loss.startswith("categorical") else labels
    options = {"class_weight": {0: 1.0, 1: 5.0}, "verbose": 0}
    got = model.fit(np.ones((2, 4, 3)), y, **options).history["loss"]
    # every probability is 1/2, so each timestep loses log 2 times its weight
    np.testing.assert_allclose(got, [np.log(2) * (5 + 3 * 5) / 8], rtol=1e-5)
    both = model.fit(np.ones((2, 4, 3)), y, sample_weight=np.array([1.0, 2.0]), **options)
    expected = np.log(2) * (12 + 2 * 8) / 8  # rows of 1+5+5+1 and 1+1+1+5
    np.testing.assert_allclose(both.history["loss"], [expected], rtol=1e-5)


def test_a_sample_weight_may_be_given_for_each_timestep():
    x, y = RNG.normal(size=(6, 4, 2)), RNG.normal(size=(6, 4, 1))
    weights = RNG.integers(0, 3, size=(6, 4)).astype("float32")
    model = rc.Sequential(
        [rc.Input((4, 2)), rc.layers.Dense(1, kernel_initializer="zeros", use_bias=False)]
    )
    model.compile(rc.optimizers.SGD(0.0), "mse", metrics=["mse"], weighted_metrics=["mae"])
    history = model.fit(x, y, sample_weight=weights, batch_size=4, shuffle=False, verbose=0).history
    loss = [(weights[k : k + 4, :, None] * y[k : k + 4] ** 2).mean() for k in (0, 4)]
    np.testing.assert_allclose(history["loss"], [(4 * loss[0] + 2 * loss[1]) / 6], rtol=1e-5)
    np.testing.assert_allclose(history["mse"], [(y**2).mean()], rtol=1e-5)
    weighted = (weights * np.abs(y[..., 0])).sum() / weights.sum()
    np.testing.assert_allclose(history["mae"], [weighted], rtol=1e-5)


# What comes back ---------------------------------------------------------------------------------


def test_the_history_holds_every_epoch_of_every_measure_in_order():
    model = line(metrics=["mae", rc.metrics.MeanSquaredError(name="square")])
    assert model.history is None
    history = model.fit(X, Y, epochs=3, validation_data=(X[:4], Y[:4]), verbose=0)
    assert model.history is history
    assert history.epoch == [0, 1, 2]
    assert list(history.history) == ["loss", "mae", "square", "val_loss", "val_mae", "val_square"]
    assert all(len(v) == 3 for v in history.history.values())
    assert all(type(v) is float for v in history.history["val_mae"])
    assert history.history["loss"][2] < history.history["loss"][0]


def test_measures_start_anew_each_epoch_and_validation_does_not_mix_in():
    model = line(rc.optimizers.SGD(0.0), metrics=["mae"])
    history = model.fit(
        X, Y, batch_size=4, epochs=2, validation_data=(X[:3], 10 * Y[:3]), verbose=0
    ).history
    np.testing.assert_allclose(history["mae"], [np.abs(Y).mean()] * 2, rtol=1e-5)
    np.testing.assert_allclose(history["val_mae"], [10 * np.abs(Y[:3]).mean()] * 2, rtol=1e-5)
    np.testing.assert_allclose(history["val_loss"], [100 * (Y[:3] ** 2).mean()] * 2, rtol=1e-5)


def test_the_initial_epoch_is_the_number_of_epochs_already_done():
    history = line().fit(X, Y, initial_epoch=2, epochs=5, verbose=0)
    assert history.epoch == [2, 3, 4] and len(history.history["loss"]) == 3


def test_validation_may_come_at_every_so_many_epochs():
    history = (
        line().fit(X, Y, epochs=5, validation_data=(X, Y), validation_freq=2, verbose=0).history
    )
    assert len(history["loss"]) == 5 and len(history["val_loss"]) == 2


def test_a_split_holds_out_the_last_samples_before_any_shuffling():
    model = line(rc.optimizers.SGD(0.0))
    history = model.fit(X, Y, validation_split=0.3, verbose=0).history
    np.testing.assert_allclose(history["loss"], [(Y[:7] ** 2).mean()], rtol=1e-5)
    np.testing.assert_allclose(history["val_loss"], [(Y[7:] ** 2).mean()], rtol=1e-5)


def test_validation_weights_and_batch_size():
    weights = np.arange(10.0)
    history = (
        line(rc.optimizers.SGD(0.0))
        .fit(X, Y, validation_data=(X, Y, weights), validation_batch_size=3, verbose=0)
        .history
    )
    np.testing.assert_allclose(history["val_loss"], [(weights[:, None] * Y**2).mean()], rtol=1e-5)


# What is printed ---------------------------------------------------------------------------------


def test_nothing_is_printed_with_verbose_0(capsys):
    model = line()
    model.fit(X, Y, validation_data=(X, Y), verbose=0)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbose", [2, "auto"])
def test_one_line_is_printed_an_epoch_where_there_is_no_terminal(capsys, verbose):
    line(metrics=["mae"]).fit(X, Y, epochs=3, validation_data=(X, Y), verbose=verbose)
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 3
    for k, text in enumerate(out):
        assert f"Epoch {k + 1}/3" in text
        for name in (" loss: ", " mae: ", " val_loss: ", " val_mae: "):
            assert name in text


# Kinds of data -----------------------------------------------------------------------------------


def test_lists_whole_numbers_and_numpy_numbers_are_taken():
    model = line()
    history = model.fit(
        X.tolist(), Y.ravel().tolist(), epochs=np.int64(2), batch_size=np.int32(5), verbose=0
    )
    assert history.epoch == [0, 1]
    model.fit(np.arange(12).reshape(4, 3), [1, 0, 1, 0], verbose=0)
    model.fit([(1, 2, 3), (4, 5, 6)], [np.float64(1.0), np.float64(0.5)], verbose=0)
    model.fit(X > 0, Y > 0, verbose=0)
    assert np.isfinite(model.get_weights()[0]).all()


@pytest.mark.parametrize("dtype", [">f4", ">f8", "float16", ">i2", "uint64"])
def test_numbers_of_any_kind_are_taken(dtype):
    """NetCDF files, for example, hold numbers with their bytes the other way round."""
    x = np.arange(12).reshape(4, 3).astype(dtype)
    model = line()
    model.set_weights([np.ones((3, 1))])
    expected = np.arange(12).reshape(4, 3).sum(1, keepdims=True)
    np.testing.assert_allclose(model.predict(x, verbose=0), expected)
    np.testing.assert_allclose(model(x), expected)
    np.testing.assert_allclose(model.evaluate(x, expected.astype(dtype), verbose=0), 0, atol=1e-9)


def test_an_array_is_not_written_to():
    x, y = X.astype("float64"), Y.copy()
    kept = x.copy(), y.copy()
    line().fit(x, y, epochs=2, verbose=0)
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_the_first_batches_alone_are_taken_with_steps_per_epoch():
    model = line()
    model.fit(X, Y, batch_size=4, steps_per_epoch=1, shuffle=False, verbose=0)
    w, _ = descend(np.zeros((3, 1)), X[:4], Y[:4], 4)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-5)


def test_an_lstm_learns_what_the_first_step_said():
    rc.utils.set_random_seed(0)
    x = RNG.choice([-1.0, 1.0], size=(64, 5, 1))
    model = rc.Sequential([rc.Input((5, 1)), rc.layers.LSTM(6), rc.layers.Dense(1)])
    model.compile(rc.optimizers.Adam(0.05), "mse")
    history = model.fit(x, x[:, 0, 0], batch_size=16, epochs=40, verbose=0).history["loss"]
    assert history[-1] < 0.05 < 0.5 < history[0]
