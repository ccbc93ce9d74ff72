"""Callbacks with a real model, and the order in which they are called."""

import numpy as np

import recurra as rc
from tests.training.line import X, Y, descend, line

# Callbacks ---------------------------------------------------------------------------------------


class Recorder(rc.callbacks.Callback):
    """Writes down the events in order."""

    def __init__(self):
        super().__init__()
        self.events = []

    def on_train_begin(self, logs=None):
        self.events.append("train")

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(f"epoch {epoch}")

    def on_train_batch_end(self, batch, logs=None):
        self.events.append((batch, sorted(logs)))

    def on_test_end(self, logs=None):
        self.events.append("tested")

    def on_epoch_end(self, epoch, logs=None):
        self.events.append(f"end {epoch}")

    def on_train_end(self, logs=None):
        self.events.append("done")


def test_callbacks_hear_of_everything_in_order():
    recorder = Recorder()
    model = line(metrics=["mae"])
    model.fit(X, Y, batch_size=5, epochs=2, validation_data=(X, Y), callbacks=[recorder], verbose=0)
    logs = ["loss", "mae"]
    epoch = [(0, logs), (1, logs), "tested"]
    assert recorder.events == [
        "train",
        *["epoch 0", *epoch, "end 0"],
        *["epoch 1", *epoch, "end 1"],
        "done",
    ]
    assert recorder.model is model
    assert recorder.params["epochs"] == 2 and recorder.params["steps"] == 2


def test_a_single_callback_needs_no_list():
    recorder = Recorder()
    line().fit(X, Y, callbacks=recorder, verbose=0)
    assert recorder.events[0] == "train"


def test_batches_are_the_same_whether_a_callback_watches_them_or_not():
    watched, alone = line("adam"), line("adam")
    a = watched.fit(
        X, Y, batch_size=4, epochs=3, shuffle=False, callbacks=[Recorder()], verbose=0
    ).history
    b = alone.fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    np.testing.assert_allclose(a["loss"], b["loss"], rtol=1e-6)
    np.testing.assert_allclose(watched.get_weights()[0], alone.get_weights()[0], rtol=1e-6)


def test_early_stopping_brings_back_the_best_weights():
    model = line(rc.optimizers.SGD(0.0))
    steps = iter([3.0, 1.0, 2.0, 2.0, 2.0, 2.0])  # the first weight of each epoch

    def move(epoch, logs):
        model.set_weights([np.full((3, 1), next(steps))])

    x, y = np.ones((4, 3)), np.zeros(4)  # the loss is (3 w)**2
    history = model.fit(
        x,
        y,
        epochs=6,
        verbose=0,
        callbacks=[
            rc.callbacks.LambdaCallback(on_epoch_begin=move),
            rc.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True),
        ],
    )
    np.testing.assert_allclose(history.history["loss"], [81, 9, 36, 36], rtol=1e-6)
    np.testing.assert_array_equal(model.get_weights()[0], np.ones((3, 1)))
    assert model.stop_training


def test_a_callback_stops_training_and_the_next_fit_starts_again():
    class Stop(rc.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    model = line()
    assert model.fit(X, Y, epochs=9, callbacks=[Stop()], verbose=0).epoch == [0, 1]
    assert model.fit(X, Y, epochs=3, verbose=0).epoch == [0, 1, 2]


def test_a_checkpoint_holds_the_weights_of_its_epoch(tmp_path):
    model = line()
    saved = tmp_path / "at_{epoch}.weights.h5"
    taken = []
    model.fit(
        X,
        Y,
        epochs=2,
        verbose=0,
        callbacks=[
            rc.callbacks.LambdaCallback(
                on_epoch_end=lambda e, logs: taken.append(model.get_weights())
            ),
            rc.callbacks.ModelCheckpoint(str(saved), save_weights_only=True),
        ],
    )
    for k in (1, 2):
        fresh = line()
        fresh.load_weights(tmp_path / f"at_{k}.weights.h5")
        np.testing.assert_array_equal(fresh.get_weights()[0], taken[k - 1][0])


def test_a_schedule_by_epoch_sets_the_rate_before_the_epoch():
    model = line()
    w = np.zeros((3, 1))
    for rate in (0.1, 0.05):
        w, _ = descend(w, X, Y, 10, rate=rate)
    schedule = rc.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
    history = model.fit(
        X, Y, batch_size=10, epochs=2, shuffle=False, callbacks=[schedule], verbose=0
    ).history
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-5)
    np.testing.assert_allclose(history["learning_rate"], [0.1, 0.05], rtol=1e-6)


def test_the_rate_is_reduced_where_the_loss_stays():
    model = line(rc.optimizers.SGD(0.5))
    x = np.zeros((4, 3))  # no gradient, so the loss stays
    reduce = rc.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_lr=0.01)
    model.fit(x, np.ones(4), epochs=4, callbacks=[reduce], verbose=0)
    np.testing.assert_allclose(float(model.optimizer.learning_rate), 0.01, rtol=1e-6)
