"""How losses go from epoch to epoch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from recurra.explain.advice.baselines import Baseline, constant
from recurra.explain.advice.seen import Seen

#: Fewer samples held out say little.
LEAST_HELD_OUT = 30


class Judged(NamedTuple):
    """The losses by which a training is judged: on samples held out where there are enough.

    Args:
        name: "val_loss" or "loss".
        losses: one an epoch.
        held_out: whether they are those of `validation_data`.
    """

    name: str
    losses: Sequence[float]
    held_out: bool


def judged(seen: Seen) -> Judged | None:
    """What to compare with predictions that need no model; None where nothing is comparable."""
    if not seen.plain_loss or "loss" not in seen.history:
        return None
    held = seen.outputs[0].y_validation
    if held is not None and held.samples >= LEAST_HELD_OUT and seen.history.get("val_loss"):
        return Judged("val_loss", seen.history["val_loss"], True)
    return None if drops(seen) else Judged("loss", seen.history["loss"], False)


def drops(seen: Seen) -> bool:
    """Whether the loss of a training is that of a model with a part left out or noise added."""
    noisy = seen.of_kind("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout")
    shares = ("dropout", "recurrent_dropout")
    return bool(noisy) or any(_share(layer, name) for layer in seen.layers for name in shares)


def _share(layer: Any, name: str) -> bool:
    value = getattr(layer, name, 0)
    return isinstance(value, (int, float)) and value > 0


def settled(losses: Sequence[float], share: float) -> bool:
    """Whether the last two epochs brought less than this share each."""
    return min(losses[-2:]) > (1 - share) ** 2 * min(losses[:-2])


def falls(losses: Sequence[float], share: float, epochs: int) -> bool:
    """Whether each of the last epochs brought at least this share."""
    last = losses[-epochs - 1 :]
    return all(b <= (1 - share) * a for a, b in pairwise(last))


def cost_of_a_constant(seen: Seen, held_out: bool = False) -> Baseline | None:
    """What the best constant prediction costs; None where losses cannot be compared with it."""
    if held_out not in seen.costs:
        seen.costs[held_out] = constant(seen.outputs[0], held_out) if seen.plain_loss else None
    return seen.costs[held_out]
