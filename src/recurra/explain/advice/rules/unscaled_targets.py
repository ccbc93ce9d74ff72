"""The rule `unscaled-targets`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: Targets whose mean or standard deviation is larger have not been scaled.
FAR = 50.0
#: Losses that grow with the targets.
LOSSES = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


@rule("unscaled-targets", at="data")
def unscaled_targets(seen: Seen) -> Iterator[Finding]:
    """Targets are far from 0, and the outputs begin near 0.

    An untrained model answers numbers near 0, and each step moves its weights by about the learning
    rate, 0.001. To answer 100,000 it first has to walk there, for thousands of steps, and until it
    arrives everything else is lost in that one error. After a usual training all predictions are
    the same number, far below the targets.

    Bring targets to about -1 to 1, train on those, and bring predictions back with the same two
    numbers, taken from the training part alone:

        mean, std = y_train.mean(0), y_train.std(0)
        model.fit(x_train, (y_train - mean) / std)
        forecast = model.predict(x_test) * std + mean

    The rule looks at targets that are measurements, under a squared or absolute error, where the
    last layer is linear. It speaks where the mean of a column of targets is beyond 50, or its
    standard deviation is. It says nothing where the model itself may bring numbers back, such as
    with a layer of your own at its end.
    """
    for output in seen.outputs:
        y = output.y
        linear = output.activation == "linear"
        if y is None or not linear or output.loss not in LOSSES or not y.values.size:
            continue
        columns = y.values.reshape(-1, y.shape[-1] if y.rank > 1 else 1).astype(np.float64)
        mean, std = columns.mean(0), columns.std(0)
        if not ((abs(mean) > FAR) | (std > FAR)).any():
            continue
        k = int((abs(mean) + std).argmax())
        which = f"number {k} of `{y.name}`" if len(mean) > 1 else f"`{y.name}`"
        yield Finding(
            f"{which} goes from {number(columns[:, k].min())} to {number(columns[:, k].max())}, "
            f"with a mean of {number(mean[k])} and a standard deviation of {number(std[k])}.",
            "outputs begin near 0, and small steps take very long to bring them there; until then "
            "all predictions are the same.",
            (
                f"mean, std = {y.name}.mean(0), {y.name}.std(0); {y.name} = ({y.name} - mean) / "
                "std  # from the training part; predictions back: model.predict(x) * std + mean",
            ),
        )
        return
