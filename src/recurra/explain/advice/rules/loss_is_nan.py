"""The rule `loss-is-nan`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.optimizers import clips, rate
from recurra.explain.advice.recurrences import as_tanh, is_unbounded
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: Numbers of larger mean or standard deviation are not scaled.
FAR = 20.0


@rule("loss-is-nan", at="epoch", unless=("relu-in-recurrence", "exploding-loss", "negative-counts"))
def loss_is_nan(seen: Seen) -> Iterator[Finding]:
    """The loss is no number any more.

    NaN ("not a number") is what infinity minus infinity gives. Somewhere in the model a number grew
    beyond what float32 holds, about 3e38. From there NaN spreads to the loss, by the gradients to
    every weight, and no later epoch brings them back: the model has to be built anew.

    The data hold no NaN, since `fit` refuses those. What is left, in the order of likelihood:

    - `relu` or another activation without a limit in a recurrent layer: leave `activation` out;
    - a learning rate that is too high: `Adam(learning_rate=1e-4, clipnorm=1.0)`;
    - inputs or targets in the thousands: `x = (x - mean) / std`;
    - ids that an `Embedding` has no vector for: `Embedding(ids.max() + 1, 32)`;
    - a loss of your own that divides by 0 or takes the logarithm of 0: add a small number, as in
      `jnp.log(p + 1e-7)`.

    The rule looks at the loss of each epoch, and names those causes that the model has.
    """
    losses = seen.history.get("loss", ())
    k = next((k for k, loss in enumerate(losses) if not math.isfinite(loss)), None)
    if k is None:
        return
    what = "NaN" if math.isnan(losses[k]) else "infinite"
    before = f"; it was {number(losses[k - 1])} the epoch before" if k else ""
    yield Finding(
        f"the loss became {what} in epoch {k + 1}{before}.",
        "a number in the model grew beyond what float32 holds; the weights are then NaN as well, "
        "and further training repairs nothing.",
        (*_fixes(seen), "build the model anew before the next fit: its weights are lost"),
    )


def _fixes(seen: Seen) -> Iterator[str]:
    for layer in [layer for layer in seen.recurrent if is_unbounded(layer)][:1]:
        yield f"{as_tanh(layer)}  # {layer.cell.activation.__name__} has no upper limit"
    for x in (x for x in seen.x if not x.is_measured and x.values.size):
        last = int(x.values.max())
        for layer in (e for e in seen.of_kind("Embedding") if e.input_dim <= last):
            yield f"Embedding({last + 1}, {layer.output_dim})  # `{x.name}` holds the id {last}"
    arrays = [*seen.x, *(o.y for o in seen.outputs if o.y is not None)]
    for array in [a for a in arrays if a.is_measured and max(*abs(a.mean), *a.std) > FAR][:1]:
        name, most = array.name, number(array.most.max())
        yield f"{name} = ({name} - {name}.mean(0)) / {name}.std(0)  # it goes up to {most}"
    if (held := rate(seen.model)) is not None:
        clip = "" if clips(seen.model) else ", clipnorm=1.0"
        code = f"{held.optimizer}(learning_rate={held.lower:.2g}{clip})"
        yield f"model.compile({code}, ...)  # it was {held.value:.2g}"
    if any(not o.loss for o in seen.outputs):
        yield "in your loss: jnp.log(p + 1e-7), a / (b + 1e-7)  # never log(0) or a division by 0"
