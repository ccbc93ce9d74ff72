"""The rule `binary-loss-for-classes`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import BINARY_LOSSES, one_hot
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import percent


@rule("binary-loss-for-classes", at="data")
def binary_loss_for_classes(seen: Seen) -> Iterator[Finding]:
    """One of several classes is judged as many questions of yes or no.

    With one-hot rows of ten classes nine numbers of ten are 0. `binary_crossentropy` and
    `binary_accuracy` judge each of the ten by itself: a model that answers 0 everywhere has nine of
    ten right, an accuracy of 0.9, without knowing anything. Progress from there looks tiny, and
    the one number that matters, how often the right class is the most probable, is not measured.

    Where each sample is of exactly one class, use the loss and the accuracy for that:

        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])

    Where a sample may be of several classes at once, or of none, keep `binary_crossentropy` and end
    the model with `sigmoid` instead of `softmax`.

    The rule looks at models that end in a softmax of three and more outputs whose targets are
    one-hot rows, under a binary loss or with `binary_accuracy` among the metrics.
    """
    for output in seen.outputs:
        binary = output.loss in BINARY_LOSSES
        if not binary and "binary_accuracy" not in output.metrics:
            continue
        rows = one_hot(output)
        classes = output.units or 0
        if rows is None or classes < 3 or output.activation != "softmax":
            continue
        used = output.loss if binary else "binary_accuracy"
        fixes = ["metrics=['accuracy']"] if "binary_accuracy" in output.metrics else []
        if binary:
            fixes.insert(0, "loss='categorical_crossentropy'")
        yield Finding(
            f"each row of `{output.y.name if output.y else 'y'}` is 1 for one of {classes} "
            f"classes, and {used} judges each of its numbers by itself: to answer 0 to all of them "
            f"has a binary_accuracy of {percent(1 - 1 / classes)}.",
            "zeros are right for free, so a high number says nothing about the classes.",
            tuple(fixes),
        )
        return
