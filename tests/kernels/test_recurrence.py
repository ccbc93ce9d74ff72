"""Recurrences against plain loops over NumPy arrays."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.kernels import Recurrence, recurrence
from tests.kernels.cases import KINDS, make

#: dtype and the greatest difference that its rounding explains
TYPES = {"float32": 2e-5, "float64": 1e-10}


def check(case, how, dtype="float32", as_any_step=False):
    """Compare outputs, the last output and the last states with the loop's."""
    step = (lambda x, s: case.gated(x, s)) if as_any_step else case.gated
    sequences, after = recurrence(
        step, case.inputs, case.states, case.mask, how._replace(sequences=True)
    )
    last, after_again = recurrence(step, case.inputs, case.states, case.mask, how)
    outputs, final, states = case.loop.run(
        case.inputs, case.states, case.mask, how.reverse, how.zero_masked
    )
    close = {"rtol": 0, "atol": TYPES[dtype]}
    np.testing.assert_allclose(sequences, outputs, **close)
    np.testing.assert_allclose(last, final, **close)
    assert len(after) == len(after_again) == len(states)
    for one, again, expected in zip(after, after_again, states, strict=True):
        np.testing.assert_allclose(one, expected, **close)
        np.testing.assert_allclose(again, expected, **close)
    for array in (sequences, last, *after):
        assert array.dtype == dtype


WAYS = [
    Recurrence(reverse=reverse, zero_masked=zero) for reverse in (False, True) for zero in (0, 1)
]


@pytest.mark.parametrize("kind", KINDS)
def test_gated_steps(kind):
    case = make(kind)
    for how in WAYS[::2]:
        check(case, how)


@pytest.mark.parametrize("kind", KINDS)
def test_gated_steps_with_masks_to_ten_digits(kind):
    with jax.enable_x64(True):
        case = make(kind, masked=True, dtype="float64", dropout=True)
        for how in WAYS:
            check(case, how, "float64")


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_any_step(kind, masked):
    for how in WAYS if masked else WAYS[::2]:
        check(make(kind, masked=masked), how, as_any_step=True)


@pytest.mark.parametrize(("bias", "dropout"), list(itertools.product([False, True], repeat=2)))
def test_with_and_without_bias_and_dropout(bias, dropout):
    for kind in KINDS:
        check(make(kind, bias=bias, dropout=dropout), Recurrence())


def test_a_loop_written_out_is_the_same():
    check(make("lstm", steps=3, masked=True), Recurrence(unroll=True, reverse=True))


def test_products_of_any_size_are_the_same():
    """Small ones are written as sums; 8 * 24 * 96 multiplications are more than that."""
    check(make("lstm", steps=2, batch=8, units=24), Recurrence())


@settings(deadline=None, max_examples=10)
@given(
    st.sampled_from(list(KINDS)),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 4),
    st.booleans(),
    st.sampled_from(WAYS),
    st.integers(0, 99),
)
def test_any_shape(kind, steps, batch, units, masked, how, seed):
    check(make(kind, steps, batch, units, masked=masked, dropout=masked, seed=seed), how)


# At the edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize("as_any_step", [False, True])
def test_no_steps_no_samples(as_any_step):
    for steps, batch in ((0, 2), (3, 0)):
        case = make("gru", steps, batch)
        step = (lambda x, s, g=case.gated: g(x, s)) if as_any_step else case.gated
        how = Recurrence(sequences=True)
        outputs, (h,) = recurrence(step, case.inputs, case.states, None, how)
        assert outputs.shape == (steps, batch, 2)
        np.testing.assert_array_equal(h, case.states[0])


@pytest.mark.parametrize("as_any_step", [False, True])
def test_samples_that_are_all_padding(as_any_step):
    case = make("lstm", steps=4, batch=2)._replace(mask=np.zeros((4, 2), bool))
    step = (lambda x, s: case.gated(x, s)) if as_any_step else case.gated
    for reverse in (False, True):
        how = Recurrence(sequences=True, reverse=reverse)
        outputs, (h, c) = recurrence(step, case.inputs, case.states, case.mask, how)
        np.testing.assert_array_equal(h, case.states[0])
        np.testing.assert_array_equal(c, case.states[1])
        np.testing.assert_array_equal(outputs, np.broadcast_to(h, outputs.shape))
        zero = recurrence(step, case.inputs, case.states, case.mask, Recurrence(zero_masked=True))
        np.testing.assert_array_equal(zero[0], np.zeros((2, 2)))


def test_padding_may_hold_anything_but_what_is_no_number():
    case = make("lstm", steps=4, batch=1)
    mask = np.array([[True], [False], [True], [False]])
    clean, _ = recurrence(case.gated, case.inputs[::2], case.states)
    spoilt = np.where(mask[..., None], case.inputs, 1e30).astype("float32")
    np.testing.assert_allclose(
        recurrence(case.gated, spoilt, case.states, mask)[0], clean, rtol=1e-6
    )


def test_backwards_is_forwards_over_flipped_sequences():
    case = make("gru", masked=True)
    how = Recurrence(sequences=True)
    back = recurrence(case.gated, case.inputs, case.states, case.mask, how._replace(reverse=True))
    there = recurrence(case.gated, case.inputs[::-1], case.states, case.mask[::-1], how)
    jax.tree.map(np.testing.assert_array_equal, back, there)


# Steps of one's own -----------------------------------------------------------------------------


def test_a_step_may_have_states_outputs_and_inputs_of_any_structure():
    def step(x, states):
        total, (count, last) = states
        total = total + x["a"] * x["b"]
        return {"sum": total, "last": last}, [total, (count + 1, x["a"])]

    inputs = {"a": jnp.arange(6.0).reshape(3, 2, 1), "b": jnp.full((3, 2, 1), 2.0)}
    states = [jnp.zeros((2, 1)), (jnp.zeros((2,), "int32"), jnp.full((2, 1), -1.0))]
    mask = np.array([[True, True], [True, False], [True, True]])
    how = Recurrence(sequences=True)
    outputs, (total, (count, last)) = recurrence(step, inputs, states, mask, how)
    # sample 0: 2 (0 + 2 + 4); sample 1 without its second step: 2 (1 + 5)
    np.testing.assert_array_equal(total, [[12], [12]])
    np.testing.assert_array_equal(count, [3, 2])
    np.testing.assert_array_equal(last, [[4], [5]])
    np.testing.assert_array_equal(outputs["sum"][:, :, 0], [[0, 2], [4, 2], [12, 12]])
    np.testing.assert_array_equal(outputs["last"][:, :, 0], [[-1, -1], [0, -1], [2, 1]])


def test_states_keep_their_type():
    def step(x, states):
        return x, (x.astype("float32") * 2,)

    states = (jnp.zeros((2, 1), "float16"),)
    _, (after,) = recurrence(step, jnp.ones((3, 2, 1), "float16"), states)
    assert after.dtype == jnp.float16


def test_a_masked_first_step_gives_the_state_before():
    def step(x, states):
        return x + states[0], (x + states[0],)

    start = (jnp.full((1, 1), 7.0),)
    mask = np.array([[False], [True]])
    outputs, _ = recurrence(step, jnp.ones((2, 1, 1)), start, mask, Recurrence(sequences=True))
    np.testing.assert_array_equal(outputs[:, 0, 0], [7, 8])


def test_recurrences_run_in_traces_over_batches():
    case = make("lstm")
    one = lambda inputs: recurrence(case.gated, inputs, case.states)[0]
    both = jnp.stack([case.inputs, case.inputs * 2])
    np.testing.assert_allclose(jax.vmap(one)(both)[1], one(both[1]), rtol=1e-5)
    np.testing.assert_allclose(jax.jit(one)(case.inputs), one(case.inputs), rtol=1e-5)
