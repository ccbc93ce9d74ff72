"""What every cell can do, ours or a user's own: start, take a step, and say what it gives."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.calls import spec_of
from recurra.engine.layer import Layer
from recurra.engine.tree import leaves, map_leaves, pack_like


def build_for(cell: Any, input_shape: tuple[int | None, ...]) -> None:
    """Build a cell that is a layer, once, for inputs of one step."""
    if isinstance(cell, Layer) and not cell.built:
        cell.build(input_shape)


def initial_states(cell: Any, batch_size: Any, dtype: str) -> list[Any]:
    """The states that a sequence starts from, as a list, possibly nested: the cell's or zeros."""
    make = getattr(cell, "get_initial_state", None)
    if make is not None:
        states = make(batch_size=batch_size)
    else:
        states = map_leaves(lambda size: jnp.zeros((batch_size, size), dtype), cell.state_size)
    states = map_leaves(lambda s: getattr(s, "value", s), states)  # they may be variables
    return list(states) if isinstance(states, (list, tuple)) else [states]


def step_of(cell: Any, training: bool) -> Any:
    """One call of a cell, its new states in the structure the old ones came in."""
    call = cell if callable(cell) else cell.call
    takes = spec_of(type(cell).call).takes("training")
    kwargs = {"training": training} if takes else {}

    def step(x: Any, states: Any) -> tuple[Any, Any]:
        output, after = call(x, states, **kwargs)
        return output, pack_like(states, list(leaves(after)))

    return step


def output_size(cell: Any) -> Any:
    """The size of a cell's output, that of its first state where it says nothing else."""
    return getattr(cell, "output_size", None) or next(leaves(cell.state_size))
