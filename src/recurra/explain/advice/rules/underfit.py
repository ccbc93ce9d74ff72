"""The rule `underfit`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.curves import cost_of_a_constant, falls
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number, percent

#: Shorter trainings are short on purpose.
EPOCHS = 10
#: Both losses fell by this share in each of the last five epochs.
SHARE, LAST = 0.03, 5


@rule("underfit", at="end", unless=("learning-rate-too-low", "unscaled-inputs", "unscaled-targets"))
def underfit(seen: Seen) -> Iterator[Finding]:
    """Training ended while the model was still learning.

    Both losses, that of the training and that on samples held out, fell up to the last epoch, and
    there is far to go: the model has not yet learnt what it can learn.

    Give it more epochs, and let it stop by itself:

        stop = EarlyStopping(patience=5, restore_best_weights=True)
        model.fit(x, y, validation_data=(x_val, y_val), epochs=200, callbacks=[stop])

    A second `fit` goes on where the first one ended.

    The rule looks at fits of 10 epochs or more with validation data. It speaks where both losses
    fell by 3 % or more in each of the last five epochs, and `val_loss` is still more than half of
    what the best constant prediction costs.
    """
    loss, held = seen.history.get("loss", ()), seen.history.get("val_loss", ())
    best = cost_of_a_constant(seen, held_out=True)
    if len(loss) < EPOCHS or len(held) != len(loss) or best is None or held[-1] < best.loss / 2:
        return
    if falls(loss, SHARE, LAST) and falls(held, SHARE, LAST):
        share = 1 - (held[-1] / held[-1 - LAST]) ** (1 / LAST)
        yield Finding(
            f"val_loss still fell by {percent(share)} an epoch in the last {LAST}, to "
            f"{number(held[-1])}; {best.what} costs {number(best.loss)}.",
            "the training ended while the model was learning.",
            (
                f"model.fit(..., epochs={10 * len(loss)}, callbacks=[EarlyStopping(patience=5, "
                "restore_best_weights=True)])",
            ),
        )
