"""The rule `unbalanced-classes`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import ACCURACIES, classes
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: Where the largest class has a larger share, accuracy means nothing.
SHARE = 0.9
#: Of fewer samples nothing is said.
LEAST = 50


@rule("unbalanced-classes", at="data")
def unbalanced_classes(seen: Seen) -> Iterator[Finding]:
    """Nearly all samples are of one class, so accuracy means nothing.

    If 97 of 100 samples are of class 0, a program that always answers 0 has an accuracy of 97 %. A
    model with 97 % may have learnt exactly that, and the loss rewards it: the rare class is what
    you want to find, and it counts for three samples of a hundred.

    Measure what finds the rare class,

        model.compile("adam", "binary_crossentropy", metrics=["AUC", "Recall", "Precision"])

    and let it count as much as the other, or collect more of it:

        model.fit(x, y, class_weight={0: 0.52, 1: 16.7})  # samples / (classes x samples of it)

    The rule looks at up to 30,000 targets. It speaks where at least 50 are looked at, the largest
    class has more than 90 % of them, `accuracy` is among the metrics, and neither samples nor
    classes have weights. It says nothing about padded sequences, whose padding may be a class.
    """
    if seen.weighted or seen.masks:
        return
    for output in seen.outputs:
        labels = classes(output) if set(output.metrics) & set(ACCURACIES) else None
        if labels is None or len(labels) < LEAST:
            continue
        found, amounts = np.unique(labels, return_counts=True)
        share = amounts.max() / len(labels)
        if share <= SHARE:
            continue
        largest = found[amounts.argmax()]
        looked = f"{amounts.max():,} of {amount(len(labels), 'target')}"
        guess = f"always answering {largest} has an accuracy of {100 * share:.1f} %"
        if len(found) == 1:
            yield Finding(
                f"all {amount(len(labels), 'target')} looked at are class {largest}: {guess}.",
                "with one class alone there is nothing to tell apart.",
                ("train on samples of every class: look at how y is made",),
            )
            return
        weights = ", ".join(
            f"{k}: {len(labels) / (len(found) * a):.3g}" for k, a in zip(found[:10], amounts)
        )
        yield Finding(
            f"{looked} are class {largest}: {guess}.",
            "a model can have that accuracy without having learnt anything about the others.",
            (
                'metrics=["AUC", "Recall", "Precision"], which see the rare class'
                if len(found) == 2
                else "look at how often each class is found: predict(x).argmax(-1) beside y",
                f"fit(x, y, class_weight={{{weights}{', ...' * (len(found) > 10)}}})",
            ),
        )
        return
