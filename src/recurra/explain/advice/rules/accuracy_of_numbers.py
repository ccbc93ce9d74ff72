"""The rule `accuracy-of-numbers`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import ACCURACIES, NUMBER_LOSSES, one_hot
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: More different numbers are no classes.
CLASSES = 20


@rule("accuracy-of-numbers", at="data")
def accuracy_of_numbers(seen: Seen) -> Iterator[Finding]:
    """Accuracy is measured where targets are numbers, not classes.

    Accuracy is the share of samples whose class is answered right. Measurements have no classes: a
    forecast of 20.1 for 20.3 is good and still not equal, so the accuracy of a forecast stays at 0,
    or at a number that means nothing, however good the model is.

    Watch how far forecasts are off, in the units of the targets:

        model.compile("adam", "mse", metrics=["mae"])

    and compare with what needs no model: the mean absolute error of "the same as last time".

    The rule looks at the targets under a loss for measurements: it speaks where `accuracy` is among
    the metrics and targets are anything but zeros and ones (which some people train by `mse`).
    """
    for output in seen.outputs:
        y = output.y
        asked = [name for name in output.metrics if name in ACCURACIES]
        if y is None or not asked or output.loss not in NUMBER_LOSSES or not y.values.size:
            continue
        values = y.values
        if ((values == 0) | (values == 1)).all() or one_hot(output) is not None:
            continue
        different = len(np.unique(values))
        yield Finding(
            f"`{y.name}` holds measurements ({amount(different, 'different number')} from "
            f"{number(values.min())} to {number(values.max())}), and accuracy is among the "
            "metrics.",
            "accuracy is the share of classes that are right; measurements have none, so it says "
            "nothing here.",
            (
                'metrics=["mae"]  # how far predictions are off, in the units of the targets',
                *_as_classes(values, different),
            ),
        )
        return


def _as_classes(values: np.ndarray, different: int) -> list[str]:
    """For few whole numbers, which may be classes after all."""
    if different > CLASSES or values.min() < 0 or (values != np.round(values)).any():
        return []
    classes = int(values.max()) + 1
    return [
        f"loss='sparse_categorical_crossentropy', Dense({classes}, activation='softmax')  # if "
        "they are classes"
    ]
