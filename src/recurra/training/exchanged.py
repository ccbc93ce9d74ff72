"""`fit(y, X)`: inputs and targets in each other's place."""

from __future__ import annotations

from typing import Any

from recurra.engine.errors import RecurraError, ShapeError


def say_if_exchanged(error: ShapeError, model: Any, x: Any, y: Any) -> None:
    """Let an error about `x` say so where the two fit the other way round.

    Args:
        error: that of `x`.
        model: with an Input, so that both shapes are known.
        x: came as inputs.
        y: came as targets.
    """
    outputs = model.outputs[0].shape[1:]
    if tuple(x.shape[1:]) not in (outputs, outputs[:-1]) or not _fits(model, y):
        return
    error.problem = (
        f"{model.label}: `x` and `y` look exchanged: `y` has the shape of the inputs, and `x` "
        "that of the targets."
    )
    error.fixes, error.said = ("model.fit(X, y)  # the inputs first, then the targets",), True


def _fits(model: Any, inputs: Any) -> bool:
    try:
        model.check_input(inputs, "y")
    except RecurraError:
        return False
    return True
