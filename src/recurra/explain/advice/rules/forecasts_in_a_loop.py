"""The rule `forecasts-in-a-loop`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen

#: From so many calls of `predict` on.
CALLS = 8
#: Layers after which each timestep is still one; others may need the whole sequence.
STEPPED = frozenset(
    (
        *("InputLayer", "Dense", "TimeDistributed", "Activation", "Dropout", "SpatialDropout1D"),
        *("LayerNormalization", "BatchNormalization", "ReLU", "LeakyReLU", "Masking"),
    )
)


@rule("forecasts-in-a-loop", at="predict")
def forecasts_in_a_loop(seen: Seen) -> Iterator[Finding]:
    """A forecast calls `predict` for each step, with a window that has moved by one.

    Each of these calls goes through every timestep of its window, all but one of which the call
    before has seen. A stepper keeps the state between calls and computes the new timestep alone, in
    about 20 microseconds for a small model, where `predict` takes many times that:

        stepper = model.stepper()
        for x_t in window[0]:          # once through the window
            value = stepper(x_t)
        for _ in range(100):           # then a step for each forecast
            value = stepper(value)

    The state then remembers all timesteps since `reset`, not those of a window alone, so the
    numbers differ a little. For the windows of a series that is known already, one call on all of
    them is fastest: `model.predict(windows)`.

    The rule looks at the 8th, 16th, ... call of `predict` and the one before it: one sample each,
    the second being the first moved by one timestep. It is silent for models that cannot be
    stepped, such as those with a `Bidirectional` layer.
    """
    if seen.calls < CALLS or len(seen.x) != 1 or len(seen.before) != 1 or not seen.recurrent:
        return
    now, before = seen.x[0], seen.before[0]
    if now.samples != 1 or now.shape != before.shape or (now.timesteps or 0) < 3:
        return
    cells = {id(layer.cell) for layer in seen.recurrent}
    others = [x for x in seen.layers if x not in seen.recurrent and id(x) not in cells]
    stateful = any(layer.stateful for layer in seen.recurrent)
    if stateful or not all(type(layer).__name__ in STEPPED for layer in others):
        return
    if np.array_equal(now.rows[0, :-1], before.rows[0, 1:]) and np.ptp(now.rows) > 0:
        yield Finding(
            f"predict was called {seen.calls} times, one by one, with a window of {now.timesteps} "
            "timesteps that moves by one.",
            f"each call computes all {now.timesteps} timesteps again; a stepper keeps the state "
            "and computes one, in about 20 microseconds for a small model.",
            (
                "stepper = model.stepper()\n"
                "            for x_t in window[0]: value = stepper(x_t)  # the window, once\n"
                "            for _ in range(100): value = stepper(value)  # then step by step",
                "model.predict(windows)  # where all windows are known before: one call",
            ),
        )
