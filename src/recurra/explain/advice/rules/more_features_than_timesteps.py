"""The rule `more-features-than-timesteps`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen
from recurra.explain.advice.words import number

#: So many times more features than timesteps are suspicious.
TIMES = 5
#: Squared steps from one number to the next, as a share of what unrelated numbers would show.
SMOOTH, ROUGH = 0.1, 0.5
#: From the end of a timestep to the beginning of the next a folded series steps hardly farther.
FOLDED = 4.0


@rule("more-features-than-timesteps", at="data")
def more_features_than_timesteps(seen: Seen) -> Iterator[Finding]:
    """Time runs along the features axis: the two axes are exchanged.

    The axes are (samples, timesteps, features). Many files store a channel as one row, (samples,
    channels, time). Declared as it is, `Input((3, 200))` means 3 timesteps of 200 features: the
    layer takes 3 steps, from one channel to the next, and does not know that the 200 numbers follow
    each other. No message comes, because the shapes fit.

    Exchange the axes, in the data for training, validation and prediction alike, and declare them:

        x = x.transpose(0, 2, 1)  # (n, 3, 200) to (n, 200, 3); reshape would mix the channels
        model = Sequential([Input((200, 3)), LSTM(32), Dense(1)])

    The rule looks for samples with 5 times more features than timesteps, in which features change
    little from one to the next (as a series does) and timesteps by as much as unrelated numbers.
    Word vectors, one-hot codes and spectra over time are none of it, nor is a long series folded
    into days, where each timestep begins where the one before ended.
    """
    for x in seen.x:
        steps, features = x.timesteps or 0, x.features or 0
        if not x.is_measured or steps < 2 or features < TIMES * steps or seen.reader(x) is None:
            continue
        found = _jumps(x)
        if found is None:
            continue
        along, across = found
        yield Finding(
            f"`{x.name}` is {x.named}, and within a timestep neighbouring features differ by "
            f"{number(along)}, from one timestep to the next by {number(across)}.",
            f"this is how {steps} features look that were measured over {features} timesteps: "
            "the layer steps from feature to feature, and does not see time.",
            (f"{x.name} = {x.name}.transpose(0, 2, 1), Input(({features}, {steps}))",),
        )
        return


def _jumps(x: Array) -> tuple[float, float] | None:
    """By how much numbers change along features and timesteps, if the axes look exchanged."""
    rows = x.rows.astype(np.float64)
    if rows.shape[1] < 2:
        return None
    along = float((np.diff(rows, axis=2) ** 2).mean())
    across = float((np.diff(rows, axis=1) ** 2).mean())
    folded = float(((rows[:, 1:, 0] - rows[:, :-1, -1]) ** 2).mean())
    unrelated = 2 * float(rows.var(axis=(1, 2)).mean())
    if along < SMOOTH * unrelated and across > ROUGH * unrelated and folded > FOLDED * along:
        return float(np.sqrt(along)), float(np.sqrt(across))
    return None
