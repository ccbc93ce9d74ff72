"""A weight is made for a size that is not known: how the program states it, or does without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recurra.engine.errors import ShapeError
from recurra.explain.fixes.before import last_output
from recurra.explain.fixes.code import Fix, count

#: What an Input is shown with where its sizes are not known.
TIMESTEPS, FEATURES = 20, 1


def stated_size(error: ShapeError) -> Iterator[Fix]:
    """Fixes with the program's own layers and sizes, where they are known."""
    start = error.path[0].shape if error.path else error.came_shape
    if len(start) != 3:
        yield Fix("Input((8,))", "states the number of features, here 8")
        return
    steps, features = (
        axis.size if isinstance(axis.size, int) else other
        for axis, other in zip(start[1:], (TIMESTEPS, FEATURES), strict=True)
    )
    stated = f"Input(({steps}, {features}))"
    before = error.path[-2].layer if len(error.path) > 2 else None
    if type(error.source).__name__ != "Flatten":
        sizes = f"{count(steps, 'timesteps')} of {count(features, 'features')}"
        yield Fix(stated, f"states the sizes, here {sizes}")
        return
    yield Fix("GlobalAveragePooling1D()", "in place of Flatten(): for any number of timesteps")
    if _gives_sequences(before):
        yield last_output(before)
    yield Fix(stated, f"a fixed number of timesteps, here {steps}, which Flatten can multiply")


def _gives_sequences(layer: Any) -> bool:
    return bool(getattr(layer, "return_sequences", False))
