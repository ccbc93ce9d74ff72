"""The rule `overfit`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from recurra.explain.advice.curves import cost_of_a_constant
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: The lowest `val_loss` lies at least so many epochs back.
BACK = 3
#: It rose by this share since, and `loss` fell by as much.
SHARE = 0.2


@rule("overfit", at="end", unless=("loss-is-nan", "exploding-loss", "learning-rate-too-high"))
def overfit(seen: Seen) -> Iterator[Finding]:
    """The model gets better on its own samples and worse on others.

    At first a model learns what all samples have in common, and both losses fall. Later it learns
    single samples by heart: `loss` falls on, `val_loss` turns and rises. The weights at the end are
    then worse for new data than those of an earlier epoch.

    Stop there, and keep the weights of the best epoch:

        stop = EarlyStopping(patience=5, restore_best_weights=True)
        model.fit(x, y, validation_data=(x_val, y_val), epochs=200, callbacks=[stop])

    Fewer units, `Dropout`, and above all more samples move that epoch back.

    The rule looks at both losses after the last epoch. It speaks where `val_loss` was lowest three
    epochs ago or earlier and is 20 % above that now, and `loss` fell by 20 % since. It is silent
    where `EarlyStopping` or `ModelCheckpoint` ran, and where all this is less than 2 % of what the
    best constant prediction costs.
    """
    loss, held = seen.history.get("loss", ()), seen.history.get("val_loss", ())
    watched = {"EarlyStopping", "ModelCheckpoint"} & seen.callbacks
    if len(loss) != len(held) or not loss or watched or not all(map(math.isfinite, held)):
        return
    best, last = min(range(len(held)), key=held.__getitem__), len(held) - 1
    rose = min(held[-2:]) > (1 + SHARE) * held[best] > 0
    if last - best < BACK or not rose or loss[-1] > (1 - SHARE) * loss[best]:
        return
    constant = cost_of_a_constant(seen)
    if constant is None or held[-1] - held[best] > 0.02 * constant.loss:
        yield Finding(
            f"val_loss was lowest in epoch {best + 1}, {number(held[best])}, and rose to "
            f"{number(held[-1])} by epoch {last + 1}, while loss fell from {number(loss[best])} to "
            f"{number(loss[-1])}.",
            "since then the model has learnt its own samples by heart, and got worse on others.",
            (
                "callbacks=[EarlyStopping(patience=5, restore_best_weights=True)]",
                "fewer units, a Dropout(0.2) before the last layer, or more samples",
            ),
        )
