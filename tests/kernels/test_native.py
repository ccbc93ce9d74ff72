"""The native kernels against NumPy: outputs, states and all gradients of random recurrences.

The kernels are called without XLA (`frames`), since compiling a program for each of them would
take minutes; `test_native_jax.py` goes through XLA.
"""

import jax
import numpy as np
import pytest

from recurra import activations
from recurra.compat import steep
from recurra.kernels import Form, calls, library
from tests.kernels import closed, drawn, frames


def case_of(
    cell, steps=4, batch=3, features=2, units=3, dtype="float64", seed=0, mask=None, **more
):
    """A recurrence of these sizes with random numbers, as `drawn` has them."""
    rng = np.random.default_rng(seed)
    sizes = steps, batch, features, units
    names = [more.pop(k, v) for k, v in (("phi", "tanh"), ("sigma", "sigmoid"))]
    bias, dropout = more.pop("bias", True), more.pop("dropout", False)
    data = drawn._data(rng, cell, sizes, dtype, bias, dropout, "none", 1.0)._replace(mask=mask)
    data = data._replace(**{k: np.asarray(v, dtype) for k, v in more.pop("data", {}).items()})
    d_outputs = rng.normal(size=(steps, batch, units)).astype(dtype)
    d_after = tuple(rng.normal(size=s.shape).astype(dtype) for s in data.states)
    reverse = more.pop("reverse", False)
    expected = closed.run(cell, *names, data, reverse, d_outputs, d_after)
    return drawn.Case(Form(cell, *names), reverse, True, dtype, data, d_outputs, d_after, expected)


def test_the_library_is_there():
    """Everything else here needs it: where it is missing, tests fail."""
    assert library.why_missing() == ""
    assert library.isa() in library.ISAS


def test_numpy_knows_every_activation_and_every_cell():
    assert set(closed.ACTIVATIONS) == set(calls.activations())
    assert set(closed.CELLS) == set(calls.CELLS)


@pytest.mark.parametrize("first", range(0, 1000, 125))
def test_a_thousand_random_recurrences(first):
    worst = drawn.check(first, first + 125)
    assert all(worst.values())  # there were some of both types, and none agreed by not being run


def test_two_recurrences_in_a_call_are_each_as_alone():
    cases = [drawn.draw(number) for number in range(1000, 1080)]
    for dtype in drawn.TOLERANCE:
        those = [c for c in cases if c.dtype == dtype]
        for one, other in zip(those[::2], those[1::2]):
            together = drawn.found(one, other)
            drawn.alike(together, [*drawn.found(one), *drawn.found(other)], f"{one} and {other}")


# Gradients by finite differences ----------------------------------------------------------------


def loss(case, data):
    """The sum of what the kernels compute forwards, weighted as the gradients of `case` are."""
    ((outputs, after, _),) = drawn.found(case._replace(data=data))
    return (outputs * case.d_outputs).sum() + sum(
        (a * d).sum() for a, d in zip(after, case.d_after, strict=True)
    )


@pytest.mark.parametrize("cell", calls.CELLS)
@pytest.mark.parametrize(("phi", "sigma"), [("tanh", "sigmoid"), ("gelu", "softsign")])
def test_finite_differences(cell, phi, sigma):
    mask = np.array([[1, 1], [0, 1], [1, 0]], bool)
    case = case_of(cell, 3, 2, 2, 2, phi=phi, sigma=sigma, mask=mask, dropout=True, reverse=True)
    gradients, step = drawn.found(case)[0][2], 1e-6
    for name in ("x", "kernel", "recurrent", "h", "c", "bias", "recurrent_bias"):
        array = getattr(case.data, name)
        if array is None:
            assert getattr(gradients, name) is None
            continue
        slopes = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            moved = np.zeros_like(array)
            moved[place] = step
            up, down = (
                loss(case, case.data._replace(**{name: array + sign * moved})) for sign in (1, -1)
            )
            slopes[place] = (up - down) / (2 * step)
        np.testing.assert_allclose(getattr(gradients, name), slopes, rtol=0, atol=1e-8)


# Activations ------------------------------------------------------------------------------------


def of_numbers(name, x, states=None):
    """Value and slope of an activation at each number, by a SimpleRNN of one step."""
    x = np.asarray(x).reshape(1, -1, 1)
    zero, one = np.zeros((1, 1), x.dtype), np.ones((1, 1), x.dtype)
    data = closed.Data(x, one, zero, np.zeros(x.shape[1:], x.dtype))
    ones = np.ones(x.shape[1:], x.dtype)
    case = drawn.Case(
        Form("simple_rnn", name, name), False, False, str(x.dtype), data, None, (ones,), None
    )
    ((_, (values,), gradients),) = drawn.found(case)
    return values.ravel(), gradients.x.ravel()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", closed.ACTIVATIONS)
def test_activations_are_right_to_a_few_roundings(name, dtype):
    x = np.concatenate([np.linspace(-20, 20, 20001), np.geomspace(1e-30, 1e30, 601)])
    x = np.unique(np.concatenate([x, -x])).astype(dtype)
    its = closed.ACTIVATIONS[name]
    clear = np.all([abs(x - k) > 1e-5 for k in its.kinks], axis=0) if its.kinks else x == x
    value, slope = of_numbers(name, x[clear])
    wide = x[clear].astype("float64")
    # 1 - y^2 and the like have lost the digits that 1 and y^2 share: slopes are right beside 1
    close = 8 * np.finfo(dtype).eps
    np.testing.assert_allclose(value, its.value(wide), rtol=close, atol=close)
    np.testing.assert_allclose(slope, its.slope(wide), rtol=close, atol=2 * close)


@pytest.mark.parametrize("name", closed.ACTIVATIONS)
def test_slopes_where_they_jump_are_those_of_jax(name):
    """Inputs of zero are common: padding without a mask."""
    x = np.array([-3, -1, 0, -0.0, 1, 3, 6], "float32")
    function = (
        steep.hard_sigmoid_keras1 if name == "hard_sigmoid_keras1" else getattr(activations, name)
    )
    want = jax.vmap(jax.grad(function))(x)
    np.testing.assert_allclose(of_numbers(name, x)[1], want, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["tanh", "softsign", "elu", "silu", "gelu", "leaky_relu"])
def test_small_numbers_keep_their_digits(name):
    x = np.geomspace(1e-37, 1e-3, 301).astype("float32")
    x = np.concatenate([x, -x])
    value, _ = of_numbers(name, x)
    np.testing.assert_allclose(
        value, closed.ACTIVATIONS[name].value(x.astype("float64")), rtol=1e-6
    )


def test_numbers_below_the_normal_ones():
    value, slope = of_numbers("tanh", np.array([1e-40, -1e-44, 0, -0.0], "float32"))
    np.testing.assert_allclose(value, [1e-40, -1e-44, 0, 0], atol=2e-45)
    np.testing.assert_array_equal(slope, 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", closed.ACTIVATIONS)
def test_what_is_no_number_stays_so(name, dtype):
    values = of_numbers(name, np.array([1, np.nan, -1], dtype))[0]
    assert np.isnan(values).tolist() == [False, True, False]


#: What functions are at minus and plus infinity; the two that JAX has no number for either: None.
AT_INFINITY = {
    "linear": (-np.inf, np.inf),
    "tanh": (-1, 1),
    "sigmoid": (0, 1),
    "relu": (0, np.inf),
    "hard_sigmoid": (0, 1),
    "hard_sigmoid_keras1": (0, 1),
    "hard_tanh": (-1, 1),
    "relu6": (0, 6),
    "softsign": (None, None),
    "elu": (-1, np.inf),
    "leaky_relu": (-np.inf, np.inf),
    "silu": (None, np.inf),
    "gelu": (None, np.inf),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", AT_INFINITY)
def test_infinity(name, dtype):
    values, _ = of_numbers(name, np.array([-np.inf, np.inf], dtype))
    for value, expected in zip(values, AT_INFINITY[name], strict=True):
        if expected is not None:
            np.testing.assert_allclose(
                value, expected, atol=2e-38 if dtype == "float32" else 4e-308
            )


# What is no number, what is huge ----------------------------------------------------------------


@pytest.mark.parametrize("cell", calls.CELLS)
@pytest.mark.parametrize("batch", [2, 5, 9, 40])
def test_what_is_no_number_spoils_its_own_sample_alone(cell, batch):
    for phi, reverse in (("tanh", False), ("relu", True)):
        for mask in (None, np.random.default_rng(1).random((5, batch)) < 0.8):
            clean = case_of(cell, 5, batch, 3, 17, "float32", phi=phi, mask=mask, reverse=reverse)
            x, spoilt = clean.data.x.copy(), batch // 2
            x[2, spoilt, 1] = np.nan
            real = mask is None or mask[2, spoilt]
            ((outputs, after, gradients),) = drawn.found(
                clean._replace(data=clean.data._replace(x=x))
            )
            ((want, want_after, want_gradients),) = drawn.found(clean)
            pairs = [(outputs, want), (gradients.x, want_gradients.x)]
            pairs += [(a[None], w[None]) for a, w in zip(after, want_after)]
            pairs += [(gradients.h[None], want_gradients.h[None])]
            for one, other in pairs:
                one, other = np.delete(one, spoilt, 1), np.delete(other, spoilt, 1)
                np.testing.assert_array_equal(one, other)
            for step in range(5):
                later = step <= 2 if reverse else step >= 2
                assert np.isnan(outputs[step, spoilt]).all() == (later and real)
                assert np.isnan(outputs[step, spoilt]).any() == (later and real)
            assert np.isnan(after[0][spoilt]).all() == real


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("cell", calls.CELLS)
def test_huge_numbers_saturate(cell, dtype):
    rng = np.random.default_rng(3)
    x = rng.choice([-1e30, 1e30], (4, 9, 1)).astype(dtype)
    case = case_of(cell, 4, 9, 1, 5, dtype, data={"x": x})
    ((outputs, after, gradients),) = drawn.found(case)
    for array in (outputs, *after, *(g for g in gradients if g is not None)):
        assert np.isfinite(array).all()
    np.testing.assert_allclose(outputs, case.expected.outputs, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(gradients.h, case.expected.gradients.h, rtol=1e-5, atol=1e-6)


# Nothing to do, or more than can be done --------------------------------------------------------


@pytest.mark.parametrize("cell", calls.CELLS)
@pytest.mark.parametrize(("steps", "batch"), [(0, 3), (0, 40), (3, 0), (0, 0)])
def test_no_steps_or_no_samples(cell, steps, batch):
    for mask in (None, np.ones((steps, batch), bool)):
        case = case_of(cell, steps, batch, 2, 3, mask=mask)
        ((outputs, after, gradients),) = drawn.found(case)
        assert outputs.shape == (steps, batch, 3) and gradients.x.shape == (steps, batch, 2)
        for state, first in zip(after, case.data.states, strict=True):
            np.testing.assert_array_equal(state, first)
        for weight in (gradients.kernel, gradients.recurrent, gradients.bias):
            np.testing.assert_array_equal(weight, 0)
        np.testing.assert_array_equal(gradients.h, case.d_after[0])


@pytest.mark.parametrize("cell", calls.CELLS)
def test_no_features(cell):
    case = case_of(cell, 3, 4, 0, 3)
    assert max(drawn.differences(case).values()) < 1e-12


@pytest.mark.parametrize("sizes", [(1 << 30, 1), (1, 1 << 30), (1 << 40, 1 << 40)])
def test_more_steps_or_samples_than_can_be_numbered_are_refused(sizes):
    one = np.ones((1, 1), "float32")
    numbers = np.array([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], "int64")
    shapes = [(*sizes, 1), (1, 1), (1, 1), (sizes[1], 1)]
    with pytest.raises(frames.Refused, match=r"^more than 2\^30 timesteps or samples in one call$"):
        frames.run("recurra_forward", [one] * 4, [one], numbers, shapes)
