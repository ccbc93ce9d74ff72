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
        gates: elementwise `(x, a, states) -> states`; the first state is the output h. Where
            `additive`, `(x + a, states) -> states`.
        kernel: U, (units, gates * units).
        bias: b, (gates * units,), or None.
        additive: whether the gates only see the sum of x and a.
        dropout: what h is multiplied with before the product, (batch, units), or None.
    """

    gates: Callable[..., tuple]
    kernel: jax.Array
    bias: jax.Array | None = None
    additive: bool = False
    dropout: jax.Array | None = None

    def __call__(self, x: Any, states: tuple) -> tuple[Any, tuple]:
        """One step: the output and the new states."""
        seen = reference.seen(self.additive, x, states[0], self.kernel, self.bias, self.dropout)
        states = self.gates(*seen, states)
        return states[0], states


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

    Sequences have their timesteps first: each step is then one piece of memory.

    Args:
        step: a `Gated` step over projected inputs, or any `(input, states) -> (output, states)`.
        inputs: (timesteps, batch, ...).
        states: initial states, each (batch, ...).
        mask: (timesteps, batch), True where a step is real. At other steps the states stay.
        how: direction and what to return.

    Returns:
        The outputs, (timesteps, batch, ...) in the order of processing, or (batch, ...) of the last
        step; and the last states.
    """
    run = reference.gated if isinstance(step, Gated) else reference.scan
    outputs, states = run(step, inputs, states, mask, how)  # type: ignore[arg-type]
    return (jnp.flip(outputs, 0) if how.sequences and how.reverse else outputs), states
