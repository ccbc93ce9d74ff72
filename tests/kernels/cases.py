"""Random recurrences, as `kernels` takes them and as plain loops."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from recurra.kernels import Gated
from tests.kernels import loops


def simple_gates(s, states):
    return (jnp.tanh(s),)


def lstm_gates(s, states):
    i, f, g, o = jnp.split(s, 4, axis=-1)
    c = jax.nn.sigmoid(f) * states[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def gru_gates(x, a, states):
    x_z, x_r, x_h = jnp.split(x, 3, axis=-1)
    a_z, a_r, a_h = jnp.split(a, 3, axis=-1)
    z, r = jax.nn.sigmoid(x_z + a_z), jax.nn.sigmoid(x_r + a_r)
    return (z * states[0] + (1 - z) * jnp.tanh(x_h + r * a_h),)


#: name: (gates, the same for one sample, number of gates, number of states, additive)
KINDS = {
    "simple": (simple_gates, loops.simple, 1, 1, True),
    "lstm": (lstm_gates, loops.lstm, 4, 2, True),
    "gru": (gru_gates, loops.gru, 3, 1, False),
}


class Case(NamedTuple):
    """One recurrence with its data."""

    gated: Gated
    loop: loops.Loop
    inputs: Any
    states: tuple
    mask: Any


def make(
    kind: str,
    steps: int = 5,
    batch: int = 3,
    units: int = 2,
    *,
    dtype: str = "float32",
    bias: bool = True,
    masked: bool = False,
    dropout: bool = False,
    seed: int = 0,
) -> Case:
    """Random weights, inputs, states and whatever else is asked for."""
    gates, step, gate_count, state_count, additive = KINDS[kind]
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return rng.normal(size=shape).astype(dtype)

    kernel = draw(units, gate_count * units)
    b = draw(gate_count * units) if bias else None
    keep = (rng.random((batch, units)) < 0.5).astype(dtype) * 2 if dropout else None
    return Case(
        Gated(gates, kernel, b, additive, keep),
        loops.Loop(step, kernel, b, keep),
        draw(steps, batch, gate_count * units),
        tuple(draw(batch, units) for _ in range(state_count)),
        rng.random((steps, batch)) < 0.6 if masked else None,
    )
