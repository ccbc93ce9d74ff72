"""The rule `unscaled-inputs`."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: A feature whose mean or standard deviation is larger has not been scaled.
FAR = 20.0


@rule("unscaled-inputs", at="data")
def unscaled_inputs(seen: Seen) -> Iterator[Finding]:
    """Inputs are far from 0, so the gates of recurrent layers saturate.

    A recurrent layer squeezes weighted sums of its inputs through `tanh` and `sigmoid`. These are
    flat beyond about 3: with inputs in the thousands every sample lands on the flat part, all
    samples look the same, and no gradient comes back. The loss then stands still and all
    predictions are the same number.

    Bring every feature to about -1 to 1. Take mean and standard deviation from the training part
    alone, and use the same two numbers for validation, test and new data:

        mean, std = x_train.mean((0, 1)), x_train.std((0, 1))
        x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

    The rule looks at the mean and the standard deviation of each feature.
    """
    for x in seen.x:
        if not x.is_measured or x.rank < 2 or _normalizes(seen.first_layer(x)):
            continue
        far = (abs(x.mean) > FAR) | (x.std > FAR)
        if not far.any():
            continue
        k = int((abs(x.mean) + x.std).argmax())
        which = f"feature {k} of `{x.name}`" if len(x.mean) > 1 else f"`{x.name}`"
        axes = tuple(range(x.rank - 1))
        yield Finding(
            f"{which} goes from {number(x.least[k])} to {number(x.most[k])}, with a mean of "
            f"{number(x.mean[k])} and a standard deviation of {number(x.std[k])}.",
            "such numbers drive tanh and sigmoid to their flat ends, where samples look alike and "
            "nothing is learnt.",
            (
                f"mean, std = {x.name}.mean({axes}), {x.name}.std({axes}); "
                f"{x.name} = ({x.name} - mean) / std  # from the training part, the same for all",
            ),
        )


def _normalizes(layer: object) -> bool:
    return type(layer).__name__ in ("BatchNormalization", "Normalization", "LayerNormalization")
