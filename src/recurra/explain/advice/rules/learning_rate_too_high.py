"""The rule `learning-rate-too-high`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from recurra.explain.advice.curves import cost_of_a_constant
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.optimizers import rate
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: A loss that rises from epoch to epoch does so by this much at least, of a constant's loss.
RISE = 0.1
#: A rate that is so many times the usual one is the first suspect where nothing was learnt.
TIMES = 100
#: A move up of this share of a constant's loss is a jump.
JUMP = 0.5


@rule(
    "learning-rate-too-high",
    at="curve",
    unless=(
        *("loss-is-nan", "exploding-loss", "relu-in-recurrence"),
        *("unscaled-inputs", "unscaled-targets", "unreachable-targets", "softmax-over-one"),
    ),
)
def learning_rate_too_high(seen: Seen) -> Iterator[Finding]:
    """The loss rises, or jumps up and down: steps are too long.

    A step changes each weight by the learning rate times its gradient. The gradient points the way
    down only close by: too long a step lands on the other side, higher than before, and so does the
    next one.

    Divide the learning rate by 10, and again while the loss jumps:

        model.compile(Adam(learning_rate=0.001), "mse")

    The rule looks at the losses beside that of the best constant prediction. It speaks where the
    loss rose in each of the first epochs, three at least; where a third of its moves (three at
    least) go up by more than half of the constant's loss; and where five epochs brought nothing
    with 100 times the optimizer's usual rate. The loss has to end above the constant's each time:
    one that is small jumps as well, and means nothing.
    """
    losses = seen.history.get("loss", ())
    held = rate(seen.model)
    if len(losses) < 3 or held is None or "learning_rate" in seen.history:
        return
    best = cost_of_a_constant(seen)
    if best is None or not math.isfinite(losses[-1]) or losses[-1] <= best.loss:
        return
    what = _rises(losses, best.loss) or _jumps(losses, best.loss)
    if not what and held.value >= TIMES * held.usual and len(losses) >= 5:
        what = f"is {number(losses[-1])} after {len(losses)} epochs" * (min(losses) > best.loss)
    if what:
        yield Finding(
            f"the loss {what}; {best.what} costs {number(best.loss)}.",
            f"steps with a learning rate of {held.value:.2g} are so long that they land on the "
            "other side, higher than before.",
            (held.compiled(held.lower),),
        )


def _rises(losses: Sequence[float], unit: float) -> str:
    first = losses[:5]
    rising = all(a < b for a, b in pairwise(first)) and first[-1] - first[0] > RISE * unit
    return f"rose in each epoch: {', '.join(map(number, first))}" if rising else ""


def _jumps(losses: Sequence[float], unit: float) -> str:
    moves = [b - a for a, b in pairwise(losses)]
    jumps = sum(move > JUMP * unit for move in moves)
    last = ", ".join(map(number, losses[-5:]))
    return f"jumps up and down: {last}" if jumps >= max(3, len(moves) / 3) else ""
