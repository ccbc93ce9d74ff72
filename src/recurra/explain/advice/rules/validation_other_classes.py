"""The rule `validation-other-classes`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Output, Seen
from recurra.explain.advice.words import percent

#: What chance alone would give this rarely is no chance.
CHANCE = 1e-4


@rule("validation-other-classes", at="data")
def validation_other_classes(seen: Seen) -> Iterator[Finding]:
    """Validation holds other classes than training.

    `validation_split=0.2` holds out the last fifth of the samples, as they come. Where samples are
    sorted by class, that fifth is one class or two, and the model is judged by classes it has never
    been shown. The validation loss rises while the training loss falls, whatever the model is.

    Shuffle samples and labels in the same way first, so that each class is on both sides:

        order = np.random.default_rng(0).permutation(len(y))
        model.fit(x[order], y[order], validation_split=0.2)

    or let scikit-learn split them with the same shares of each class:

        x, x_val, y, y_val = train_test_split(x, y, test_size=0.2, stratify=y)

    Where samples are windows of one series, shuffling would put neighbours on both sides: hold out
    a stretch of time that has all classes instead.

    The rule looks at labels, one a sample. It speaks where a class is in validation alone, or
    validation has but one class, and a split at random would have done so less than once in 10,000
    times.
    """
    if seen.batch_size is None or not seen.holds_all:  # first batches show not all classes
        return
    for output in seen.outputs:
        if output.y is None or output.y_validation is None:
            continue
        trained, held = _labels(output, output.y), _labels(output, output.y_validation)
        if trained is None or held is None:
            continue
        problem = _compared(trained, held)
        if problem is not None:
            yield Finding(
                problem,
                "the model is judged by classes that it was hardly shown or not at all; "
                "validation_split takes the last samples, as they come.",
                (
                    "order = np.random.default_rng(0).permutation(len(y)); "
                    "fit(x[order], y[order], validation_split=0.2)",
                    "train_test_split(x, y, test_size=0.2, stratify=y)",
                ),
            )
            return


def _compared(trained: np.ndarray, held: np.ndarray) -> str | None:
    """What is wrong with the classes, None for what chance may give."""
    classes, amounts = np.unique(held, return_counts=True)
    fraction = len(held) / (len(held) + len(trained))
    alone = ~np.isin(classes, trained)
    if alone.any() and len(classes) * fraction ** int(amounts[alone].max()) < CHANCE:
        missing = [f"{k:g}" for k in classes[alone]]
        many = len(missing) > 1
        which = ", ".join(missing[:5]) + ", ..." * (len(missing) > 5)
        which = f"classes {which} are" if many else f"class {which} is"
        return (
            f"{which} in validation alone ({percent(amounts[alone].sum() / len(held))} of its "
            f"samples): training has none of {'them' if many else 'it'}."
        )
    share = float((trained == classes[0]).mean())
    if len(classes) == 1 and share ** len(held) < CHANCE:
        return (
            f"all {amount(len(held), 'validation sample')} looked at are of class {classes[0]:g}; "
            f"in training it is {percent(share)}."
        )
    return None


def _labels(output: Output, y: Array) -> np.ndarray | None:
    """The classes of samples spread over all; None where targets are no single labels."""
    one_number = y.rank == 1 or (y.rank == 2 and y.shape[1] == 1)
    if output.loss == "categorical_crossentropy" and y.rank == 2 and not one_number:
        return np.asarray(y.of_each().argmax(-1))
    if output.loss in ("binary_crossentropy", "sparse_categorical_crossentropy") and one_number:
        return np.asarray(y.of_each()).reshape(-1)
    return None
