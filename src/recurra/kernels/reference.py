r"""Recurrences in plain JAX, on any device and for any dtype.

`scan` runs any step and is differentiated by JAX. `gated` runs steps of the form
\(s_t = g(x_t, a_t, s_{t-1}),\; a_t = h_{t-1} U + b\) with a backward pass of its own: the loop
carries only the states' gradients, and the gradient of U is one product over all steps,
\(\partial U = \sum_t h_{t-1}^\top \partial a_t\), instead of one a step.

Sequences are time-major, (timesteps, batch, ...), and stay in the order of time here.
"""

from __future__ import annotations

from dataclasses import replace
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


def scan(how: Recurrence, step: Any, steps: Any, states: Any, mask: Any) -> tuple[Any, Any]:
    """Scan any step `(input, states) -> (output, states)`."""
    first = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape[1:], x.dtype), steps)
    output = jax.eval_shape(lambda x, s: step(x, s)[0], first, states)

    def body(carry: tuple, at: tuple) -> tuple[tuple, Any]:
        last, before = carry
        x, real = at
        output, after = step(x, before)
        if real is not None:
            output, after = where(real, output, last), where(real, after, before)
        after = jax.tree.map(lambda a, b: a.astype(b.dtype), after, before)
        return (output, after), (output if how.sequences else None)

    start = _output_before(states, output), states
    (last, states), outputs = lax.scan(
        body, start, (steps, mask), reverse=how.reverse, unroll=how.unroll
    )
    return (outputs if how.sequences else last), states


def _output_before(states: Any, output: Any) -> Any:
    """What a masked first step gives: the state that the output comes from, as in Keras."""
    first = states[0] if isinstance(states, (list, tuple)) else states
    if isinstance(first, (list, tuple)):  # stacked cells: the output is the last one's
        first = states[-1][0]
    if getattr(first, "shape", None) == getattr(output, "shape", ()):
        return first.astype(output.dtype)
    return jax.tree.map(lambda o: jnp.zeros(o.shape, o.dtype), output)


def seen(step: Gated, x: Any, h: Any) -> tuple:
    """What the gates see of a step: x and h U + b, or their sum."""
    a = _product(h, step.recurrent_kernel, step.dropout)
    a = a if step.recurrent_bias is None else a + step.recurrent_bias
    return (x + a,) if step.additive else (x, a)


def projected(step: Gated, inputs: Any) -> Any:
    """The inputs' share of the gates, x W + b, (..., gates * units)."""
    x = inputs if step.kernel is None else inputs @ step.kernel
    return x if step.bias is None else x + step.bias


def gated(how: Recurrence, step: Gated, inputs: Any, states: Any, mask: Any) -> tuple[Any, Any]:
    """Run a `Gated` step over its inputs, (timesteps, batch, ...)."""
    steps = projected(step, inputs)
    alone = replace(step, kernel=None, bias=None)  # what each step needs
    return (_gated if step.whole is None else scan)(how, alone, steps, states, mask)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _gated(how: Recurrence, step: Gated, steps: Any, states: Any, mask: Any) -> tuple[Any, Any]:
    """Run a step of one product; `steps` are projected inputs."""

    def body(before: tuple, at: tuple) -> tuple[tuple, Any]:
        x, real = at
        after = step.gates(*seen(step, x, before[0]), before)
        after = after if real is None else where(real, after, before)
        return after, (after[0] if how.sequences else None)

    states, all_h = lax.scan(body, states, (steps, mask), reverse=how.reverse, unroll=how.unroll)
    return (all_h if how.sequences else states[0]), states


def _gated_forward(
    how: Recurrence, step: Gated, steps: Any, states: Any, mask: Any
) -> tuple[Any, Any]:
    """The same, and what the way back needs: the states before each step and what gates saw."""

    def body(before: tuple, at: tuple) -> tuple[tuple, Any]:
        x, real = at
        saw = seen(step, x, before[0])
        after = step.gates(*saw, before)
        after = after if real is None else where(real, after, before)
        return after, (before, saw[-1])

    last, (before, kept) = lax.scan(
        body, states, (steps, mask), reverse=how.reverse, unroll=how.unroll
    )
    outputs = last[0]
    if how.sequences:
        h, end = before[0], last[0][None]
        outputs = jnp.concatenate([end, h[:-1]] if how.reverse else [h[1:], end])
    saw = (kept,) if step.additive else (steps, kept)
    return (outputs, last), (saw, step, before, mask)


def _gated_backward(how: Recurrence, kept: tuple, gradients: tuple) -> tuple[Any, ...]:
    saw, step, before, mask = kept
    d_outputs, d_last = gradients
    if not how.sequences:
        d_outputs, d_last = None, (d_last[0] + d_outputs, *d_last[1:])

    def body(d_after: tuple, at: tuple) -> tuple[tuple, Any]:
        saw, before, d_h, real = at
        if d_h is not None:
            d_after = (d_after[0] + d_h, *d_after[1:])
        handed_on = None
        if real is not None:  # a masked step handed its states on
            zeros = jax.tree.map(jnp.zeros_like, d_after)
            handed_on, d_after = where(real, zeros, d_after), where(real, d_after, zeros)
        *d_seen, d_before = jax.vjp(step.gates, *saw, before)[1](d_after)
        d_product = _product(d_seen[-1], step.recurrent_kernel.T)
        d_product = d_product if step.dropout is None else d_product * step.dropout
        d_before = (d_before[0] + d_product, *d_before[1:])
        if handed_on is not None:
            d_before = jax.tree.map(jnp.add, d_before, handed_on)
        return d_before, tuple(d_seen)

    d_first, d_saw = lax.scan(
        body, d_last, (saw, before, d_outputs, mask), reverse=not how.reverse, unroll=how.unroll
    )
    h = before[0] if step.dropout is None else before[0] * step.dropout
    d_step = replace(
        step,
        recurrent_kernel=jnp.einsum("tbu,tbg->ug", h, d_saw[-1]),
        recurrent_bias=None if step.recurrent_bias is None else d_saw[-1].sum((0, 1)),
        dropout=None,  # it is drawn, so nobody asks for its gradient
    )
    return d_step, d_saw[0], d_first, None


_gated.defvjp(_gated_forward, _gated_backward)


def _product(h: Any, kernel: Any, dropout: Any = None) -> Any:
    """H U, as a sum that fuses with what follows where the product is small."""
    h = h if dropout is None else h * dropout
    batch, (units, columns) = h.shape[0], kernel.shape
    if isinstance(batch, int) and batch * units * columns <= SMALL_PRODUCT:
        return (h[:, :, None] * kernel).sum(1)
    return h @ kernel


def where(real: Any, new: Any, old: Any) -> Any:
    """`new` where a step of a sample is real, `old` elsewhere; `real` covers the first axes."""

    def choose(n: Any, o: Any) -> Any:
        return jnp.where(real.reshape(real.shape + (1,) * (n.ndim - real.ndim)), n, o)

    return jax.tree.map(choose, new, old)
