"""The native kernels through XLA against the same steps in plain JAX."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra import activations, layers
from recurra.compat import steep
from recurra.kernels import Recurrence, native, recurrence
from tests.kernels import drawn


def function_of(name):
    return steep.hard_sigmoid_keras1 if name.endswith("keras1") else getattr(activations, name)


def cell_of(form, units, dtype="float32"):
    """The layer that a native kernel stands for."""
    phi, sigma = map(function_of, form[1:])
    if form.cell == "simple_rnn":
        return layers.SimpleRNNCell(units, phi, dtype=dtype)
    if form.cell == "lstm":
        return layers.LSTMCell(units, phi, sigma, dtype=dtype)
    return layers.GRUCell(units, phi, sigma, reset_after=form.cell == "gru", dtype=dtype)


class Both:
    """A random recurrence, run natively or, under another form, by the reference."""

    def __init__(self, number):
        self.case = drawn.draw(number)
        data = self.case.data
        if data.mask is not None:  # the reference multiplies what padding holds with zero
            data = data._replace(x=np.where(data.mask[:, :, None], data.x, 0))
        self.data = data
        cell = cell_of(self.case.form, data.h.shape[1], self.case.dtype)
        cell.build((None, data.x.shape[2]))
        self.step = cell.step(1, False)
        self.how = Recurrence(self.case.reverse, sequences=self.case.sequences)
        self.free = jax.tree.map(jnp.asarray, data._replace(mask=None, keep=None))

    def run(self, free, form):
        step = replace(
            self.step,
            recurrent_kernel=free.recurrent,
            recurrent_bias=free.recurrent_bias,
            dropout=self.data.keep,
            kernel=free.kernel,
            bias=free.bias,
            form=form,
        )
        is_native = not native.reason(step, free.x, free.states, self.how)
        assert is_native == (form == self.step.form)
        return recurrence(step, free.x, free.states, self.data.mask, self.how)

    def loss(self, free, form):
        outputs, after = found = self.run(free, form)
        total = sum((a * d).sum() for a, d in zip(after, self.case.d_after, strict=True))
        if self.case.sequences:
            in_order = self.case.d_outputs[::-1] if self.case.reverse else self.case.d_outputs
            total = total + (outputs * in_order).sum()
        return total, found

    def gradients(self, form=None):
        return jax.value_and_grad(self.loss, has_aux=True)(self.free, form or self.step.form)


@pytest.mark.parametrize("number", range(5000, 5024))
def test_random_recurrences(number):
    with jax.enable_x64(True):
        both = Both(number)
        assert both.step.form[0] == both.case.form[0]
        by_both = jax.jit(lambda: [both.gradients(), both.gradients("asked for")])
        for one, other in zip(*map(jax.tree.leaves, by_both()), strict=True):
            by = drawn.difference(np.asarray(one), np.asarray(other))
            assert by <= 2 * drawn.TOLERANCE[both.case.dtype], both.case


def test_a_way_back_can_be_gone_twice():
    """What is kept for it is still there afterwards."""
    both = Both(5012)
    both.case = both.case._replace(dtype="float32")
    _, back, _ = jax.vjp(lambda f: both.loss(f, both.step.form), both.free, has_aux=True)
    first = jax.tree.map(np.array, back(jnp.ones((), both.free.x.dtype)))
    again = back(jnp.ones((), both.free.x.dtype))
    jax.tree.map(np.testing.assert_array_equal, first, again)


def test_calls_from_several_threads_at_once():
    """Scratch memory belongs to a thread."""
    sizes = [(30, 33, 20, 40), (7, 3, 5, 90), (50, 64, 8, 16), (3, 130, 60, 24)]
    rng = np.random.default_rng(0)
    cells = [layers.LSTM(u, return_sequences=True) for *_, u in sizes]
    inputs = [rng.normal(size=(b, t, f)).astype("float32") for t, b, f, _ in sizes]
    for cell, x in zip(cells, inputs, strict=True):
        cell(x)
    runs = [jax.jit(jax.value_and_grad(lambda x, c=c: jnp.sin(c(x)).sum())) for c in cells]
    alone = [jax.tree.map(np.array, run(x)) for run, x in zip(runs, inputs, strict=True)]

    def often(k):
        for _ in range(5):
            jax.tree.map(np.testing.assert_array_equal, runs[k](inputs[k]), alone[k])

    with ThreadPoolExecutor(len(sizes)) as pool:
        list(pool.map(often, range(len(sizes))))
