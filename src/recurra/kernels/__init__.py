"""Recurrences over whole sequences: one interface, `recurrence`.

A cell that states its step as `gates` over one recurrent product runs with a backward pass written
out for that form. Any other cell is scanned over its own `call`. Both live in `reference`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from recurra.kernels import reference

__all__ = ["Gated", "Recurrence", "recurrence"]

States = Any


class Gated(NamedTuple):
    r"""A step with one matrix product, by the state: \(s_t = g(x_t, h_{t-1} U + b, s_{t-1})\).

    Args:
        gates: elementwise `(x, a, states) -> states`; the first state is the output h.
        kernel: U, (units, gates * units).
        bias: b, (gates * units,), or None.
        additive: whether x and a only occur as their sum, so that their gradients are equal.
        dropout: what h is multiplied with before the product, (batch, units), or None.
    """

    gates: Callable[[jax.Array, jax.Array, tuple], tuple]
    kernel: jax.Array
    bias: jax.Array | None = None
    additive: bool = False
    dropout: jax.Array | None = None


class Recurrence(NamedTuple):
    """How to go through the timesteps.

    Args:
        reverse: from the last one to the first; outputs are in the order of processing.
        unroll: write the loop out in the compiled program.
        sequences: give all outputs; otherwise the last one.
        zero_masked: whether the output of a masked step is zero, not the last real one.
    """

    reverse: bool = False
    unroll: bool = False
    sequences: bool = False
    zero_masked: bool = False


FORWARDS = Recurrence()


def recurrence(
    step: Gated | Callable[[Any, States], tuple[Any, States]],
    inputs: jax.Array,
    states: States,
    mask: jax.Array | None = None,
    how: Recurrence = FORWARDS,
) -> tuple[Any, States]:
    """Run a recurrence over whole sequences.

    Args:
        step: a `Gated` step over projected inputs, or any `(input, states) -> (output, states)`.
        inputs: (batch, timesteps, ...).
        states: initial states, each (batch, ...).
        mask: (batch, timesteps), True where a step is real. At other steps the states stay.
        how: direction and what to return.

    Returns:
        The outputs, (batch, timesteps, ...) or (batch, ...) of the last step, and the last states.
    """
    steps = jnp.swapaxes(inputs, 0, 1)
    real = None if mask is None else jnp.swapaxes(mask, 0, 1)
    if how.reverse:
        steps = jnp.flip(steps, 0)
        real = None if real is None else jnp.flip(real, 0)
    run = reference.gated if isinstance(step, Gated) else reference.scan
    outputs, states = run(step, steps, states, real, how)  # type: ignore[arg-type]
    return (jnp.swapaxes(outputs, 0, 1) if how.sequences else outputs), states
