"""The rule `logits-as-probabilities`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.labels import BINARY_LOSSES
from recurra.explain.advice.ranges import ending
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Output, Seen

#: The losses that take probabilities: their classes, None where these do not take logits.
_CLASSES = {
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "kl_divergence": None,
}
#: Activations whose numbers are no probabilities.
_LOGITS = {"linear": "any number", "tanh": "numbers from -1 to 1"}
_PROBABILITIES = ("sigmoid", "softmax", "hard_sigmoid")


@rule("logits-as-probabilities", at="data")
def logits_as_probabilities(seen: Seen) -> Iterator[Finding]:
    """The last layer gives logits where the loss takes probabilities, or the other way round.

    A cross-entropy (and `kl_divergence`) takes probabilities, numbers from 0 to 1. `Dense(1)`
    without an activation gives any number: below 0 and above 1 the loss cuts it off, and samples
    there teach nothing. Either end the model with an activation that gives probabilities

        Dense(1, activation="sigmoid")        # yes or no
        Dense(classes, activation="softmax")  # one of several classes

    or tell the loss that it gets logits (scores of any size), which is more exact as well:

        model.compile("adam", BinaryCrossentropy(from_logits=True))

    Then predictions are logits too: a yes is a number above 0, not above 0.5. Both at once is wrong
    as well: a sigmoid in the model and `from_logits=True` apply it twice, and the loss can never
    get small.

    The rule looks at the last activation and the loss. It knows recurra's own layers; where the
    model ends in a layer of your own it says nothing.
    """
    for output in seen.outputs:
        activation = output.activation
        if activation is None or output.loss not in _CLASSES:
            continue
        name = _CLASSES[output.loss]
        if activation in _LOGITS and not output.from_logits:
            yield Finding(
                f"{output.layer.label} ends in {_named(activation)}, which gives "
                f"{_LOGITS[activation]}, and {output.loss} takes probabilities from 0 to 1.",
                "numbers outside are cut off, and samples there teach nothing.",
                (_activated(output), *_from_logits(activation, name, output)),
            )
            return
        if activation in _PROBABILITIES and output.from_logits:
            yield Finding(
                f"{output.layer.label} ends in {activation}, which gives probabilities, and "
                f"{name}(from_logits=True) takes logits.",
                f"the loss applies {'sigmoid' if output.loss in BINARY_LOSSES else 'softmax'} once "
                "more: no answer can be sure, and the loss stays large.",
                (f"loss={output.loss!r}, without from_logits", f"Dense({output.units})"),
            )
            return


def _named(activation: str) -> str:
    return "no activation" if activation == "linear" else activation


def _activated(output: Output) -> str:
    last = "sigmoid" if output.loss in BINARY_LOSSES else "softmax"
    return ending(output.layer, output.units, last)


def _from_logits(activation: str, name: str | None, output: Output) -> list[str]:
    """The other way, for outputs that may be any number."""
    if activation != "linear" or name is None:
        return []
    yes = "0" if output.loss in BINARY_LOSSES else ""
    said = f"  # predictions are then logits: yes is above {yes}" if yes else ""
    return [f"loss={name}(from_logits=True){said}"]
