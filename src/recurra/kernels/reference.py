r"""Recurrences in plain JAX, on any device and for any dtype.

`scan` runs any step and is differentiated by JAX. `gated` runs steps of the form
\(s_t = g(x_t, a_t, s_{t-1}),\; a_t = h_{t-1} U + b\) with a backward pass of its own: the loop
carries only the states' gradients, and the gradient of U is one product over all steps,
\(\partial U = \sum_t h_{t-1}^\top \partial a_t\), instead of one a step.

Sequences are time-major, (timesteps, batch, ...), and stay in the order of time here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import lax

if TYPE_CHECKING:
    from recurra.kernels import Gated, Recurrence

# Below so many multiplications a product is written as a sum, which XLA fuses with the gates; a
# call of its matrix product costs more than the arithmetic.
SMALL_PRODUCT = 4096


def scan(step: Any, steps: Any, states: Any, mask: Any, how: Recurrence) -> tuple[Any, Any]:
    """Scan any step `(input, states) -> (output, states)`."""
    first = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape[1:], x.dtype), steps)
    output = jax.eval_shape(lambda x, s: step(x, s)[0], first, states)
    zeros = jax.tree.map(lambda o: jnp.zeros(o.shape, o.dtype), output)
    start = _output_before(states, output, zeros)

    def body(carry: tuple, at: tuple) -> tuple[tuple, Any]:
        last, before = carry
        x, real = at
        output, after = step(x, before)
        if real is not None:
            output = _where(real, output, zeros if how.zero_masked else last)
            after = _where(real, after, before)
        after = jax.tree.map(lambda a, b: a.astype(b.dtype), after, before)
        return (output, after), (output if how.sequences else None)

    (last, states), outputs = lax.scan(
        body, (start, states), (steps, mask), reverse=how.reverse, unroll=how.unroll
    )
    return (outputs if how.sequences else last), states


def _output_before(states: Any, output: Any, zeros: Any) -> Any:
    """What a masked first step gives: the state that the output comes from, as in Keras."""
    first = states[0] if isinstance(states, (list, tuple)) else states
    if isinstance(first, (list, tuple)):  # stacked cells: the output is the last one's
        first = states[-1][0]
    same = getattr(first, "shape", None) == getattr(output, "shape", ())
    return first.astype(output.dtype) if same else zeros


def gated(step: Gated, steps: Any, states: Any, mask: Any, how: Recurrence) -> tuple[Any, Any]:
    """Run a `Gated` step; `steps` are its projected inputs, (timesteps, batch, gates * units)."""
    all_h, states = _gated(
        step.gates, step.additive, how, steps, step.kernel, step.bias, states, mask, step.dropout
    )
    outputs = all_h if how.sequences else states[0]
    if how.zero_masked and mask is not None:
        real = mask if how.sequences else mask[0 if how.reverse else -1]
        outputs = jnp.where(real[..., None], outputs, jnp.zeros((), outputs.dtype))
    return outputs, states


def seen(additive: bool, x: Any, h: Any, kernel: Any, bias: Any, dropout: Any) -> tuple:
    """What the gates see of a step: x and h U + b, or their sum."""
    a = _product(h, kernel, dropout)
    a = a if bias is None else a + bias
    return (x + a,) if additive else (x, a)


@partial(jax.custom_vjp, nondiff_argnums=(0, 1, 2))
def _gated(
    gates: Any,
    additive: bool,
    how: Recurrence,
    steps: Any,
    kernel: Any,
    bias: Any,
    states: Any,
    mask: Any,
    dropout: Any,
) -> tuple[Any, Any]:
    """All outputs h, (timesteps, batch, units), if asked for, and the last states."""

    def body(before: tuple, at: tuple) -> tuple[tuple, Any]:
        x, real = at
        after = gates(*seen(additive, x, before[0], kernel, bias, dropout), before)
        after = after if real is None else _where(real, after, before)
        return after, (after[0] if how.sequences else None)

    states, all_h = lax.scan(body, states, (steps, mask), reverse=how.reverse, unroll=how.unroll)
    return all_h, states


def _gated_forward(
    gates: Any,
    additive: bool,
    how: Recurrence,
    steps: Any,
    kernel: Any,
    bias: Any,
    states: Any,
    mask: Any,
    dropout: Any,
) -> tuple[Any, Any]:
    """The same, and what the way back needs: the states before each step and what gates saw."""

    def body(before: tuple, at: tuple) -> tuple[tuple, Any]:
        x, real = at
        saw = seen(additive, x, before[0], kernel, bias, dropout)
        after = gates(*saw, before)
        after = after if real is None else _where(real, after, before)
        return after, (before, saw[-1])

    last, (before, kept) = lax.scan(
        body, states, (steps, mask), reverse=how.reverse, unroll=how.unroll
    )
    all_h = None
    if how.sequences:
        h, end = before[0], last[0][None]
        all_h = jnp.concatenate([end, h[:-1]] if how.reverse else [h[1:], end])
    saw = (kept,) if additive else (steps, kept)
    return (all_h, last), (saw, kernel, bias, before, mask, dropout)


def _gated_backward(
    gates: Any, additive: bool, how: Recurrence, kept: tuple, gradients: tuple
) -> tuple[Any, ...]:
    saw, kernel, bias, before, mask, dropout = kept
    d_all_h, d_last = gradients

    def body(d_after: tuple, at: tuple) -> tuple[tuple, Any]:
        saw, before, d_h, real = at
        if d_h is not None:
            d_after = (d_after[0] + d_h, *d_after[1:])
        handed_on = None
        if real is not None:  # a masked step handed its states on
            zeros = jax.tree.map(jnp.zeros_like, d_after)
            handed_on, d_after = _where(real, zeros, d_after), _where(real, d_after, zeros)
        *d_seen, d_before = jax.vjp(gates, *saw, before)[1](d_after)
        d_product = _product(d_seen[-1], kernel.T)
        d_product = d_product if dropout is None else d_product * dropout
        d_before = (d_before[0] + d_product, *d_before[1:])
        if handed_on is not None:
            d_before = jax.tree.map(jnp.add, d_before, handed_on)
        return d_before, tuple(d_seen)

    d_first, d_saw = lax.scan(
        body, d_last, (saw, before, d_all_h, mask), reverse=not how.reverse, unroll=how.unroll
    )
    h = before[0] if dropout is None else before[0] * dropout
    d_kernel = jnp.einsum("tbu,tbg->ug", h, d_saw[-1])
    d_bias = None if bias is None else d_saw[-1].sum((0, 1))
    return d_saw[0], d_kernel, d_bias, d_first, None, None


_gated.defvjp(_gated_forward, _gated_backward)


def _product(h: Any, kernel: Any, dropout: Any = None) -> Any:
    """H U, as a sum that fuses with what follows where the product is small."""
    h = h if dropout is None else h * dropout
    batch, (units, columns) = h.shape[0], kernel.shape
    if isinstance(batch, int) and batch * units * columns <= SMALL_PRODUCT:
        return (h[:, :, None] * kernel).sum(1)
    return h @ kernel


def _where(real: Any, new: Any, old: Any) -> Any:
    """`new` for the samples whose step is real, `old` for the others."""

    def choose(n: Any, o: Any) -> Any:
        return jnp.where(real.reshape(real.shape + (1,) * (n.ndim - 1)), n, o)

    return jax.tree.map(choose, new, old)
