"""The rule `relu-before-crossentropy`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import BINARY_LOSSES, CLASS_LOSSES
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen


@rule("relu-before-crossentropy", at="data")
def relu_before_crossentropy(seen: Seen) -> Iterator[Finding]:
    """A model that ends in relu is trained by a cross-entropy, which takes probabilities.

    A cross-entropy asks how probable the model holds each answer. relu gives 0 for every negative
    sum and any large number for positive ones: neither is a probability. The loss cuts them to 0
    and 1, where its slope is 0, so most samples teach nothing; once all sums are negative, every
    output is 0 and stays so.

    For yes or no end the model with one sigmoid:

        model.add(Dense(1, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy")

    and for one of several classes with a softmax, one output a class:

        model.add(Dense(classes, activation="softmax"))
        model.compile("adam", "sparse_categorical_crossentropy")

    relu belongs in the layers before. The rule looks at the last activation and the loss, not at
    data: it speaks wherever relu meets a cross-entropy.
    """
    for output in seen.outputs:
        relu = output.activation in ("relu", "relu6")
        if not relu or output.loss not in (*BINARY_LOSSES, *CLASS_LOSSES):
            continue
        last = "sigmoid" if output.loss in BINARY_LOSSES else "softmax"
        if output.from_logits:
            takes, fix = "logits of either sign", f"Dense({output.units})"
            why = "no answer can be below a logit of 0, one half, and at 0 nothing is learnt."
        else:
            takes, fix = "probabilities from 0 to 1", f"Dense({output.units}, activation={last!r})"
            why = "at 0 and beyond 1 the loss has no slope, so those samples teach nothing."
        yield Finding(
            f"{output.layer.label} ends in relu, which gives 0 or any larger number, and "
            f"{output.loss} takes {takes}.",
            why,
            (f"{fix} as the last layer",),
        )
        return
