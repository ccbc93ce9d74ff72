"""Thirty steps of every optimizer beside the real Keras: values, state, configuration."""

import copy
import inspect

import keras
import numpy as np
import pytest
from keras import optimizers as theirs

from recurra import optimizers as ours
from recurra.engine.variable import Variable

SETTINGS = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"loss_scale_factor": 8.0}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "clipnorm": 0.5}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"learning_rate": 0.01, "amsgrad": True, "global_clipnorm": 0.7}),
    ("Adam", {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 4}),
    ("Adam", {"gradient_accumulation_steps": 3, "weight_decay": 0.1}),
    ("AdamW", {"learning_rate": 0.01}),
    ("Adagrad", {"learning_rate": 0.1, "clipvalue": 0.3}),
    ("Adamax", {"learning_rate": 0.01}),
    ("Nadam", {"learning_rate": 0.01}),
    ("Nadam", {"gradient_accumulation_steps": 3, "use_ema": True}),
]
NAMES = sorted({name for name, _ in SETTINGS})


def variables(kind):
    return [
        kind(np.linspace(-1, 1, 6).reshape(2, 3).astype("float32"), name="kernel"),
        kind(np.ones(3, "float32"), name="bias"),
    ]


def trained(module, kind, name, settings, steps=30):
    """An optimizer and two variables after steps with the same random gradients."""
    optimizer, weights = getattr(module, name)(**settings), variables(kind)
    rng = np.random.default_rng(1)
    for _ in range(steps):
        gradients = [rng.normal(size=w.shape).astype("float32") for w in weights]
        optimizer.apply(gradients, weights)
    return optimizer, weights


@pytest.mark.parametrize(("name", "settings"), SETTINGS)
def test_thirty_steps(name, settings):
    expected, expected_weights = trained(theirs, keras.Variable, name, settings)
    optimizer, weights = trained(ours, Variable, name, settings)
    # float32: a few roundings a step
    for w, e in zip(weights, expected_weights, strict=True):
        np.testing.assert_allclose(np.asarray(w), np.asarray(e), rtol=2e-6, atol=2e-6)
    for v, e in zip(optimizer.variables, expected.variables, strict=True):
        if e.name.startswith("variable"):  # Keras gives Nadam's product no name
            assert v.name == "u_product"
        else:
            assert v.name == e.name
        assert v.dtype == e.dtype
        np.testing.assert_allclose(np.asarray(v), np.asarray(e), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_signature_and_configuration(name):
    def arguments(cls):
        return [
            (p.name, p.default)
            for p in inspect.signature(cls).parameters.values()
            if p.kind is not p.VAR_KEYWORD
        ]

    assert arguments(getattr(ours, name)) == arguments(getattr(theirs, name))
    expected = getattr(theirs, name)(name="o", clipnorm=0.5).get_config()
    assert getattr(ours, name)(name="o", clipnorm=0.5).get_config() == expected


def test_a_configuration_with_a_schedule_is_read_by_the_other():
    rate = ours.schedules.CosineDecay(0.1, 30)
    written = ours.serialize(ours.SGD(rate, momentum=0.5, name="s"))
    optimizer = theirs.deserialize(copy.deepcopy(written))  # which writes into what it is given
    assert optimizer.get_config() == written["config"]
    back = ours.deserialize(theirs.serialize(optimizer))
    assert back.get_config() == written["config"]


SCHEDULES = [
    ("ExponentialDecay", (0.1, 7, 0.5)),
    ("ExponentialDecay", (0.1, 7, 0.5, True)),
    ("InverseTimeDecay", (0.1, 3, 0.2)),
    ("InverseTimeDecay", (0.1, 3, 0.2, True)),
    ("PiecewiseConstantDecay", ([5, 11], [0.3, 0.2, 0.1])),
    ("PolynomialDecay", (0.1, 9, 0.01, 2.0)),
    ("PolynomialDecay", (0.1, 9, 0.01, 0.5, True)),
    ("CosineDecay", (0.1, 20, 0.1)),
    ("CosineDecay", (0.01, 20, 0.1, "name", 0.3, 6)),
    ("CosineDecayRestarts", (0.1, 5)),
    ("CosineDecayRestarts", (0.1, 5, 1.0, 0.7, 0.05)),
    ("CosineDecayRestarts", (0.1, 5, 1.5, 0.7, 0.05)),
]


@pytest.mark.parametrize(("name", "arguments"), SCHEDULES)
def test_schedules(name, arguments):
    expected = getattr(theirs.schedules, name)(*arguments)
    schedule = getattr(ours.schedules, name)(*arguments)
    assert schedule.get_config() == expected.get_config()
    steps = [0, 1, 4, 5, 6, 9, 11, 12, 20, 25, 39]
    np.testing.assert_allclose(
        [float(schedule(s)) for s in steps],
        [float(expected(s)) for s in steps],
        rtol=1e-6,
        atol=1e-8,
    )
