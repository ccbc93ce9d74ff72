"""The rule `constant-predictions`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import MOST_VALUES, Array, Output, Seen
from recurra.explain.advice.words import number

#: Fewer samples may be alike by chance.
LEAST = 20
#: Predictions that vary by less than this share of what targets do are the same number.
SHARE = 1e-4


@rule(
    "constant-predictions",
    at="predict",
    unless=("dead-outputs", "no-better-than-mean", "softmax-over-one", "loss-is-nan"),
)
def constant_predictions(seen: Seen) -> Iterator[Finding]:
    """The model predicts the same for every sample.

    A trained model whose outputs do not depend on its inputs has learnt the mean at best. Usually
    the inputs are to blame: numbers in the thousands drive `tanh` and `sigmoid` to their flat ends,
    where all samples look alike. Or the targets are, whose mean is so far away that the training
    was over before the outputs came near.

    Bring both to about -1 ... 1, and predictions back to their units:

        x = (x - x.mean((0, 1))) / x.std((0, 1))
        y_scaled = (y - y.mean()) / y.std()
        forecast = model.predict(x) * y.std() + y.mean()

    The rule looks at what `predict` gives for 20 samples or more that differ about as those of the
    training did. It speaks where the standard deviation of each number that is predicted is below
    a ten-thousandth of that of the targets.
    """
    if not seen.history or not _differ(seen):
        return
    for output, predictions in zip(seen.outputs, seen.predictions):
        some = predictions[: max(LEAST, MOST_VALUES // max(predictions[0].size, 1))]
        if len(some) < LEAST or output.y is None or not np.isfinite(some).all():
            continue
        varies, wanted = some.std(0).max(), _spread(output, output.y)
        if wanted > 0 and varies < SHARE * wanted:
            yield Finding(
                f"{amount(len(some), 'different sample')} all get the same prediction, "
                f"{_numbers(some[0])}, and {_differences(output, wanted)}.",
                "the outputs do not depend on the inputs, mostly because inputs or targets are far "
                "from -1 ... 1.",
                (
                    "x = (x - x.mean((0, 1))) / x.std((0, 1))",
                    "y_scaled = (y - y.mean()) / y.std()  # predictions * y.std() + y.mean()",
                ),
            )
            return


def _spread(output: Output, y: Array) -> float:
    """The standard deviation of targets; of class numbers that of a probability."""
    return 0.5 if output.loss == "sparse_categorical_crossentropy" else float(y.std.max())


def _numbers(prediction: np.ndarray) -> str:
    """`2.5`, or `(0.1, 0.7, 0.2)` of several, and no more than four of them."""
    first = [number(p) for p in prediction.reshape(-1)[:4]]
    return (
        first[0]
        if prediction.size == 1
        else f"({', '.join(first)}{', ...' * (prediction.size > 4)})"
    )


def _differences(output: Output, spread: float) -> str:
    if output.loss == "sparse_categorical_crossentropy":
        return "their classes differ"
    return f"the standard deviation of the targets is {number(spread)}"


def _differ(seen: Seen) -> bool:
    """Whether the samples differ from each other about as those of the training did."""
    if len(seen.x) != len(seen.trained):
        return False
    pairs = zip(seen.x, seen.trained)
    return any(x.rows.std(0).max() > 0.1 * trained.rows.std(0).max() > 0 for x, trained in pairs)
