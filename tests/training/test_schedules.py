import math

import jax
import numpy as np
import pytest

from recurra import optimizers
from recurra.engine.errors import ArgumentError
from recurra.engine.variable import Variable
from recurra.optimizers import schedules


@pytest.mark.parametrize(
    ("schedule", "closed_form"),
    [
        (schedules.ExponentialDecay(0.1, 4, 0.5), lambda t: 0.1 * 0.5 ** (t / 4)),
        (schedules.ExponentialDecay(0.1, 4, 0.5, True), lambda t: 0.1 * 0.5 ** (t // 4)),
        (schedules.InverseTimeDecay(0.1, 4, 0.5), lambda t: 0.1 / (1 + 0.5 * t / 4)),
        (schedules.InverseTimeDecay(0.1, 4, 0.5, True), lambda t: 0.1 / (1 + 0.5 * (t // 4))),
        (
            schedules.PiecewiseConstantDecay([2, 5], [0.3, 0.2, 0.1]),
            lambda t: 0.3 if t <= 2 else 0.2 if t <= 5 else 0.1,
        ),
        (
            schedules.PolynomialDecay(0.1, 6, 0.02, power=2.0),
            lambda t: 0.08 * (1 - min(t, 6) / 6) ** 2 + 0.02,
        ),
        (  # the end moves to the next multiple of 6
            schedules.PolynomialDecay(0.1, 6, 0.02, cycle=True),
            lambda t: 0.08 * (1 - t / (6 * max(1, math.ceil(t / 6)))) + 0.02,
        ),
        (
            schedules.CosineDecay(0.1, 6, alpha=0.2),
            lambda t: 0.1 * (0.8 * (1 + math.cos(math.pi * min(t, 6) / 6)) / 2 + 0.2),
        ),
        (  # up from 0.1 to 0.3 in 4 steps, then down from there
            schedules.CosineDecay(0.1, 6, warmup_target=0.3, warmup_steps=4),
            lambda t: (
                0.1 + 0.2 * t / 4
                if t < 4
                else 0.3 * (1 + math.cos(math.pi * min(t - 4, 6) / 6)) / 2
            ),
        ),
        (  # periods of 3: each starts at half the rate of the one before
            schedules.CosineDecayRestarts(0.1, 3, t_mul=1.0, m_mul=0.5),
            lambda t: 0.1 * 0.5 ** (t // 3) * (1 + math.cos(math.pi * (t % 3) / 3)) / 2,
        ),
        (  # periods of 3 and 6: the second begins at step 3
            schedules.CosineDecayRestarts(0.1, 3),
            lambda t: 0.1 * (1 + math.cos(math.pi * (t / 3 if t < 3 else (t - 3) / 6 % 1))) / 2,
        ),
    ],
)
def test_closed_forms(schedule, closed_form):
    steps = range(9)
    rates = [float(schedule(t)) for t in steps]
    np.testing.assert_allclose(rates, [closed_form(t) for t in steps], rtol=1e-5, atol=1e-8)
    again = schedules.deserialize(schedules.serialize(schedule))
    assert type(again) is type(schedule) and again.get_config() == schedule.get_config()


def test_a_step_may_be_traced_or_a_variable():
    schedule = schedules.InverseTimeDecay(0.5, 1, 1.0)
    assert float(jax.jit(schedule)(1)) == 0.25
    assert float(schedule(Variable(np.int32(4)))) == pytest.approx(0.1)


def test_a_schedule_may_start_from_an_optimizers_rate():
    optimizer = optimizers.Adam(0.25)
    assert schedules.PolynomialDecay(optimizer.learning_rate, 4).initial_learning_rate == 0.25


def test_a_schedule_of_ones_own():
    class Halving(schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.5**step

    weight = Variable([8.0])
    optimizer = optimizers.SGD(Halving())
    for expected in ([7.0], [6.5], [6.25]):  # rates 1, 1/2, 1/4
        optimizer.apply([np.ones(1, "float32")], [weight])
        np.testing.assert_allclose(weight.numpy(), expected)
    assert optimizer.get_config()["learning_rate"]["class_name"] == "Halving"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: schedules.ExponentialDecay(0.1, 0, 0.5),
            "ExponentialDecay: decay_steps=0 (int): a number above 0 is needed.",
        ),
        (
            lambda: schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
            "PiecewiseConstantDecay: 2 boundaries need 3 values, 2 were given.",
        ),
        (
            lambda: schedules.CosineDecay("0.1", 10),
            "CosineDecay: initial_learning_rate='0.1' (str): a number of at least 0 is needed.\n"
            "  fix:      CosineDecay(initial_learning_rate=0.1)",
        ),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ArgumentError) as error:
        make()
    assert str(error.value) == message
