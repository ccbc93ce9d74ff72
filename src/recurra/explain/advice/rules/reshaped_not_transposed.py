"""The rule `reshaped-not-transposed`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen


@rule("reshaped-not-transposed", at="data")
def reshaped_not_transposed(seen: Seen) -> Iterator[Finding]:
    """The data went through `reshape` where `transpose` was meant, and are mixed up.

    `reshape` never exchanges axes. It reads all numbers in the order in which they lie in memory
    and cuts them anew. (n, 3, 200) reshaped to (n, 200, 3) has the shape that a recurrent layer
    wants, but a timestep now holds 3 numbers of one channel that followed each other, and the
    channels come one after the other. Nothing complains, and little can be learnt.

        x = x.transpose(0, 2, 1)  # (n, 3, 200) to (n, 200, 3), each number stays with its channel

    A look at a few numbers shows it: after the right step `new[0, t, c] == old[0, c, t]`.

    NumPy remembers which array a reshaped one was cut from. The rule looks there: at an array whose
    last two axes have the same sizes the other way round. It looks at no numbers, and cannot see a
    reshape whose result was copied since.
    """
    for given in _arrays(seen.given):
        base = given.base
        steps, features = given.shape[1:]
        if not isinstance(base, np.ndarray) or base.shape[1:] != (features, steps):
            continue
        as_cut = (features * given.itemsize, given.itemsize)
        if not base.flags.c_contiguous or given.strides[1:] != as_cut:
            continue
        if steps == features or 1 in (steps, features):
            continue
        name = next((x.name for x in seen.x if x.shape[1:] == given.shape[1:]), "x")
        yield Finding(
            f"`{name}` is (timesteps={steps}, features={features}) by a reshape of an array with "
            f"the axes ({features}, {steps}): its first timestep holds the {features} numbers that "
            f"came first in the first of {features} rows, not the first number of each row.",
            "reshape cuts the numbers anew in the order in which they lie; only transpose "
            "exchanges axes.",
            (f"{name} = {name}.reshape(-1, {features}, {steps}).transpose(0, 2, 1)",),
        )
        return


def _arrays(given: Any) -> list[np.ndarray]:
    """The arrays of three axes among the inputs as the user gave them."""
    many = given.values() if isinstance(given, dict) else given
    several = many if isinstance(given, (dict, list, tuple)) else [given]
    return [a for a in several if isinstance(a, np.ndarray) and a.ndim == 3]
