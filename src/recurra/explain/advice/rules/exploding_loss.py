"""The rule `exploding-loss`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.optimizers import clips, rate
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: A jump is a loss that is so many times that of the epoch before.
TIMES = 10.0


@rule("exploding-loss", at="epoch", unless=("loss-is-nan", "relu-in-recurrence"))
def exploding_loss(seen: Seen) -> Iterator[Finding]:
    """The loss jumped to many times what it was.

    Gradients of a recurrent layer go back through every timestep and are multiplied at each. Once
    in a while a batch makes that product enormous, one step throws the weights far away, and what
    was learnt is gone. The training may find back, or end in NaN.

    Limit the length of gradients, which costs nothing, or take smaller steps:

        model.compile(Adam(clipnorm=1.0), "mse")
        model.compile(Adam(learning_rate=1e-4), "mse")

    The rule looks at the loss of each epoch. It speaks where one is more than 10 times the loss of
    the epoch before, and above that of the first epoch: small jumps of a loss that is near 0 are
    usual.
    """
    losses = seen.history.get("loss", ())
    if not losses or not all(map(math.isfinite, losses)):
        return
    for k, (before, loss) in enumerate(pairwise(losses), 2):
        if loss > TIMES * before > 0 and loss > losses[0]:
            yield Finding(
                f"the loss jumped from {number(before)} to {number(loss)} in epoch {k}.",
                "a single enormous gradient threw the weights far away, and what was learnt is "
                "lost.",
                tuple(_fixes(seen)),
            )
            return


def _fixes(seen: Seen) -> Iterator[str]:
    optimizer = type(seen.model.optimizer).__name__
    if not clips(seen.model):
        yield f"model.compile({optimizer}(clipnorm=1.0), ...)  # limits each gradient's length"
    if (held := rate(seen.model)) is not None:
        yield held.compiled(held.lower)
