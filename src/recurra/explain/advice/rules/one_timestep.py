"""The rule `one-timestep`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen

#: A longer look-back is only suggested to so many samples.
ENOUGH = 30


@rule("one-timestep", at="data")
def one_timestep(seen: Seen) -> Iterator[Finding]:
    """Samples have one timestep, so there is nothing to remember.

    The axes are (samples, timesteps, features). With `x.reshape(n, 1, 8)` each sample is one
    moment at which 8 things were measured. A recurrent layer takes one step from an empty state
    and stops: it is a Dense layer with more parameters, and nothing comes before anything.

    If the 8 numbers follow each other in time, they belong on the timesteps axis:

        x = x.transpose(0, 2, 1)  # (n, 1, 8) to (n, 8, 1)
        model = Sequential([Input((8, 1)), LSTM(16), Dense(1)])

    If they are 8 measurements of one moment, and the samples follow each other in time, put
    several moments into each sample, here 10:

        x = np.stack([x[k : k + 10, 0] for k in range(len(x) - 9)])  # (n - 9, 10, 8)
        y = y[9:]

    If the samples do not follow each other, there is no sequence: Dense layers are the right ones.

    The rule looks at the shape of the data. It says nothing where the layer is stateful: it goes
    on from one sample to the next, so one timestep each can be right.
    """
    for x in seen.x:
        layer = seen.reader(x) if x.timesteps == 1 and x.samples > 1 else None
        if layer is None or getattr(layer, "stateful", False):
            continue
        kind = type(layer).__name__
        yield Finding(
            f"`{x.name}` is {x.named}: {layer.label} gets one timestep a sample.",
            "a convolution looks at neighbouring timesteps, and here there are none."
            if kind == "Conv1D"
            else "a recurrent layer remembers from one timestep to the next, and there is no next "
            "one.",
            tuple(_fixes(x, kind)),
        )
        return


def _fixes(x: Array, kind: str) -> Iterator[str]:
    name, features = x.name, x.features or 1
    is_sure = _is_look_back(x)
    if features > 1:
        yield (
            f"{name} = {name}.transpose(0, 2, 1), Input(({features}, 1))  # "
            f"{'the' if is_sure else 'if the'} {features} numbers follow each other in time"
        )
    if is_sure:
        return
    if x.samples >= ENOUGH:
        yield (
            f"{name} = np.stack([{name}[k : k + 10, 0] for k in range(len({name}) - 9)]); "
            f"y = y[9:]; Input((10, {features}))  # if the samples follow each other in time"
        )
    yield (
        f"{name} = {name}[:, 0], Input(({features},)), Dense in place of {kind}  # if each sample "
        f"is {amount(features, 'measurement')} of one moment, and no sequence"
    )


def _is_look_back(x: Array) -> bool:
    """Whether each sample's numbers are those of the one before, moved on by one."""
    rows = x.head[:, 0]
    return (
        rows.shape[1] > 1 and len(rows) > 2 and bool(np.array_equal(rows[:-1, 1:], rows[1:, :-1]))
    )
