"""Ctrl-C in the middle of training: the model, its history and its optimizer stay usable."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import recurra as rc

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 5, 2)).astype("float32")
Y = RNG.normal(size=(64, 1)).astype("float32")


def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def new():
    model = rc.Sequential([rc.Input((5, 2)), rc.layers.LSTM(3), rc.layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


@pytest.fixture(scope="module")
def model():
    """One model that is interrupted again and again, and has to go on."""
    return new()


def assert_usable(model, epochs):
    """The finished epochs are in the history, the weights are numbers, and all goes on."""
    assert model.history.epoch == list(range(epochs))
    for values in model.history.history.values():
        assert len(values) == epochs and np.isfinite(values).all()
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert model.predict(X, verbose=0).shape == (64, 1)
    steps = int(model.optimizer.iterations)
    history = model.fit(X, Y, epochs=1, verbose=0)
    assert int(model.optimizer.iterations) == steps + 2
    assert np.isfinite(history.history["loss"]).all()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture(autouse=True)
def pythons_own_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class AtBatch(rc.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == 2 and batch == 0:
            ctrl_c()


class AtEpochEnd(rc.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            ctrl_c()


def test_between_two_batches(model):
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=9, callbacks=[AtBatch()], verbose=0)
    assert_usable(model, 2)


def test_at_the_end_of_an_epoch(model):
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=9, callbacks=[AtEpochEnd()], verbose=0)
    assert_usable(model, 2)


@pytest.mark.parametrize("attempt", range(3))
def test_at_any_moment_of_a_step(model, attempt):
    started = threading.Event()

    class Started(rc.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            started.set()

    def press():
        started.wait(60)
        time.sleep(0.01 + 0.007 * attempt)
        ctrl_c()

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=100_000, callbacks=[Started()], verbose=0)
    thread.join()
    finished = len(model.history.epoch)
    assert finished >= 1
    assert_usable(model, finished)


def test_while_the_step_is_compiled():
    """The step is taken, and then training stops."""

    class Slow(rc.layers.Layer):
        armed, pressed = False, False

        def call(self, x):
            if Slow.armed and not Slow.pressed:
                Slow.pressed = True
                ctrl_c()
            return x

    class Arm(rc.callbacks.Callback):
        def on_train_begin(self, logs=None):
            Slow.armed = True

    model = rc.Sequential([rc.Input((5, 2)), Slow(), rc.layers.SimpleRNN(2), rc.layers.Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=3, callbacks=[Arm()], verbose=0)
    assert Slow.pressed
    assert_usable(model, 0)


def test_in_validation(model):
    class InValidation(rc.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=3, validation_data=(X, Y), callbacks=[InValidation()], verbose=0)
    assert_usable(model, 0)


def test_in_evaluate_predict_and_a_single_step(model):
    class Press(rc.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            ctrl_c()

        def on_predict_batch_end(self, batch, logs=None):
            ctrl_c()

    model.fit(X, Y, verbose=0)
    with pytest.raises(KeyboardInterrupt):
        model.evaluate(X, Y, callbacks=[Press()], verbose=0)
    with pytest.raises(KeyboardInterrupt):
        model.predict(X, callbacks=[Press()], verbose=0)
    assert_usable(model, 1)


def test_in_the_generator_of_the_batches(model):
    def batches():
        yield X, Y
        ctrl_c()
        yield X, Y

    with pytest.raises(KeyboardInterrupt):
        model.fit(batches(), verbose=0)
    assert model.history.epoch == []
    assert np.isfinite(model.predict(X, verbose=0)).all()
    model.fit(X, Y, verbose=0)


def test_an_error_in_a_callback_leaves_a_usable_model_too(model):
    class Fails(rc.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        model.fit(X, Y, epochs=5, callbacks=[Fails()], verbose=0)
    assert_usable(model, 2)


def test_ones_own_handler_is_asked_instead(model):
    heard = []

    def handler(number, frame):
        heard.append(number)
        model.stop_training = True

    signal.signal(signal.SIGINT, handler)
    model.fit(X, Y, epochs=2, verbose=0)
    assert signal.getsignal(signal.SIGINT) is handler and heard == []
    history = model.fit(X, Y, epochs=9, callbacks=[AtEpochEnd()], verbose=0)
    assert heard == [signal.SIGINT] and history.epoch == [0, 1]


def test_twice_in_a_hurry(model):
    class Twice(rc.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, epochs=9, callbacks=[Twice()], verbose=0)
    assert_usable(model, 0)


def test_a_loop_over_train_on_batch_stops(model):
    with pytest.raises(KeyboardInterrupt):
        threading.Timer(0.05, ctrl_c).start()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            model.train_on_batch(X, Y)
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert np.isfinite(model.train_on_batch(X, Y)).all()


def test_training_in_another_thread(model):
    done = []
    thread = threading.Thread(target=lambda: done.append(model.fit(X, Y, verbose=0)))
    thread.start()
    thread.join()
    assert done[0].epoch == [0]


def test_what_was_trained_before_the_interruption_is_kept():
    """Two epochs and a Ctrl-C are worth what two epochs are worth."""
    stopped, whole = new(), new()
    whole.set_weights(stopped.get_weights())
    options = {"shuffle": False, "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(X, Y, epochs=9, callbacks=[AtEpochEnd()], **options)
    whole.fit(X, Y, epochs=2, **options)
    for a, b in zip(stopped.get_weights(), whole.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    for name, values in whole.history.history.items():
        np.testing.assert_allclose(stopped.history.history[name], values, rtol=1e-5)
