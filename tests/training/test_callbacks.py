import warnings

import numpy as np
import pytest

from recurra import callbacks, optimizers
from recurra.engine.errors import ArgumentError
from recurra.training.callbacks.terminate_on_nan import LossError


class Model:
    """What callbacks need of a model: weights, an optimizer, files."""

    def __init__(self, optimizer=None):
        self.optimizer = optimizer or optimizers.SGD(1.0)
        self.stop_training = False
        self.weights = [np.zeros(1)]
        self.saved = []

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, weights):
        self.weights = weights

    def save(self, path, overwrite=False):
        self.saved.append(("model", path))

    def save_weights(self, path, overwrite=False):
        self.saved.append(("weights", path))


def run(given, epochs, model=None, batches=0, **params):
    """Go through epochs of these logs as `fit` does; the weights are the epoch's number."""
    model = model or Model()
    history = callbacks.History()
    calls = callbacks.CallbackList(given, history=history, model=model, params=params)
    calls.on_train_begin()
    for epoch, logs in enumerate(epochs):
        calls.on_epoch_begin(epoch)
        for batch in range(batches):
            calls.on_train_batch_begin(batch)
            calls.on_train_batch_end(batch, dict(logs))
        model.weights = [np.full(1, float(epoch))]
        calls.on_epoch_end(epoch, dict(logs))
        if model.stop_training:
            break
    calls.on_train_end()
    return model, history


def losses(*values, name="loss"):
    return [{name: v} for v in values]


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


# Monitors ----------------------------------------------------------------------------------------


def test_early_stopping_waits_and_goes_back():
    stop = callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    model, history = run(stop, losses(3.0, 1.0, 2.0, 2.0, 0.5))
    assert history.history["loss"] == [3.0, 1.0, 2.0, 2.0]
    assert (stop.stopped_epoch, stop.best_epoch, stop.best) == (3, 1, 1.0)
    assert model.weights == [1.0]


def test_early_stopping_goes_back_without_stopping():
    stop = callbacks.EarlyStopping("loss", patience=9, restore_best_weights=True)
    model, _ = run(stop, losses(3.0, 1.0, 2.0))
    assert stop.stopped_epoch == 0 and model.weights == [1.0]


@pytest.mark.parametrize(
    ("arguments", "values", "epochs"),
    [
        ({"monitor": "loss"}, [3.0, 3.0, 1.0], 2),  # patience 0
        ({"monitor": "loss", "min_delta": 0.5}, [3.0, 2.6, 1.0], 2),
        ({"monitor": "loss", "mode": "max"}, [3.0, 2.0, 4.0], 2),
        ({"monitor": "acc"}, [0.1, 0.2, 0.3], 3),  # accuracy rises
        ({"monitor": "loss", "baseline": 1.0, "patience": 2}, [3.0, 2.5, 2.0, 3.0, 3.0], 4),
        ({"monitor": "loss", "start_from_epoch": 2}, [1.0, 2.0, 3.0, 4.0, 5.0], 4),
        ({"monitor": "loss", "patience": 1}, [np.nan, 2.0, 1.0, np.nan], 4),
    ],
)
def test_when_early_stopping_stops(arguments, values, epochs):
    name = {"acc": "accuracy"}.get(arguments["monitor"], "loss")
    _, history = run(callbacks.EarlyStopping(**arguments), losses(*values, name=name))
    assert len(history.epoch) == epochs


def test_early_stopping_starts_anew_with_each_training():
    stop = callbacks.EarlyStopping("loss", patience=1)
    run(stop, losses(1.0, 2.0))
    _, history = run(stop, losses(5.0, 4.0, 3.0))
    assert len(history.epoch) == 3 and stop.stopped_epoch == 0


@pytest.mark.parametrize(
    ("monitor", "logged"), [("val_acc", "val_accuracy"), ("out_accuracy", "out_acc")]
)
def test_either_spelling_of_accuracy(monitor, logged):
    stop = callbacks.EarlyStopping(monitor)
    run(stop, losses(0.25, 0.5, name=logged))
    assert stop.best == 0.5


def test_an_unknown_metric_is_an_error_after_the_first_epoch():
    with pytest.raises(ArgumentError) as error:
        run(callbacks.EarlyStopping("val_los"), [{"loss": 1.0, "val_loss": 1.0}])
    assert str(error.value) == (
        "EarlyStopping: there is no metric 'val_los'. Did you mean 'val_loss'? "
        "This training has: loss, val_loss."
    )


@pytest.mark.parametrize(
    ("callback", "otherwise"),
    [
        (callbacks.EarlyStopping(), "training is not stopped early"),
        (callbacks.ReduceLROnPlateau(), "the learning rate stays as it is"),
        (
            callbacks.ModelCheckpoint("x.keras", save_best_only=True),
            "every epoch is saved, not only the best",
        ),
    ],
)
def test_val_loss_without_validation_data_is_said(callback, otherwise):
    with pytest.warns(UserWarning) as warned:
        model, _ = run(callback, losses(1.0, 1.0))
    name = type(callback).__name__
    known = "loss, learning_rate" if name == "ReduceLROnPlateau" else "loss"
    assert str(warned[0].message) == (
        f"{name} watches 'val_loss', and there is no validation data: {otherwise}. Give fit "
        f"validation_data=(x_val, y_val) or validation_split=0.2, or watch one of: {known}."
    )
    assert len(model.saved) == (2 if name == "ModelCheckpoint" else 0)


def test_epochs_without_validation_are_no_reason_to_warn():
    stop = callbacks.EarlyStopping(patience=1)
    epochs = [{"loss": 1.0}, {"loss": 1.0, "val_loss": 1.0}, {"loss": 1.0}]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(stop, epochs, do_validation=True)
    assert stop.best == 1.0


@pytest.mark.parametrize(
    "name", ["loss", "mse", "val_mean_absolute_error", "out_categorical_crossentropy"]
)
def test_what_falls_by_its_name(name):
    stop = callbacks.EarlyStopping(name)
    run(stop, losses(2.0, 1.0, name=name))
    assert stop.best == 1.0


@pytest.mark.parametrize("name", ["acc", "val_auc_1", "binary_accuracy", "f1_score", "mean_iou"])
def test_what_rises_by_its_name(name):
    stop = callbacks.EarlyStopping(name)
    run(stop, losses(0.1, 0.2, name=name))
    assert stop.best == 0.2


def test_a_name_that_does_not_tell():
    with pytest.raises(ArgumentError) as error:
        run(callbacks.EarlyStopping("spread"), losses(1.0, name="spread"))
    assert str(error.value) == (
        "EarlyStopping cannot tell whether 'spread' is better when it rises or when it falls: "
        "give it mode='max' or mode='min'."
    )


# Files -------------------------------------------------------------------------------------------


def test_checkpoints_of_every_epoch(tmp_path):
    path = str(tmp_path / "new" / "{epoch:02d}-{val_acc:.2f}.weights.h5")
    logs = [{"val_accuracy": 0.5}, {"val_accuracy": 0.75}]
    model, _ = run(callbacks.ModelCheckpoint(path, save_weights_only=True), logs)
    folder = str(tmp_path / "new")
    assert model.saved == [
        ("weights", f"{folder}/01-0.50.weights.h5"),
        ("weights", f"{folder}/02-0.75.weights.h5"),
    ]


def test_only_the_best_checkpoints(capsys):
    best = callbacks.ModelCheckpoint(
        "{epoch}.keras", "loss", save_best_only=True, initial_value_threshold=2.5, verbose=1
    )
    model, _ = run(best, losses(3.0, 2.0, 2.25, 1.0))
    assert model.saved == [("model", "2.keras"), ("model", "4.keras")]
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1: loss is 3.00000, not better than 2.50000",
        "Epoch 2: loss is 2.00000, better than 2.50000",
        "Epoch 2: saved to 2.keras",
        "Epoch 3: loss is 2.25000, not better than 2.00000",
        "Epoch 4: loss is 1.00000, better than 2.00000",
        "Epoch 4: saved to 4.keras",
    ]


def test_checkpoints_by_batches_and_by_periods():
    model, _ = run(
        callbacks.ModelCheckpoint("{epoch}-{batch}.keras", save_freq=3), losses(1.0, 1.0), batches=4
    )
    assert [path for _, path in model.saved] == ["1-3.keras", "2-2.keras"]
    model, _ = run(callbacks.ModelCheckpoint("{epoch}.keras", period=2), losses(*[1.0] * 5))
    assert [path for _, path in model.saved] == ["2.keras", "4.keras"]


@pytest.mark.parametrize(
    ("path", "only", "problem", "fixes"),
    [
        (
            "x.hdf5",
            False,
            "a whole model cannot be saved as 'x.hdf5': the name has to end in .keras.",
            (
                "ModelCheckpoint('x.keras')",
                "ModelCheckpoint('x.weights.h5', save_weights_only=True)",
            ),
        ),
        (
            "out/{epoch:02d}",
            False,
            "a whole model cannot be saved as 'out/{epoch:02d}': the name has to end in .keras.",
            ("ModelCheckpoint('out/{epoch:02d}.keras')",),
        ),
        (
            "best.keras",
            True,
            "weights cannot be saved as 'best.keras': the name has to end in .weights.h5.",
            ("ModelCheckpoint('best.weights.h5', save_weights_only=True)",),
        ),
    ],
)
def test_a_name_that_says_another_format_is_refused_before_training(path, only, problem, fixes):
    with pytest.raises(ArgumentError) as error:
        callbacks.ModelCheckpoint(path, save_weights_only=only)
    assert error.value.problem == f"ModelCheckpoint: {problem}"
    assert error.value.fixes == fixes


@pytest.mark.parametrize("path", ["x.weights.h5", "x.h5", "x.hdf5"])
def test_names_of_weights(path):
    model, _ = run(callbacks.ModelCheckpoint(path, save_weights_only=True), losses(1.0))
    assert model.saved == [("weights", path)]


def test_a_checkpoint_that_has_no_place():
    with pytest.raises(ArgumentError) as error:
        run(callbacks.ModelCheckpoint("{val_los}.keras"), [{"loss": 1.0, "val_loss": 1.0}])
    assert str(error.value) == (
        "ModelCheckpoint: filepath='{val_los}.keras' cannot be filled in: there is no 'val_los'. "
        "Did you mean 'val_loss'? There is epoch, loss, val_loss."
    )


def test_csv(tmp_path):
    path = tmp_path / "log.csv"
    run(callbacks.CSVLogger(path, separator=";"), [{"loss": 1.0, "acc": 0.5}, {"loss": 0.5}])
    run(callbacks.CSVLogger(path, separator=";", append=True), [{"loss": 2.0, "val_loss": 3.0}])
    assert path.read_text() == (
        "epoch;acc;loss;val_acc;val_loss\n0;0.5;1.0;NA;NA\n1;NA;0.5;NA;NA\n0;2.0;3.0\n"
    )


# The learning rate -------------------------------------------------------------------------------


def test_schedules_by_epoch(capsys):
    rates = []
    looks = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: rates.append(dict(logs)))
    run(
        [callbacks.LearningRateScheduler(lambda epoch: 0.5 / (epoch + 1), verbose=1), looks],
        [{}] * 2,
    )
    assert rates == [{"learning_rate": 0.5}, {"learning_rate": 0.25}]
    assert capsys.readouterr().out == (
        "Epoch 1: the learning rate is 0.5\nEpoch 2: the learning rate is 0.25\n"
    )
    _, history = run(callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2), [{}] * 3)
    assert history.history["learning_rate"] == [0.5, 0.25, 0.125]


def test_an_error_inside_a_schedule_is_the_users():
    def schedule(epoch):
        return epoch + "1"

    with pytest.raises(TypeError, match="unsupported operand"):
        run(callbacks.LearningRateScheduler(schedule), [{}])


def test_a_schedule_that_returns_nothing():
    with pytest.raises(ArgumentError) as error:
        run(callbacks.LearningRateScheduler(lambda epoch: None), [{}])
    assert str(error.value) == (
        "LearningRateScheduler: schedule(0) gave None, and a number is needed: "
        "did it forget its `return`?"
    )


def test_the_rate_falls_on_a_plateau(capsys):
    lower = callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, cooldown=2, verbose=1)
    # epoch 2 lowers it; the cooldown ends with epoch 4, where waiting starts anew
    _, history = run(lower, losses(1.0, 1.0, 1.0, 1.0, 1.0))
    assert history.history["learning_rate"] == [1.0, 1.0, 0.5, 0.5, 0.25]
    assert capsys.readouterr().out == (
        "Epoch 2: the learning rate is lowered to 0.5\n"
        "Epoch 4: the learning rate is lowered to 0.25\n"
    )


def test_the_rate_has_a_floor():
    lower = callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_lr=0.3)
    _, history = run(lower, losses(*[1.0] * 4))
    np.testing.assert_allclose(history.history["learning_rate"], [1.0, 1.0, 0.3, 0.3], rtol=1e-6)


def test_min_delta_under_its_old_name():
    assert callbacks.ReduceLROnPlateau(epsilon=0.5).min_delta == 0.5
    lower = callbacks.ReduceLROnPlateau("loss", patience=1, epsilon=0.5)
    model, _ = run(lower, losses(1.0, 0.6))
    assert float(model.optimizer.lr) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "callback",
    [callbacks.LearningRateScheduler(lambda epoch: 0.1), callbacks.ReduceLROnPlateau("loss")],
)
def test_a_schedule_is_not_overruled_in_silence(callback):
    model = Model(optimizers.Adam(optimizers.schedules.CosineDecay(0.1, 9)))
    name = type(callback).__name__
    with pytest.raises(ArgumentError) as error:
        run(callback, losses(1.0), model)
    assert str(error.value) == (
        f"{name} cannot set the learning rate: Adam already follows a schedule. "
        f"Give Adam a number, or leave out {name}."
    )


def test_a_rate_with_decay_can_be_set():
    model = Model(optimizers.SGD(lr=1.0, decay=0.5))
    run(callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2), [{}], model)
    assert float(model.optimizer.lr) == 0.5


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
