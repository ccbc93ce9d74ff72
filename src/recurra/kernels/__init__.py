"""Recurrences over whole sequences: one interface, `recurrence`, and two implementations.

`native` runs LSTM, GRU and SimpleRNN in C++ on a CPU. `reference` is JAX alone: a cell that states
its step as `gates` over one recurrent product has a backward pass written out for that form; any
other cell is scanned over its own `call`. `native.reason` says why a step is not run natively.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from recurra.kernels import native, reference
from recurra.kernels.calls import Form

__all__ = ["Form", "Gated", "Recurrence", "both", "recurrence"]

States = Any


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Gated:
    r"""A step with one product by the state: \(s_t = g(x_t W + b, h_{t-1} U + b', s_{t-1})\).

    Args:
        gates: elementwise `(x, a, states) -> states`; the first state is the output h. Where
            `additive`, `(x + a, states) -> states`.
        recurrent_kernel: U, (units, gates * units).
        recurrent_bias: b', (gates * units,), or None.
        additive: whether the gates only see the sum of x and a.
        dropout: what h is multiplied with before the product, (batch, units), or None.
        kernel: W, (features, gates * units), or None where inputs are projected already.
        bias: b, (gates * units,), or None.
        whole: the step itself where it is more than one product,
            `(gated, x, states) -> states` over projected inputs.
        form: which of the native kernels computes the same, or why none does.
    """

    gates: Callable[..., tuple] = field(metadata={"static": True})
    recurrent_kernel: jax.Array
    recurrent_bias: jax.Array | None = None
    additive: bool = field(default=False, metadata={"static": True})
    dropout: jax.Array | None = None
    kernel: jax.Array | None = None
    bias: jax.Array | None = None
    whole: Callable[..., tuple] | None = field(default=None, metadata={"static": True})
    form: Form | str = field(default="it is not one of ours", metadata={"static": True})

    def __call__(self, x: Any, states: tuple) -> tuple[Any, tuple]:
        """One step: the output and the new states."""
        x = reference.projected(self, x)
        if self.whole is not None:
            states = self.whole(self, x, states)
        else:
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
        step: a `Gated` step, or any `(input, states) -> (output, states)`.
        inputs: (timesteps, batch, ...).
        states: initial states, each (batch, ...).
        mask: (timesteps, batch), True where a step is real. At other steps the states stay.
        how: direction and what to return.

    Returns:
        The outputs, (timesteps, batch, ...) in the order of processing, or (batch, ...) of the last
        step; and the last states.
    """
    run: Callable[..., Any] = reference.gated if isinstance(step, Gated) else reference.scan
    if isinstance(step, Gated) and not native.reason(step, inputs, states, how):
        run = native.gated
    return _returned(how, mask, *run(how, step, inputs, states, mask))


def both(first: tuple, second: tuple) -> list[tuple[Any, States]]:
    """Run two independent recurrences; where each occupies one thread, at the same time.

    Args:
        first: the arguments of `recurrence`, all of them.
        second: likewise.
    """
    parts = first, second
    for step, inputs, states, _, how in parts:
        if not isinstance(step, Gated) or native.reason(step, inputs, states, how):
            return [recurrence(*p) for p in parts]
    found = native.together([(how, *rest) for *rest, how in parts])
    return [_returned(p[4], p[3], *results) for p, results in zip(parts, found)]


def _returned(how: Recurrence, mask: Any, outputs: Any, states: States) -> tuple[Any, States]:
    """Outputs as they were asked for: zeros at masked steps, and in the order of processing."""
    if how.zero_masked and mask is not None:
        last = mask[:1] if how.reverse else mask[-1:]  # (1, batch), or (0, batch) of no steps
        real = mask if how.sequences else last.any(0)
        outputs = reference.where(real, outputs, jax.tree.map(jnp.zeros_like, outputs))
    return (jnp.flip(outputs, 0) if how.sequences and how.reverse else outputs), states
