"""What kind of targets there are: measurements, class numbers, one-hot rows."""

from __future__ import annotations

import numpy as np

from recurra.explain.advice.seen import Output

#: Losses for measurements.
NUMBER_LOSSES = (
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "huber",
    "log_cosh",
    "poisson",
)
#: Losses for yes or no.
BINARY_LOSSES = ("binary_crossentropy", "binary_focal_crossentropy")
#: Losses for one class of several.
CLASS_LOSSES = ("categorical_crossentropy", "sparse_categorical_crossentropy")
#: Metrics that count how often an answer is right, and the name that `metrics` has for them.
ACCURACIES = ("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")


def one_hot(output: Output) -> np.ndarray | None:
    """Targets that are rows of a single 1 and zeros, (rows, classes); None for others."""
    y = output.y
    if y is None or y.rank < 2 or y.shape[-1] < 2:
        return None
    rows = y.values.reshape(-1, y.shape[-1])
    return rows if ((rows == 0) | (rows == 1)).all() and (rows.sum(-1) == 1).all() else None


def classes(output: Output) -> np.ndarray | None:
    """The class of each target looked at, whole numbers; None where targets are no classes."""
    y = output.y
    if y is None or not y.values.size:
        return None
    if output.loss == "sparse_categorical_crossentropy":
        return y.values.reshape(-1).astype(int)
    rows = one_hot(output)
    if rows is not None:
        return np.asarray(rows.argmax(-1))
    yes_or_no = output.loss in BINARY_LOSSES and y.shape[-1] == 1
    values = y.values.reshape(-1)
    whole = yes_or_no and ((values == 0) | (values == 1)).all()
    return values.astype(int) if whole else None
