"""The rule `learning-rate-too-low`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from recurra.explain.advice.curves import cost_of_a_constant
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.optimizers import rate
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number, percent

#: The loss falls by less than this share of it each epoch.
SLOW = 0.01
#: A loss that changes by less than this share of it does not move.
ROUNDING = 1e-6
#: A rate that is so many times lower than the usual one is low.
TIMES = 10


@rule(
    "learning-rate-too-low",
    at="end",
    unless=("loss-is-nan", "unscaled-inputs", "unscaled-targets", "unreachable-targets"),
)
def learning_rate_too_low(seen: Seen) -> Iterator[Finding]:
    """The loss hardly moves, although there is far to go.

    A step changes each weight by the learning rate times its gradient. With a rate of a millionth
    the weights stay where chance has put them: the loss falls a little in every epoch, always by
    the same, and the model predicts what an untrained one does.

    Take the usual rate, 0.001 for Adam and 0.01 for SGD:

        model.compile(Adam(), "mse")

    The rule looks at the losses of a fit of three epochs or more. It speaks where each fell by less
    than 1 %, by about the same every time, or not at all, the model is no better than the best
    constant prediction, and the learning rate is a tenth of the usual one or less. Small rates for
    a model that has learnt already (fine-tuning) are fine.
    """
    losses = seen.history.get("loss", ())
    held = rate(seen.model)
    if len(losses) < 3 or held is None or "learning_rate" in seen.history:
        return
    falls = [(a - b) / a for a, b in pairwise(losses) if a > 0]
    steady = len(falls) == len(losses) - 1 and 0 < max(falls) < SLOW and min(falls) > max(falls) / 4
    still = len(falls) == len(losses) - 1 and max(map(abs, falls)) < ROUNDING
    best = cost_of_a_constant(seen)
    if best and (steady or still) and losses[-1] > best.loss and held.value * TIMES <= held.usual:
        each = f"falls by {percent(sum(falls) / len(falls))} in each"
        yield Finding(
            f"the loss is {number(losses[-1])} after {len(losses)} epochs, and "
            f"{'does not move' if still else each}; {best.what} costs {number(best.loss)}.",
            f"a learning rate of {held.value:.2g} moves the weights too little; "
            f"{held.optimizer} usually takes {held.usual}.",
            (held.compiled(held.usual),),
        )
