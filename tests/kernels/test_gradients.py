"""The hand-written way back against finite differences and against JAX's own."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.kernels import Recurrence, recurrence
from tests.kernels.cases import KINDS, make

WAYS = {
    "sequences": Recurrence(sequences=True),
    "last": Recurrence(),
    "backwards": Recurrence(sequences=True, reverse=True),
    "zeros": Recurrence(sequences=True, zero_masked=True),
    "last, backwards, zeros": Recurrence(reverse=True, zero_masked=True),
    "written out": Recurrence(unroll=True, sequences=True),
}


def parts_of(case):
    """What a loss depends on, as one tree."""
    return {
        "inputs": jnp.asarray(case.inputs),
        "kernel": jnp.asarray(case.gated.recurrent_kernel),
        "bias": jnp.asarray(case.gated.recurrent_bias),
        "states": tuple(map(jnp.asarray, case.states)),
    }


def loss_of(case, how, by_jax=False):
    """A loss with another weight for each number that comes out."""

    def loss(parts):
        gated = replace(case.gated, recurrent_kernel=parts["kernel"], recurrent_bias=parts["bias"])
        step = (lambda x, s: gated(x, s)) if by_jax else gated
        results = recurrence(step, parts["inputs"], parts["states"], case.mask, how)
        total = 0.0
        for k, x in enumerate(jax.tree.leaves(results)):
            weights = jnp.asarray(np.cos(np.arange(x.size) + k), x.dtype).reshape(x.shape)
            total = total + (weights * x).sum()
        return total

    return loss


def assert_close(one, other, **tolerance):
    """The same numbers at the same places of two trees."""
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, **tolerance), one, other)


def both_gradients(case, how):
    """By the hand-written way back, and by JAX through a scan of the same step."""
    find = lambda parts: [jax.grad(loss_of(case, how, by_jax))(parts) for by_jax in (False, True)]
    return jax.jit(find)(parts_of(case))


def differences(loss, parts, eps=1e-6):
    """Central differences of a loss by each number of each part."""
    flat, structure = jax.tree.flatten(parts)
    value = jax.jit(lambda *arrays: loss(jax.tree.unflatten(structure, arrays)))
    found = []
    for k, array in enumerate(flat):
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            moved = np.zeros(array.shape)
            moved[place] = eps
            up, down = (
                float(value(*flat[:k], array + sign * moved, *flat[k + 1 :])) for sign in (1, -1)
            )
            gradient[place] = (up - down) / (2 * eps)
        found.append(gradient)
    return jax.tree.unflatten(structure, found)


#: Every way with one kind of step, and every kind in the two ways that differ most.
CHECKED = [("simple", way) for way in WAYS]
CHECKED += [(kind, way) for kind in ("lstm", "gru") for way in list(WAYS)[::4]]


@pytest.mark.parametrize(("kind", "way"), CHECKED)
def test_against_finite_differences(kind, way):
    with jax.enable_x64(True):
        case = make(kind, 3, 2, 2, dtype="float64", masked=True, dropout=True, seed=1)
        assert case.mask.any() and not case.mask.all()
        loss, parts = loss_of(case, WAYS[way]), parts_of(case)
        assert_close(jax.grad(loss)(parts), differences(loss, parts), rtol=0, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_against_the_gradients_that_jax_finds(kind):
    for masked, how in ((False, Recurrence(sequences=True)), (True, Recurrence(reverse=True))):
        case = make(kind, 6, 3, 4, masked=masked)
        parts = parts_of(case)
        one = jax.jit(jax.grad(loss_of(case, how)))(parts)
        other = jax.jit(jax.grad(loss_of(case, how, by_jax=True)))(parts)
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5), one, other
        )


def test_where_products_are_too_large_for_sums():
    case = make("lstm", 2, 8, 24)
    one, other = both_gradients(case, Recurrence())
    assert_close(one, other, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 3, 2), (4, 1, 1)])
def test_at_the_smallest_shapes(sizes):
    case = make("gru", *sizes)
    one, other = both_gradients(case, Recurrence())
    assert_close(one, other, rtol=1e-5, atol=1e-6)


def test_without_steps_the_gradient_is_that_of_the_states():
    case = make("lstm", 0, 2)
    gradients = jax.grad(loss_of(case, Recurrence()))(parts_of(case))
    assert not np.asarray(gradients["kernel"]).any() and not np.asarray(gradients["bias"]).any()
    # h comes out twice, as the last output (number 0) and as a state (number 1), c once
    weights = [np.cos(np.arange(4) + k).reshape(2, 2) for k in range(3)]
    np.testing.assert_allclose(gradients["states"][0], weights[0] + weights[1], rtol=1e-6)
    np.testing.assert_allclose(gradients["states"][1], weights[2], rtol=1e-6)


@pytest.mark.parametrize("how", [Recurrence(sequences=True), Recurrence(reverse=True)])
def test_masked_steps_give_their_inputs_no_gradient(how):
    case = make("lstm", masked=True)
    gradient = np.asarray(jax.grad(loss_of(case, how))(parts_of(case))["inputs"])
    assert not gradient[~case.mask].any()
    assert gradient[case.mask].any(-1).all()


def test_there_is_no_gradient_by_a_bias_that_is_not_there():
    case = make("simple", bias=False)
    kernel = jnp.asarray(case.gated.recurrent_kernel)
    loss = lambda u: recurrence(replace(case.gated, recurrent_kernel=u), case.inputs, case.states)[
        0
    ].sum()
    assert jax.grad(loss)(kernel).shape == kernel.shape


def test_second_derivatives():
    """Of sum(tanh(x + h u)) by u twice, for one step: h^2 tanh''."""
    case = make("simple", 1, 1, 1, bias=False)
    x, h = float(case.inputs[0, 0, 0]), float(case.states[0][0, 0])

    def loss(u):
        kernel = u[None, None]
        return recurrence(replace(case.gated, recurrent_kernel=kernel), case.inputs, case.states)[
            0
        ].sum()

    u = jnp.float32(0.3)
    y = np.tanh(x + h * 0.3)
    np.testing.assert_allclose(jax.grad(jax.grad(loss))(u), h * h * -2 * y * (1 - y * y), rtol=1e-4)
