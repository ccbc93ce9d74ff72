import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import optimizers
from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.scope import pure
from recurra.engine.variable import Variable
from recurra.training.optimizers import optimizer as optimizer_module
from recurra.training.optimizers.rules import per_array

G = np.array([0.5, -2.0], "float32")
NAMES = ("SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adamax", "Nadam")


def after(optimizer, *gradients, start=(1.0, 2.0)):
    """The value of one variable after these gradients."""
    weight = Variable(np.array(start, "float32"), name="weight")
    for g in gradients:
        optimizer.apply([np.asarray(g, "float32")], [weight])
    return weight.numpy()


# Update rules: two steps with gradients G and -G, from (1, 2) ------------------------------------


def test_sgd():
    np.testing.assert_allclose(after(optimizers.SGD(0.1), G), [1 - 0.05, 2 + 0.2])


def test_momentum_keeps_the_rate_inside_the_velocity():
    optimizer, weight = optimizers.SGD(0.1, momentum=0.5), Variable([1.0])
    optimizer.apply([jnp.ones(1)], [weight])  # v = -0.1
    optimizer.learning_rate = 0.0
    optimizer.apply([jnp.ones(1)], [weight])  # v = -0.05: the old rate still acts
    np.testing.assert_allclose(weight.numpy(), [1 - 0.1 - 0.05], rtol=1e-6)


def test_nesterov():
    # v = -0.1 g; w += 0.5 v - 0.1 g
    expected = np.array([1.0, 2.0]) + 0.5 * -0.1 * G - 0.1 * G
    optimizer = optimizers.SGD(0.1, momentum=0.5, nesterov=True)
    np.testing.assert_allclose(after(optimizer, G), expected, rtol=1e-6)


def test_rmsprop():
    # the first mean square is 0.1 g^2, the second 0.9 of it + 0.1 g^2
    first = 0.1 * G / np.sqrt(0.1 * G**2 + 1e-7)
    second = 0.1 * -G / np.sqrt(0.19 * G**2 + 1e-7)
    np.testing.assert_allclose(
        after(optimizers.RMSprop(0.1), G, -G), [1, 2] - first - second, rtol=1e-5
    )


def test_centered_rmsprop_divides_by_the_deviation():
    # mean square 0.1 g^2, mean 0.1 g: variance 0.09 g^2
    step = 0.1 * G / np.sqrt(0.09 * G**2 + 1e-7)
    np.testing.assert_allclose(
        after(optimizers.RMSprop(0.1, centered=True), G), [1, 2] - step, rtol=1e-5
    )


def test_adam():
    # after the second step: m = 0.9 * 0.1 g - 0.1 g = -0.01 g, v = 0.001999 g^2
    first = 0.1 * G / (np.abs(G) + 1e-7 / np.sqrt(0.001))
    m = -0.01 * G / (1 - 0.9**2)
    v = 0.001999 * G**2 / (1 - 0.999**2)
    second = 0.1 * m / np.sqrt(v)
    np.testing.assert_allclose(
        after(optimizers.Adam(0.1), G, -G), [1, 2] - first - second, rtol=1e-4
    )


def test_amsgrad_divides_by_the_largest_square():
    # g = 0 lets v fall to 0.999 of 0.001 g^2; amsgrad keeps 0.001 g^2
    kept = after(optimizers.Adam(0.1, amsgrad=True), G, 0 * G) - after(optimizers.Adam(0.1), G)
    fallen = after(optimizers.Adam(0.1), G, 0 * G) - after(optimizers.Adam(0.1), G)
    np.testing.assert_allclose(kept / fallen, np.sqrt(0.999), rtol=1e-4)


def test_adamax_divides_by_the_largest_gradient():
    # first step: m = 0.1 g over 1 - 0.9; u = |g|
    np.testing.assert_allclose(after(optimizers.Adamax(0.1), G), [0.9, 2.1], rtol=1e-5)


def test_adagrad_divides_by_the_sum_of_squares():
    step = 0.1 * G / np.sqrt(0.1 + G**2 + 1e-7)
    np.testing.assert_allclose(after(optimizers.Adagrad(0.1), G), [1, 2] - step, rtol=1e-6)


def test_nadam():
    # first step, with m = 0.1 g, v = 0.001 g^2
    u1, u2 = 0.9 * (1 - 0.5 * 0.96), 0.9 * (1 - 0.5 * 0.96**2)
    m = u2 * 0.1 * G / (1 - u1 * u2) + (1 - u1) * G / (1 - u1)
    np.testing.assert_allclose(
        after(optimizers.Nadam(0.1), G), [1, 2] - 0.1 * m / np.abs(G), rtol=1e-4
    )


def test_weight_decay_also_shrinks_the_weights():
    # w (1 - 0.1 * 0.5) - 0.1 g
    optimizer = optimizers.SGD(0.1, weight_decay=0.5)
    np.testing.assert_allclose(after(optimizer, G), [0.95 - 0.05, 1.9 + 0.2], rtol=1e-6)


def test_weight_decay_spares_named_variables():
    a, b, c = (Variable([1.0], name=n) for n in ("kernel", "bias", "gamma"))
    optimizer = optimizers.SGD(1.0, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[c], var_names=["bias"])
    optimizer.apply([np.zeros(1, "float32")] * 3, [a, b, c])
    assert [float(v.value[0]) for v in (a, b, c)] == [0.5, 1.0, 1.0]


# Gradients ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("clipvalue", [[0.5, 0.3], [-0.5]]),
        ("clipnorm", [[0.5, 0.0], [-0.5]]),  # lengths 3 and 4
        ("global_clipnorm", [[0.3, 0.0], [-0.4]]),  # 5 together
    ],
)
def test_clipping(argument, expected):
    gradients = [np.array([3.0, 0.3 if argument == "clipvalue" else 0.0]), np.array([-4.0])]
    weights = [Variable(np.zeros(2, "float32")), Variable(np.zeros(1, "float32"))]
    optimizers.SGD(1.0, **{argument: 0.5}).apply(gradients, weights)
    for w, e in zip(weights, expected, strict=True):
        np.testing.assert_allclose(-w.numpy(), e, rtol=1e-6)


def test_short_gradients_stay_and_0_clips_nothing():
    np.testing.assert_allclose(after(optimizers.SGD(1.0, clipnorm=9.0), G), [0.5, 4.0])
    np.testing.assert_allclose(after(optimizers.SGD(1.0, clipnorm=0.0), G), [0.5, 4.0])


def test_variables_without_gradient_stay():
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    optimizer = optimizers.Adam(0.1)
    with pytest.warns(UserWarning) as warned:
        optimizer.apply_gradients(zip([None, jnp.ones(1)], [a, b]))
    assert str(warned[0].message) == "Adam: the loss does not depend on a, which stay as they are."
    assert float(a.value[0]) == 1.0 and float(b.value[0]) == pytest.approx(0.9, rel=1e-5)
    moments = {v.name: float(v.value[0]) for v in optimizer.variables[2:]}
    assert moments["a_momentum"] == 0.0 and moments["b_momentum"] == pytest.approx(0.1)


def test_constraints_hold_after_the_update():
    weight = Variable([1.0], constraint=lambda w: jnp.maximum(w, 0.0))
    optimizers.SGD(1.0).apply([jnp.array([3.0])], [weight])
    assert weight.numpy() == [0.0]


def test_gradients_collected_over_steps():
    weight, optimizer = Variable([1.0]), optimizers.SGD(1.0, gradient_accumulation_steps=2)
    seen = []
    for g in (1.0, 3.0, 5.0):
        optimizer.apply([jnp.array([g])], [weight])
        seen.append((float(weight.value[0]), int(optimizer.iterations)))
    assert seen == [(1.0, 0), (-1.0, 1), (-1.0, 1)]  # the mean of 1 and 3 is 2


def test_averages_of_the_weights():
    weight = Variable([3.0])
    optimizer = optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=3)
    seen = []
    for _ in range(3):
        optimizer.apply([jnp.ones(1)], [weight])
        seen.append(float(weight.value[0]))
    # averages: 2, 0.9 * 2 + 0.1 * 1 = 1.9, 0.9 * 1.9 + 0.1 * 0 = 1.71, which replaces 0
    np.testing.assert_allclose(seen, [2.0, 1.0, 1.71], rtol=1e-6)
    weight.assign([5.0])
    optimizer.finalize_variable_values([weight])
    np.testing.assert_allclose(weight.numpy(), [1.71], rtol=1e-6)


def test_loss_scale():
    optimizer = optimizers.SGD(1.0, loss_scale_factor=4.0)
    assert optimizer.scale_loss(2.0) == 8.0
    np.testing.assert_allclose(after(optimizer, 4 * G), [0.5, 4.0])


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


# State -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_dtypes_stay_under_strict_promotion(name, dtype):
    optimizer = getattr(optimizers, name)(use_ema=True, weight_decay=0.1, clipnorm=1.0)
    weight = Variable(np.ones((2, 3)), dtype=dtype)
    optimizer.build([weight])
    variables = [weight, *optimizer.variables]
    with jax.numpy_dtype_promotion("strict"):
        after = jax.eval_shape(
            lambda values, g: pure(lambda: optimizer.apply([g], [weight]), variables)(values)[1],
            [v.value for v in variables],
            jax.ShapeDtypeStruct((2, 3), dtype),
        )
    assert [(a.shape, str(a.dtype)) for a in after] == [(v.shape, v.dtype) for v in variables]


@pytest.mark.parametrize("name", NAMES)
def test_copies_and_configurations(name):
    optimizer = getattr(optimizers, name)(learning_rate=0.5, name="mine")
    after(optimizer, G)
    config = optimizers.serialize(optimizer)
    assert config["module"] == "keras.optimizers" and config["class_name"] == name
    for other in (
        optimizers.deserialize(config),
        optimizers.get(name.lower()).from_config(config["config"]),
        pickle.loads(pickle.dumps(optimizer)),
        copy.deepcopy(optimizer),
    ):
        assert type(other) is type(optimizer) and other.get_config() == optimizer.get_config()


def test_as_few_arrays_as_the_mathematics_needs():
    weight, counts = Variable([1.0]), {}
    for name in NAMES:
        optimizer = getattr(optimizers, name)()
        optimizer.build([weight])
        counts[name] = len(optimizer.variables) - 2  # the step and the rate
    expected = {"SGD": 0, "RMSprop": 1, "Adam": 2, "AdamW": 2, "Adagrad": 1, "Adamax": 2}
    assert counts == {**expected, "Nadam": 3}


def test_set_weights_copies_the_state():
    first, second = optimizers.Adam(0.1), optimizers.Adam(0.1)
    weight, other = Variable([1.0]), Variable([1.0])
    first.apply([jnp.ones(1)], [weight])
    second.build([other])
    second.set_weights(first.variables)
    for mine, its in zip(second.variables, first.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), its.numpy())
        assert mine.value is not its.value


def test_stateless_apply_assigns_nothing():
    optimizer, weight = optimizers.SGD(0.5), Variable([1.0])
    optimizer.build([weight])
    state = [v.value for v in optimizer.variables]
    weights, state = optimizer.stateless_apply(state, [jnp.ones(1)], [jnp.array([3.0])])
    assert float(weights[0][0]) == 2.5 and int(state[0]) == 1
    assert float(weight.value[0]) == 1.0 and int(optimizer.iterations) == 0


def test_names_count_up():
    first, second = optimizers.Adamax(), optimizers.Adamax()
    number = int(first.name.removeprefix("adamax").removeprefix("_") or 0)
    assert second.name == f"adamax_{number + 1}"
    assert second.variables[0].path == f"{second.name}/iteration"


def test_an_optimizer_of_ones_own():
    class Signs(optimizers.Optimizer):
        def __init__(self, strength=2.0, **kwargs):
            super().__init__(**kwargs)
            self.strength = strength

        def rule(self, learning_rate):
            return per_array(lambda g: (-self.strength * learning_rate * jnp.sign(g),))

    np.testing.assert_allclose(after(Signs(learning_rate=0.25), G), [0.5, 2.5])


# Mistakes ----------------------------------------------------------------------------------------

WEIGHT = Variable([1.0, 2.0], name="weight")


def built():
    optimizer = optimizers.SGD()
    optimizer.build([WEIGHT])
    return optimizer


def with_late_momentum():
    optimizer = built()
    optimizer.momentum = 0.5
    return optimizer


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (
            lambda: optimizers.Adam("abc"),
            ArgumentError,
            "Adam: learning_rate='abc': "
            "a number of at least 0, a schedule or a function is needed.",
        ),
        (
            lambda: setattr(built(), "lr", -1),
            ArgumentError,
            "SGD: learning_rate=-1: a number of at least 0, a schedule or a function is needed.",
        ),
        (
            lambda: optimizers.Adam(clipnorm=-1),
            ArgumentError,
            "Adam: clipnorm=-1 (int): a number of at least 0, or None, is needed.",
        ),
        (
            lambda: optimizers.Adam(clipnorm=1.0, clipvalue=0.5),
            ArgumentError,
            "Adam: clipnorm=1.0 and clipvalue=0.5: "
            "only one of clipnorm, clipvalue, global_clipnorm can be given.",
        ),
        (
            lambda: optimizers.SGD(momentum=2, nesterov="yes"),
            ArgumentError,
            "SGD: momentum=2 (int): a number from 0 to 1 is needed; "
            "nesterov='yes' (str): True or False is needed.",
        ),
        (
            lambda: optimizers.SGD(momentun=0.9),
            ArgumentError,
            "SGD: there is no argument 'momentun'. Did you mean 'momentum'?",
        ),
        (
            lambda: optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 3), decay=0.1),
            ArgumentError,
            "SGD: decay=0.1 lowers a fixed learning rate, and this one follows CosineDecay: "
            "leave out `decay`.",
        ),
        (
            lambda: optimizers.get("adm"),
            ArgumentError,
            "there is no optimizer 'adm'. Did you mean 'adam'?",
        ),
        (
            lambda: optimizers.get(3),
            ArgumentError,
            "3 (int) is no optimizer: a name such as 'adam' or an optimizer such as "
            "Adam(learning_rate=0.001) is needed.",
        ),
        (
            lambda: built().apply([None], [WEIGHT]),
            ArgumentError,
            "SGD: all gradients are None, so the loss depends on no variable: not on weight.",
        ),
        (
            lambda: built().apply([G, G], [WEIGHT]),
            ArgumentError,
            "SGD: 2 gradients for 1 variables.",
        ),
        (
            lambda: built().apply([G[:1]], [WEIGHT]),
            ArgumentError,
            "SGD: the gradient of 'weight' has shape (1,), the variable has (2,).",
        ),
        (
            lambda: optimizers.SGD().apply([G]),
            StateError,
            "SGD is not built: call build(variables), or give them to apply.",
        ),
        (
            lambda: built().apply([G], [Variable([0.0, 0.0], name="other")]),
            StateError,
            "SGD was built for other variables than 'other': "
            "make a new SGD(...) for another model.",
        ),
        (
            lambda: with_late_momentum().apply([G], [WEIGHT]),
            StateError,
            "SGD was built without 'momentum', which its arguments need now: "
            "give them to a new SGD(...) and compile with it.",
        ),
        (
            lambda: optimizers.SGD().set_weights([]),
            StateError,
            "SGD is not built: call build(variables) before set_weights.",
        ),
        (
            lambda: built().set_weights([1]),
            ArgumentError,
            "SGD: 1 weights were given, it has 2.",
        ),
    ],
)
def test_mistakes(make, kind, message):
    with pytest.raises(kind) as error:
        make()
    assert str(error.value) == message
