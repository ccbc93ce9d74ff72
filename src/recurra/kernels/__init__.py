"""Recurrences over whole sequences: one interface, `recurrence`.

A cell that states its step as `gates` over one recurrent product runs with a backward pass written
out for that form. Any other cell is scanned over its own `call`. Both live in `reference`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from recurra.kernels import reference

__all__ = ["Gated", "Recurrence", "recurrence"]

States = Any


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Gated:
    r"""A step with one matrix product, by the state: \(s_t = g(x_t, h_{t-1} U + b, s_{t-1})\).

    Args:
        gates: elementwise `(x, a, states) -> states`; the first state is the output h. Where
            `additive`, `(x + a, states) -> states`.
        kernel: U, (units, gates * units).
        bias: b, (gates * units,), or None.
        additive: whether the gates only see the sum of x and a.
        dropout: what h is multiplied with before the product, (batch, units), or None.
    """

    gates: Callable[..., tuple] = field(metadata={"static": True})
    kernel: jax.Array
    bias: jax.Array | None = None
    additive: bool = field(default=False, metadata={"static": True})
    dropout: jax.Array | None = None

    def __call__(self, x: Any, states: tuple) -> tuple[Any, tuple]:
        """One step: the output and the new states."""
        states = self.gates(*reference.seen(self, x, states[0]), states)
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
    run: Callable[..., Any] = reference.gated if isinstance(step, Gated) else reference.scan
    outputs, states = run(how, step, inputs, states, mask)
    if how.zero_masked and mask is not None:
        last = mask[:1] if how.reverse else mask[-1:]  # (1, batch), or (0, batch) of no steps
        real = mask if how.sequences else last.any(0)
        outputs = reference.where(real, outputs, jax.tree.map(jnp.zeros_like, outputs))
    return (jnp.flip(outputs, 0) if how.sequences and how.reverse else outputs), states
