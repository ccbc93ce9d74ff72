"""The rule `more-parameters-than-data`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: A layer that weighs so many numbers for each output of its own is wide,
WIDE = 10_000
#: and too wide, if that is so many times the number of target values.
TIMES = 1_000


@rule("more-parameters-than-data", at="data")
def more_parameters_than_data(seen: Seen) -> Iterator[Finding]:
    """There are far more weights than targets to learn them from.

    A layer that reads 100,000 numbers of each sample has 100,000 weights for each of its units.
    With 5 samples there are 5 targets to find them by: countless choices of weights give all 5
    exactly, whatever the data are, also if they are noise. The loss goes to 0, and a new sample
    gets a number that means nothing.

    Make samples shorter before the model sees them, or give the model a part that does:

        x = x.reshape(5, 1000, 100).mean(2)[..., None]  # 100,000 values to 1,000 means of 100
        layers = [Conv1D(8, 16, strides=8), MaxPooling1D(8), GlobalAveragePooling1D(), Dense(1)]

    or cut each long series into many windows, which gives more samples; and hold out whole series,
    never single windows of them, for validation.

    The rule looks at the layer with the most weights for each unit: at least 10,000, and 1,000
    times as many as there are target values. Networks that are just large are none of its business;
    the losses show whether they learn by heart.
    """
    ys = [output.y for output in seen.outputs if output.y is not None]
    if seen.batch_size is None or not ys:
        return
    targets = sum(math.prod(y.shape) for y in ys)
    layer = max(seen.layers, key=_width, default=None)
    width = _width(layer)
    if layer is None or width < max(WIDE, TIMES * targets):
        return
    parameters = seen.model.count_params()
    yield Finding(
        f"the model has {parameters:,} parameters for {amount(targets, 'target value')}, "
        f"{parameters // targets:,} for each: {layer.label} weighs "
        f"{width:,} numbers of a sample.",
        "so many weights can give any targets exactly, also those of noise, and then say nothing "
        "about a new sample.",
        (
            "shorter samples: means of neighbouring values, or Conv1D(8, 16, strides=8) and "
            "GlobalAveragePooling1D() in the model",
            "more samples: windows cut from each series, with whole series held out for validation",
        ),
    )


def _width(layer: object) -> int:
    """How many numbers each unit of a layer weighs."""
    kernel = vars(layer).get("kernel") if layer is not None else None
    shape = getattr(kernel, "shape", ())
    return math.prod(shape[:-1]) if len(shape) > 1 else 0
