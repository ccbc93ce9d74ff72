"""Callbacks that watch a measure: when they stop, and what they say where there is none."""

import warnings

import numpy as np
import pytest

from recurra import callbacks
from recurra.engine.errors import ArgumentError
from tests.training.hooks import losses, run


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
