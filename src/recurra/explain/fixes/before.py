"""What the layer before gives: a vector where a sequence is needed, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.explain.facts import Facts, place
from recurra.explain.fixes.code import Fix


def previous_layer(facts: Facts) -> Iterator[Fix]:
    """A recurrent layer before this one gives the last output where all are needed, or all."""
    layer = _recurrent_before(facts)
    if layer is None:
        return
    where = _where(layer)
    if not layer.return_sequences and facts.least == len(facts.came) + 1:
        why = f"{where}gives the output of every timestep, not of the last alone"
        yield Fix(_written(layer, "return_sequences=True"), why)
    elif layer.return_sequences and facts.rank == len(facts.came) - 1:
        yield last_output(layer)


def last_output(layer: Any) -> Fix:
    """A recurrent layer as it gives the last output alone, one vector a sample."""
    why = f"{_where(layer)}without return_sequences=True it gives the last output alone"
    return Fix(_written(layer), why)


def _where(layer: Any) -> str:
    where = place(getattr(layer, "origin", None))
    return f"in {where}: " if where else ""


def _recurrent_before(facts: Facts) -> Any:
    """The nearest recurrent layer before, behind which the number of axes stayed the same."""
    for step in reversed(facts.error.path):
        if len(step.shape) != len(facts.came):
            return None
        if hasattr(step.layer, "return_sequences"):
            return step.layer
    return None


def _written(layer: Any, *arguments: str) -> str:
    """`LSTM(32, return_sequences=True)`, or the same inside a Bidirectional."""
    inner = getattr(layer, "layer", None)
    if inner is not None:
        return f"{type(layer).__name__}({_written(inner, *arguments)})"
    return f"{type(layer).__name__}({', '.join((str(getattr(layer, 'units', '...')), *arguments))})"


def vector_to_sequence(facts: Facts) -> Iterator[Fix]:
    """A layer that gives one vector a sample stands before one that takes a sequence."""
    is_sequence = "timesteps" in [a.name for a in facts.expected]
    if facts.is_data or facts.from_input or len(facts.came) != 2 or not is_sequence:
        return
    if _recurrent_before(facts) is None:
        why = f"before {facts.kind}: the vector once for each of 10 timesteps"
        yield Fix("RepeatVector(10)", why)


def sequence_to_vector(facts: Facts) -> Iterator[Fix]:
    """A sequence goes into a layer that takes one vector a sample."""
    if facts.is_data or facts.from_input or facts.rank != 2 or len(facts.came) != 3:
        return
    if _recurrent_before(facts) is None:
        why = f"before {facts.kind}: the mean over the timesteps, one vector a sample"
        yield Fix("GlobalAveragePooling1D()", why)
