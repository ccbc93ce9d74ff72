"""The rule `softmax-over-one`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.ranges import is_softmax_over_one, last_activation
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen


@rule("softmax-over-one", at="data")
def softmax_over_one(seen: Seen) -> Iterator[Finding]:
    """A softmax inside the model runs over a single number, so it always gives 1.

    A softmax turns several numbers into shares that add up to 1. Of a single number the share is
    always 1, whatever the number is: the layers before it are never trained, and what it weighs is
    not weighed at all. It happens in attention over time: scores of shape
    `(batch, timesteps, 1)` have their several numbers along the timesteps, and a softmax runs over
    the last axis unless it is told otherwise.

    Let it run over the timesteps:

        scores = Dense(1)(states)             # (batch, timesteps, 1)
        shares = Softmax(axis=1)(scores)      # add up to 1 over the timesteps
        summary = Dot(axes=1)([shares, states])

    For yes or no use `sigmoid` instead, which gives one number between 0 and 1.

    The rule looks at the layers' outputs, and in a model of your own class at layers such as
    `Dense(1, activation="softmax")`. It does not look at data. A softmax over one at the end of a
    model is refused by `fit`.
    """
    found = _in_graph(seen.model) or _by_arguments(seen)
    if found is None:
        return
    who, steps = found
    where = f" a timestep, over {amount(steps, 'timestep')}" if steps else ""
    yield Finding(
        f"{who} gives a softmax over one number{where}: it is always 1.",
        "the share of one number alone is 1, whatever it is; nothing before it is trained.",
        (
            "Dense(1), then Softmax(axis=1): shares that add up to 1 over the timesteps",
            "for yes or no, activation='sigmoid'",
        ),
    )


def _in_graph(model: Any) -> tuple[str, int | None] | None:
    """The first softmax over one in a model of known connections, and the timesteps there."""
    graph = getattr(model, "_graph", None)
    for node in graph.nodes if graph is not None else ():
        inner = _in_graph(node.operation)
        if inner is not None:
            return inner
        shape = getattr(node.outputs, "shape", None)
        if shape is not None and _is_one(node, shape):
            label = getattr(node.operation, "label", "ops.softmax")
            return label, shape[1] if len(shape) == 3 else None
    return None


def _is_one(node: Any, shape: tuple[int | None, ...]) -> bool:
    if getattr(node.operation, "kind", None) == "Softmax":  # recurra.ops.softmax
        axis = node.kwargs.get("axis", node.args[1] if len(node.args) > 1 else -1)
        return isinstance(axis, int) and shape[axis] == 1
    return is_softmax_over_one(node.operation, shape)


def _by_arguments(seen: Seen) -> tuple[str, None] | None:
    """A layer of one unit with softmax, in a model whose connections are not known."""
    if getattr(seen.model, "_graph", None) is not None:
        return None
    layers = (x for x in seen.of_kind("Dense") if getattr(x, "units", None) == 1)
    return next(((x.label, None) for x in layers if last_activation(x) == "softmax"), None)
