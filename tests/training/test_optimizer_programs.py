"""Updates in the native kernels and in compiled programs, and the learning rate given to them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import optimizers
from recurra.engine.scope import pure
from recurra.engine.variable import Variable
from recurra.training.optimizers import optimizer as optimizer_module
from tests.training.one_variable import G, after

# Native updates ----------------------------------------------------------------------------------


def apply_both_ways(monkeypatch, make, dtype, steps=3):
    """All variables after some steps, by the native update and by the rule."""

    def run():
        rng = np.random.default_rng(0)
        names = {"kernel": (3, 5), "bias": (5,), "gain": (1,)}
        weights = [Variable(rng.normal(size=s), dtype=dtype, name=n) for n, s in names.items()]
        optimizer = make()
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        optimizer.build(weights)
        step = jax.jit(optimizer.stateless_apply)
        values, state = [w.value for w in weights], [v.value for v in optimizer.variables]
        for _ in range(steps):
            gradients = [jnp.asarray(rng.normal(size=w.shape), dtype) for w in weights]
            values, state = step(state, gradients, values)
        lowered = step.lower(state, gradients, values).as_text()
        return [*values, *state], "recurra_update" in lowered

    native = run()
    monkeypatch.setattr(optimizer_module, "reason", lambda before: "the rule is asked for")
    return native, run()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SGD", {}),
        ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("RMSprop", {"decay": 0.1}),
        ("RMSprop", {"momentum": 0.9, "clipnorm": 0.5}),
        ("RMSprop", {"momentum": 0.9, "centered": True, "rho": 0.5}),
        ("Adam", {"use_ema": True}),
        ("Adam", {"amsgrad": True, "gradient_accumulation_steps": 2}),
        ("AdamW", {"weight_decay": 0.3}),
    ],
)
def test_a_native_update_is_that_of_the_rule(monkeypatch, name, settings, dtype):
    make = lambda: getattr(optimizers, name)(0.1, **settings)
    with jax.enable_x64(dtype == "float64"):
        (native, one), (by_rule, none) = apply_both_ways(monkeypatch, make, dtype)
    assert one and not none
    tolerance = 2e-6 if dtype == "float32" else 1e-14
    for a, b in zip(native, by_rule, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def test_what_is_not_native_takes_the_rule(monkeypatch):
    class Halved(optimizers.Adam):
        def rule(self, learning_rate):
            return super().rule(0.5 * learning_rate)

    for make, dtype in ((Halved, "float32"), (optimizers.Nadam, "float32"), (Halved, "bfloat16")):
        (_, one), _ = apply_both_ways(monkeypatch, lambda make=make: make(0.1), dtype, steps=1)
        assert not one
    np.testing.assert_allclose(after(Halved(0.2), G), after(optimizers.Adam(0.1), G), rtol=1e-6)


def test_derivatives_go_through_updates(monkeypatch):
    weight = Variable([1.0, 2.0, 3.0])
    optimizer = optimizers.Adam(0.1)
    optimizer.build([weight])
    step_number, _, *slots = (v.value for v in optimizer.variables)

    def loss(w, rate):
        """Of two steps along gradients that depend on where they are."""
        state = [step_number, rate, *slots]
        for _ in range(2):
            (w,), state = optimizer.stateless_apply(state, [w * jnp.array([0.5, -1.0, 2.0])], [w])
        return jnp.sum(w**2)

    def derivatives():
        return jax.jit(jax.grad(jax.jit(loss), (0, 1)))(weight.value, jnp.float32(0.1))

    native = derivatives()
    monkeypatch.setattr(optimizer_module, "reason", lambda before: "the rule is asked for")
    for a, b in zip(native, derivatives(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


# The learning rate -------------------------------------------------------------------------------


def test_another_rate_needs_no_other_program():
    weight, optimizer = Variable([1.0]), optimizers.SGD(0.5)
    optimizer.build([weight])
    variables = [weight, *optimizer.variables]
    traces = []

    def step(gradient):
        traces.append(1)
        optimizer.apply([gradient], [weight])

    compiled = jax.jit(lambda values, g: pure(step, variables)(values, g)[1])
    version = optimizer.version
    for rate in (0.5, 0.25):
        optimizer.learning_rate = rate
        for v, value in zip(
            variables, compiled([v.value for v in variables], jnp.ones(1)), strict=True
        ):
            v.assign(value)
    np.testing.assert_allclose(weight.numpy(), [1 - 0.5 - 0.25])
    assert len(traces) == 1 and optimizer.version == version and int(optimizer.iterations) == 2


def test_a_schedule_or_another_argument_needs_another_program():
    optimizer = optimizers.SGD(0.5)
    for change in (
        lambda: setattr(optimizer, "learning_rate", optimizers.schedules.CosineDecay(0.5, 2)),
        lambda: setattr(optimizer, "clipnorm", 1.0),
        lambda: optimizer.exclude_from_weight_decay(var_names=["bias"]),
    ):
        version = optimizer.version
        change()
        assert optimizer.version != version


def test_reading_and_setting_the_rate():
    optimizer = optimizers.Adam(lr=0.25)
    assert float(optimizer.lr) == float(optimizer.learning_rate) == 0.25
    optimizer.lr = np.float64(0.5)
    optimizer.learning_rate.assign(optimizer.learning_rate * 0.5)
    assert optimizer.get_config()["learning_rate"] == 0.25
    assert [v.name for v in optimizer.variables] == ["iteration", "learning_rate"]
    optimizer.learning_rate = optimizers.schedules.ExponentialDecay(0.125, 1, 0.5)
    assert float(optimizer.learning_rate) == 0.125
    assert [v.name for v in optimizer.variables] == ["iteration"]
    optimizer.learning_rate = 0.75
    assert float(optimizer.learning_rate) == 0.75


def test_a_rate_from_a_function():
    np.testing.assert_allclose(after(optimizers.SGD(lambda: 0.5), G), [0.75, 3.0])


def test_decay_of_keras_1():
    # rates 1, 1/2, 1/3
    optimizer = optimizers.SGD(lr=1.0, decay=1.0)
    np.testing.assert_allclose(after(optimizer, [1.0], [1.0], [1.0], start=[3.0]), [3 - 11 / 6])
    config = optimizer.get_config()["learning_rate"]
    assert config["class_name"] == "InverseTimeDecay" and config["config"]["decay_rate"] == 1.0
    again = optimizers.deserialize(optimizers.serialize(optimizer))
    np.testing.assert_allclose(after(again, [1.0], [1.0], start=[3.0]), [1.5])
