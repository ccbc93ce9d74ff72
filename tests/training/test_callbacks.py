"""The list of callbacks, the history, and what callbacks refuse."""

import numpy as np
import pytest

from recurra import callbacks
from recurra.engine.errors import ArgumentError
from recurra.training.callbacks.terminate_on_nan import LossError
from tests.training.hooks import losses, run

# The list and the history ------------------------------------------------------------------------


def test_hooks_in_order():
    seen = []
    hooks = [h for h in vars(callbacks.Callback) if h.startswith("on_")]
    told = {h: lambda *args, h=h: seen.append((h, args)) for h in hooks}
    del told["on_batch_begin"], told["on_batch_end"]
    run(callbacks.LambdaCallback(**told), losses(0.5), batches=1)
    assert seen == [
        ("on_train_begin", ({},)),
        ("on_epoch_begin", (0, {})),
        ("on_train_batch_begin", (0, {})),
        ("on_train_batch_end", (0, {"loss": 0.5})),
        ("on_epoch_end", (0, {"loss": 0.5})),
        ("on_train_end", ({},)),
    ]


def test_on_batch_end_is_called_for_batches_of_training():
    class Old(callbacks.Callback):
        def __init__(self):  # without super().__init__(), as many are written
            self.seen = []

        def on_batch_end(self, batch, logs=None):
            self.seen.append((batch, logs["loss"]))

    old = Old()
    run([old], losses(0.5), batches=2)
    assert old.seen == [(0, 0.5), (1, 0.5)]


@pytest.mark.parametrize(
    ("hook", "needed"),
    [
        ("on_epoch_end", (False, False, False)),
        ("on_batch_begin", (True, False, False)),
        ("on_train_batch_end", (True, False, False)),
        ("on_test_batch_end", (False, True, False)),
        ("on_predict_batch_begin", (False, False, True)),
    ],
)
def test_whether_batches_are_needed(hook, needed):
    def needs(callback):
        calls = callbacks.CallbackList([[callback], callbacks.EarlyStopping()])
        return calls.needs_batches, calls.needs_test_batches, calls.needs_predict_batches

    own = type("Own", (callbacks.Callback,), {hook: lambda self, *args: None})
    assert needs(own()) == needed
    assert needs(callbacks.LambdaCallback(**{hook: lambda *args: None})) == needed
    assert needs(callbacks.CallbackList([own()])) == needed


def test_no_callback_here_needs_batches_unless_asked():
    quiet = [
        callbacks.EarlyStopping(),
        callbacks.ModelCheckpoint("x.keras"),
        callbacks.ReduceLROnPlateau(),
        callbacks.LearningRateScheduler(float),
        callbacks.CSVLogger("x"),
        callbacks.History(),
    ]
    assert not callbacks.CallbackList(quiet).needs_batches
    assert callbacks.CallbackList(callbacks.TerminateOnNaN()).needs_batches
    assert callbacks.CallbackList(callbacks.ModelCheckpoint("x.keras", save_freq=3)).needs_batches


def test_history():
    model, history = run([], [{"loss": 1.0, "accuracy": 0.5}, {"loss": 0.5}], steps=2)
    assert history.history == {"loss": [1.0, 0.5], "accuracy": [0.5]}
    assert history.epoch == [0, 1] and history.params == {"steps": 2} and history.model is model
    assert history.history["acc"] == [0.5]
    with pytest.raises(KeyError) as error:
        history.history["los"]
    assert error.value.args == ("there is no 'los'. Did you mean 'loss'? There is loss, accuracy.",)
    with pytest.raises(KeyError) as error:
        history.history["val_loss"]
    assert error.value.args == (
        "there is no 'val_loss': nothing was held out. Give fit validation_split=0.2, or "
        "validation_data=(x_val, y_val).",
    )


def test_logs_are_numbers_and_what_callbacks_add_reaches_the_caller():
    seen = []
    adds = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(extra=epoch))
    looks = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs["acc"]))
    logs = {"accuracy": np.float32(0.5)}
    callbacks.CallbackList([adds, looks]).on_epoch_end(3, logs)
    assert logs == {"accuracy": 0.5, "extra": 3} and seen == [0.5] and type(seen[0]) is float


def test_a_history_is_added_once():
    own = callbacks.History()
    assert callbacks.CallbackList([own], add_history=True).callbacks == [own]
    assert type(callbacks.CallbackList(add_history=True).history) is callbacks.History


# NaN ---------------------------------------------------------------------------------------------


def test_nan_stops_training(capsys):
    model, _ = run(callbacks.TerminateOnNaN(), losses(1.0, np.nan, 1.0), batches=1)
    assert model.stop_training
    assert capsys.readouterr().out == "Training stops: the loss is nan after batch 0\n"
    with pytest.raises(LossError) as error:
        run(callbacks.TerminateOnNaN(raise_error=True), losses(np.inf), batches=1)
    assert isinstance(error.value, RuntimeError)
    assert error.value.problem == "the loss is inf after batch 0."


# Mistakes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: callbacks.EarlyStopping(patience=-1, mode="up"),
            "EarlyStopping: patience=-1 (int): a whole number of at least 0 is needed; "
            "mode='up' (str): one of 'auto', 'min', 'max' is needed.",
        ),
        (
            lambda: callbacks.EarlyStopping(restore_best_weight=True),
            "EarlyStopping: there is no argument 'restore_best_weight'. "
            "Did you mean 'restore_best_weights'?",
        ),
        (
            lambda: callbacks.ModelCheckpoint("x.keras", save_freq="batch"),
            "ModelCheckpoint: save_freq='batch' (str): 'epoch' or a number of batches is needed.",
        ),
        (
            lambda: callbacks.ReduceLROnPlateau(factor=1.0),
            "ReduceLROnPlateau: factor=1.0 (float): a number of at least 0 and below 1 is needed.",
        ),
        (
            lambda: callbacks.LearningRateScheduler(0.1),
            "LearningRateScheduler: schedule=0.1 (float): a function of the epoch is needed.",
        ),
        (
            lambda: callbacks.LambdaCallback(on_epoch_ends=print),
            "LambdaCallback: there is no hook 'on_epoch_ends'. Did you mean 'on_epoch_end'?",
        ),
        (
            lambda: callbacks.LambdaCallback(on_epoch_end=3),
            "LambdaCallback: on_epoch_end=3 (int): a function is needed.",
        ),
        (
            lambda: callbacks.CallbackList([callbacks.EarlyStopping]),
            "callbacks[0] is the class EarlyStopping: write EarlyStopping(...).",
        ),
        (
            lambda: callbacks.CallbackList("stop"),
            "callbacks[0] is no Callback but 'stop' (str).",
        ),
        (
            lambda: callbacks.CallbackList([print]),
            "callbacks[0] is no Callback but <built-in function print> "
            "(builtin_function_or_method): LambdaCallback(on_epoch_end=...) makes one "
            "from a function.",
        ),
    ],
)
def test_mistakes(make, message):
    with pytest.raises(ArgumentError) as error:
        make()
    assert str(error.value) == message
