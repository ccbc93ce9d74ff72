"""What optimizers make of gradients."""

import jax.numpy as jnp
import numpy as np
import pytest

from recurra import optimizers
from recurra.engine.variable import Variable
from tests.training.one_variable import G, after

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
