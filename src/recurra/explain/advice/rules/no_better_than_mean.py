"""The rule `no-better-than-mean`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from recurra.explain.advice.curves import cost_of_a_constant, judged, settled
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: Fewer epochs or steps than this are no training that can be judged.
EPOCHS, STEPS = 10, 200
#: A loss above this share of the constant's is no better.
SHARE = 0.99


@rule(
    "no-better-than-mean",
    at="end",
    unless=(
        *("loss-is-nan", "exploding-loss", "learning-rate-too-high", "learning-rate-too-low"),
        *("unscaled-inputs", "unscaled-targets", "unreachable-targets", "softmax-over-one"),
        "relu-before-crossentropy",
    ),
)
def no_better_than_mean(seen: Seen) -> Iterator[Finding]:
    """The trained model is no better than one that always gives the same number.

    The mean of all targets (for classes, their shares) is a prediction that needs no inputs. A
    model that costs as much has found nothing in its inputs that helps to tell the targets.

    Find out first whether it can learn at all, from ten samples alone:

        model.fit(x[:10], y[:10], epochs=300)

    If that loss does not fall towards 0, data or model are at fault: look at single pairs `x[0],
    y[0]` and see whether they belong together, scale both, leave out layers. If it does, there are
    too few samples, or the inputs say nothing about the targets, or the training was too short: a
    recurrence may need dozens of epochs before it finds what an early timestep says.

    The rule looks at `val_loss` where 30 samples or more are held out, otherwise at `loss`. It
    speaks where even the best epoch costs 99 % or more of what the best constant costs, after at
    least 10 epochs and 200 steps, and when the last two epochs brought less than 2 % each.
    """
    curve = judged(seen)
    best = cost_of_a_constant(seen, curve.held_out) if curve else None
    if curve is None or best is None or not seen.batch_size:
        return
    epochs, samples = len(curve.losses), seen.x[0].samples
    steps = len(seen.history["loss"]) * math.ceil(samples / seen.batch_size)
    if epochs < EPOCHS or steps < STEPS or not settled(curve.losses, 0.02):
        return
    lowest = min(curve.losses)
    if lowest >= SHARE * best.loss:
        yield Finding(
            f"after {epochs} epochs {curve.name} is {number(lowest)} at best, and {best.what} "
            f"costs {number(best.loss)}.",
            "the model is no better than one that ignores its inputs.",
            (
                "model.fit(x[:10], y[:10], epochs=300)  # does it learn ten samples? If not, look "
                "at x[0] and y[0], and scale both",
                "more epochs or samples, or inputs that have to do with the targets  # if it does",
            ),
        )
