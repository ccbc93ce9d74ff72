"""The rule `stateful-shuffle`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen


@rule("stateful-shuffle", at="data")
def stateful_shuffle(seen: Seen) -> Iterator[Finding]:
    """States are carried from batch to batch, and the samples are shuffled.

    With `stateful=True` sample number i of a batch goes on from the state in which sample number i
    of the batch before ended. That means something only if it is the next part of the same series.
    `fit` shuffles the samples before each epoch unless it is told not to, so states go to samples
    they have nothing to do with.

        model.fit(x, y, batch_size=1, shuffle=False)

    With b samples a batch the data have to be laid out for it: the parts of series i are the
    samples i, i + b, i + 2b, ... If samples do not continue each other at all, leave out
    `stateful=True`: each sample then starts from an empty state, as it should.

    The rule looks at the layers and at `shuffle` of `fit`.
    """
    stateful = [layer for layer in seen.recurrent if getattr(layer, "stateful", False)]
    samples = seen.x[0].samples if seen.x else 0
    if not stateful or not seen.shuffle or samples <= (seen.batch_size or samples):
        return
    layer = stateful[0]
    yield Finding(
        f"{layer.label} is stateful, and fit shuffles its "
        f"{amount(samples, 'sample')} before each epoch.",
        "a sample goes on from the state of the one before it, which after shuffling is any other.",
        (
            "model.fit(..., shuffle=False), with samples in the order of time",
            "leave out stateful=True, where samples do not continue each other",
        ),
    )
