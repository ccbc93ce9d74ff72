"""The rule `softmax-for-several-labels`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import BINARY_LOSSES
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import percent

#: So many rows may have several ones by mistake.
SHARE = 0.05


@rule("softmax-for-several-labels", at="data")
def softmax_for_several_labels(seen: Seen) -> Iterator[Finding]:
    """Samples have several labels at once, and softmax shares 1 among them.

    A softmax gives shares that add up to 1: it answers "which one of these". Where a sample is of
    two classes at once, neither can get more than a half without taking from the other, and a
    sample of no class gets a class all the same. No threshold then tells which labels apply.

    Ask a question of yes or no for each label: one sigmoid each, and the loss for that:

        model.add(Dense(labels, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy")

    Each output above 0.5 is then a label that applies. The rule looks at targets that are rows of
    zeros and ones under a cross-entropy, where the model ends in a softmax. It speaks where more
    than 5 % of the rows looked at have several ones.
    """
    for output in seen.outputs:
        y, judged = output.y, output.loss in (*BINARY_LOSSES, "categorical_crossentropy")
        if y is None or not judged or y.rank < 2 or y.shape[-1] < 2 or not y.values.size:
            continue
        rows = y.values.reshape(-1, y.shape[-1])
        softmax = output.activation == "softmax"
        if not softmax or not ((rows == 0) | (rows == 1)).all():
            continue
        share = float((rows.sum(-1) > 1).mean())
        if share <= SHARE:
            continue
        yield Finding(
            f"{percent(share)} of the rows of `{y.name}` have several ones, up to "
            f"{int(rows.sum(-1).max())} of {y.shape[-1]}, and {output.layer.label} ends in "
            "softmax.",
            "a softmax shares 1 among the classes: several labels at once cannot each be sure.",
            (
                f"Dense({y.shape[-1]}, activation='sigmoid') as the last layer, and "
                "loss='binary_crossentropy'",
            ),
        )
        return
