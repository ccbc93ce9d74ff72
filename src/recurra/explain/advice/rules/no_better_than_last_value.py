"""The rule `no-better-than-last-value`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.explain.advice.baselines import last_value
from recurra.explain.advice.curves import cost_of_a_constant, judged, settled
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: Fewer epochs are no training that can be judged.
EPOCHS = 8
#: The last two epochs brought less than this share each.
SLOW = 0.15


@rule(
    "no-better-than-last-value",
    at="end",
    unless=("loss-is-nan", "unscaled-inputs", "unscaled-targets", "no-better-than-mean"),
)
def no_better_than_last_value(seen: Seen) -> Iterator[Finding]:
    """The forecast is no better than "the next value is the last one".

    Prices, loads and temperatures change little from step to step. A model that repeats the last
    value it was given then looks excellent: r2 near 1, and a plot in which both curves lie on each
    other, the prediction a step late. It says nothing about the future. A forecast is worth
    something where it beats that repetition on the same samples.

    Let the model learn the change, and add the last value afterwards:

        change = y.reshape(len(y), -1) - x[:, -1, [0]]
        model.fit(x, change)
        forecast = x_new[:, -1, [0]] + model.predict(x_new)

    The loss of such a model is to be compared with `(change ** 2).mean()`, or the mean of `abs` for
    `mae`. If it is not lower, the series may be one that nobody can tell in advance.

    The rule looks at `val_loss` where 30 samples or more are held out, otherwise at `loss`, and at
    what each feature's last value costs. It speaks after 8 epochs or more of which the last two
    brought less than 15 % each, where the targets are in the units of the inputs (the last value
    costs less than half of what the best constant does), and where changes do not go on in their
    direction: in a smooth series such as a sine they do, and longer training helps.
    """
    curve = judged(seen)
    if curve is None or len(curve.losses) < EPOCHS or not settled(curve.losses, SLOW):
        return
    mean = cost_of_a_constant(seen, curve.held_out)
    naive = last_value(seen, seen.outputs[0], curve.held_out)
    if mean is None or naive is None or naive.loss > mean.loss / 2 or _is_smooth(seen):
        return
    lowest, name, k = min(curve.losses), seen.x[naive.array].name, naive.feature
    if lowest >= naive.loss:
        yield Finding(
            f"after {len(curve.losses)} epochs {curve.name} is {number(lowest)} at best, and "
            f"repeating {naive.what} costs {number(naive.loss)}: the forecast is no better.",
            "predictions that follow the series one step late look good in a plot, and say nothing "
            "about what comes next.",
            (
                f"change = y.reshape(len(y), -1) - {name}[:, -1, [{k}]]  # fit this, and add the "
                "last value to what is predicted",
                "model.fit(..., epochs=100)  # if the loss is still falling",
            ),
        )


def _is_smooth(seen: Seen) -> bool:
    """Whether a straight line through the last two values serves better than the last one."""
    y = seen.outputs[0].y
    assert y is not None
    first = y.rows[:, :1]
    for x in seen.sequences:
        if 1 < x.rows.shape[1] == x.timesteps and len(x.rows) == len(first):
            last, before = x.rows[:, -1], x.rows[:, -2]
            line = ((first - 2 * last + before) ** 2).mean(0)
            if np.min(line) < np.min(((first - last) ** 2).mean(0)):
                return True
    return False
