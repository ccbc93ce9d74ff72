"""Outputs that cannot come near their targets, whatever is learnt, are refused before training."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.lazy import pieces
from recurra.training import losses
from recurra.training.batches import ArrayBatches, Batches
from recurra.training.ends import End, Passed
from recurra.training.objectives import Output, label_of
from recurra.training.targets import function_of

#: Losses that are small where outputs are near the targets.
NUMBER_LOSSES = (
    losses.mean_squared_error,
    losses.mean_absolute_error,
    losses.mean_absolute_percentage_error,
    losses.huber,
    losses.log_cosh,
    losses.poisson,
)
#: So few targets may be out of reach by chance.
LEAST_TARGETS = 8


def check_reach(model: Any, train: Batches) -> None:
    """Refuse outputs that are always 1, and targets of which none can be reached by far.

    Args:
        model: built, with its losses settled.
        train: what it is trained on; targets in memory are looked at, all of them.

    Raises:
        DataError: which says what the last layer can give.
    """
    settled = model._objectives.outputs
    for k, output in enumerate(settled):
        y = train.data.y[k] if len(train.data.y) > k else None
        if y is None or output.loss is None or output.weight == 0:
            continue
        last = _bounded(model, k)
        if last is None:
            continue
        _check_softmax(last, y)
        number_loss = function_of(output.loss) in NUMBER_LOSSES
        if number_loss and isinstance(train, ArrayBatches) and np.size(y) >= LEAST_TARGETS:
            _check_far(last, output, y, label_of(output, settled))


def _bounded(model: Any, index: int) -> Passed | None:
    """The layer that decides in which range an output is; None where it may be any number."""
    from recurra.explain.advice.ranges import range_of
    from recurra.explain.advice.seen import final_layer

    layer = final_layer(model, index)
    if range_of(layer) is None:
        return None
    return next((p for p in End(model, index).passed if p.layer is layer), None)


def _check_softmax(last: Passed, y: Any) -> None:
    from recurra.explain.advice.ranges import is_softmax_over_one

    if not is_softmax_over_one(last.layer, last.output.shape):
        return
    yes_or_no = all(bool(((part == 0) | (part == 1)).all()) for part in pieces(y))
    line = getattr(last.layer, "origin", None)
    raise DataError(
        f"{last.layer.label} gives a softmax over one number, which is always 1: the model says 1 "
        "to every sample, whatever it learns.",
        set_by=str(line) if line else None,
        fixes=[
            "for yes or no, Dense(1, activation='sigmoid') and loss='binary_crossentropy'",
            "for several classes, one output a class: Dense(classes, activation='softmax')",
        ]
        if yes_or_no
        else [
            "for measurements, Dense(1)",
            "for yes or no, Dense(1, activation='sigmoid') and targets of 0 and 1",
        ],
    )


def _check_far(last: Passed, output: Output, y: Any, who: str) -> None:
    from recurra.explain.advice.ranges import range_of, reach_fixes

    reach = range_of(last.layer)
    assert reach is not None, "a bounded layer"
    ranges = [(float(part.min()), float(part.max())) for part in pieces(y)]
    least, most = min(low for low, _ in ranges), max(high for _, high in ranges)
    # A scaled series may leave the range by a little for a while: that is advised on, not refused.
    if least <= reach.high + reach.width and most >= reach.low - reach.width:
        return
    line = getattr(last.layer, "origin", None)
    raise DataError(
        f"`y` for {who} goes from {least:g} to {most:g}, and {last.layer.label} gives {reach}, "
        f"because it ends in {reach.activation}: no target can be reached.",
        came=f"y from {least:g} to {most:g}",
        expected=f"y {reach.span}",
        set_by=str(line) if line else None,
        fixes=reach_fixes(reach, last.layer, last.output.shape[-1], most > 0),
    )
