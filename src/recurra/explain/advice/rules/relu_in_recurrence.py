"""The rule `relu-in-recurrence`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.optimizers import clips
from recurra.explain.advice.recurrences import as_tanh, is_gated, is_unbounded
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: From so many timesteps on.
LONG = 10


@rule("relu-in-recurrence", at="data")
def relu_in_recurrence(seen: Seen) -> Iterator[Finding]:
    """An LSTM or GRU has an activation without an upper limit.

    The state of an LSTM or GRU goes from timestep to timestep, and each step adds to it. The
    default `tanh` keeps what is added between -1 and 1. With `relu` it may be any positive number,
    and what comes out goes in again at the next step: over many timesteps the state can double
    again and again. The loss then jumps to huge numbers and back, or becomes NaN.

    Leave `activation` out, which is `tanh`:

        LSTM(32)                       # instead of LSTM(32, activation="relu")
        model.compile(Adam(clipnorm=1.0), "mse")   # where it has to be relu

    `relu` is right in the Dense and Conv1D layers between.

    The rule looks at the activation and at the number of timesteps: it speaks from 10 on, and is
    silent where the optimizer limits gradients (`clipnorm`, `clipvalue`, `global_clipnorm`). It
    says nothing about SimpleRNN: its orthogonal start neither lengthens nor shortens the state, so
    that `relu` is in common use there.
    """
    unbounded = [layer for layer in seen.recurrent if is_gated(layer) and is_unbounded(layer)]
    gated = [layer for layer in unbounded if _steps(seen, layer) >= LONG]
    if not gated or clips(seen.model):
        return
    first, others = gated[0], len(gated) - 1
    which = f"{first.label} and {amount(others, 'other layer')}" if others else first.label
    name = first.cell.activation.__name__
    optimizer = type(seen.model.optimizer).__name__
    yield Finding(
        f"{which} use{'' if others else 's'} {name} over {_steps(seen, first)} timesteps.",
        f"{name} has no upper limit, so a state that each step adds to can grow without bound; "
        "the loss then jumps or becomes NaN.",
        (
            f"{as_tanh(first)}  # the default",
            f"model.compile({optimizer}(clipnorm=1.0), ...)  # if it has to be {name}",
        ),
    )


def _steps(seen: Seen, layer: Any) -> int:
    """The number of timesteps that a layer goes over; 0 where it is not known."""
    directions = lambda x: (getattr(x, "forward_layer", None), getattr(x, "backward_layer", None))  # noqa: E731
    outer = next((x for x in seen.layers if layer in directions(x)), layer)
    shape = outer._build_shape
    steps = shape[1] if isinstance(shape, tuple) and len(shape) == 3 else None
    return steps or max((x.shape[1] for x in seen.x if x.rank > 1), default=0)
