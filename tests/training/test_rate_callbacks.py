"""Callbacks that set the learning rate."""

import numpy as np
import pytest

from recurra import callbacks, optimizers
from recurra.engine.errors import ArgumentError
from tests.training.hooks import Model, losses, run


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
