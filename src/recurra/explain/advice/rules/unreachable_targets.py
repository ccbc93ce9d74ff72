"""The rule `unreachable-targets`."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import NUMBER_LOSSES
from recurra.explain.advice.ranges import range_of, reach_fixes
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number, percent

#: So small a share of the targets may be out of reach: outliers, or a rounded maximum.
SHARE = 0.01
#: By so much of the range a target may be beyond it.
MARGIN = 0.01


@rule("unreachable-targets", at="data")
def unreachable_targets(seen: Seen) -> Iterator[Finding]:
    """The last layer cannot give some of the targets.

    An activation bounds what a layer can answer: `sigmoid` and `softmax` give numbers from 0 to 1,
    `tanh` (also that of an LSTM or GRU at the end of the model) from -1 to 1, `relu` nothing below
    0. Targets beyond can never be answered, however long the training: the model learns to give its
    largest number there, and the loss stops falling early.

    For measurements end the model with a linear layer, which gives any number:

        model.add(Dense(1))

    or scale the targets into the range, by the training part alone, when they have natural limits:

        low, high = y_train.min(), y_train.max()
        y_train = (y_train - low) / (high - low)  # for sigmoid

    The rule looks at targets under losses for measurements and under hinge. It speaks where more
    than 1 % of those looked at are beyond the range by more than 1 % of its width (for relu: below
    -0.01). Where none can be reached by far, `fit` stops with an error instead.
    """
    for output in seen.outputs:
        y, reach = output.y, range_of(output.layer)
        if y is None or reach is None or not y.values.size:
            continue
        if output.loss not in (*NUMBER_LOSSES, "hinge", "squared_hinge"):
            continue
        values = y.values.astype(np.float64)
        margin = MARGIN * (reach.width or 1.0)
        beyond = (values < reach.low - margin) | (values > reach.high + margin)
        share = float(beyond.mean())
        if share <= SHARE or (output.loss.endswith("hinge") and _may_be_zero_and_one(values)):
            continue
        where = f"below {number(reach.low)}" if math.isinf(reach.high) else "outside of that"
        yield Finding(
            f"`{y.name}` goes from {number(values.min())} to {number(values.max())}, and "
            f"{output.layer.label} ends in {reach.activation}, which gives {reach}: "
            f"{percent(share)} of the targets are {where}.",
            "what the last layer cannot give is never predicted, however long the training.",
            tuple(reach_fixes(reach, output.layer, output.units, values.max() > 0)),
        )
        return


def _may_be_zero_and_one(values: np.ndarray) -> bool:
    """Whether hinge takes these for -1 and 1."""
    return bool(((values == 0) | (values == 1)).all())
