"""The rule `dead-outputs`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: Fewer samples may all be 0 by chance.
LEAST = 20


@rule("dead-outputs", at="predict", unless=("unreachable-targets", "relu-before-crossentropy"))
def dead_outputs(seen: Seen) -> Iterator[Finding]:
    """Every output of a relu is exactly 0.

    `relu` gives 0 for every sum below 0, and its slope is 0 there as well: no gradient comes
    through, so nothing brings a sum back above 0. Once all samples lie there the layer is dead, and
    more training changes nothing.

    Leave the activation of the last layer out where targets may be any number, and take `softplus`,
    which has a slope everywhere, where they cannot be below 0:

        Dense(1)
        Dense(1, activation="softplus")

    The rule looks at what `predict` gives for 20 samples or more, by a model that was trained and
    ends in `relu`.
    """
    for output, predictions in zip(seen.outputs, seen.predictions):
        some = predictions[: 100 * LEAST]
        if output.activation == "relu" and len(some) >= LEAST and seen.history and not some.any():
            yield Finding(
                f"all {amount(len(some), 'prediction')} of {output.label} are exactly 0.",
                "relu gives 0 below 0 and has no slope there, so no gradient brings the outputs "
                "back.",
                (
                    f"Dense({output.units})  # no activation: any number",
                    f'Dense({output.units}, activation="softplus")  # numbers above 0, never dead',
                ),
            )
            return
