"""Data with the right values in the wrong axes: swapped, flattened, or an axis too many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations

from recurra.explain.facts import Facts
from recurra.explain.fixes.code import Fix, count, literal, named, times


def swapped_axes(facts: Facts) -> Iterator[Fix]:
    """The axes came in another order."""
    sizes = facts.came.sizes
    if facts.rank != len(sizes) or not 3 <= len(sizes) <= 4 or not facts.differing():
        return
    for order in permutations(range(1, len(sizes))):
        new = (sizes[0], *(sizes[k] for k in order))
        if new != sizes and facts.would_fit(new):
            axes = ", ".join(map(str, (0, *order)))
            swap = f"exchanges {facts.came[1].name} and {facts.came[2].name}"
            why = swap if len(sizes) == 3 else "puts the axes in this order"
            if facts.is_data:
                why += "; reshape would mix the values up"
                yield Fix(f"X.transpose({axes})", why, True)
            else:
                yield Fix(f"Permute({order})", why)
            return


def surplus_axis(facts: Facts) -> Iterator[Fix]:
    """Data came with an axis of size 1 too many."""
    sizes = facts.came.sizes
    if not facts.is_data or len(sizes) <= facts.least or facts.rank not in (None, len(sizes) - 1):
        return
    for axis in (k for k, size in enumerate(sizes) if size == 1):
        rest = (*sizes[:axis], *sizes[axis + 1 :])
        if facts.would_fit(rest):
            why = f"drops an axis of size 1: {named(rest)}"
            yield Fix(f"X.squeeze({axis})", why, True)
            return


def flattened(facts: Facts) -> Iterator[Fix]:
    """The values of several axes came side by side in one, or the other way round."""
    sizes, wanted = facts.came.sizes, [a.size for a in facts.expected[1:]]
    if not facts.is_data or facts.rank is None or len(sizes) < 2 or None in sizes[1:]:
        return
    amount = math.prod(s for s in sizes[1:] if s is not None)
    known = math.prod(s for s in wanted if isinstance(s, int))
    unknown = wanted.count(None)
    if unknown > 1 or not known or amount % known or (not unknown and amount != known):
        return
    new = tuple(s if isinstance(s, int) else amount // known for s in wanted)
    if len(new) == len(sizes) - 1 and sizes[1] != 1:  # steps and features would be mixed up
        return
    if new == sizes[1:] or 1 in (amount, known, *new) or not facts.would_fit((sizes[0], *new)):
        return
    if any(surplus_axis(facts)) or any(swapped_axes(facts)):
        return
    if len(new) < len(sizes) - 1:
        why = f"{times(sizes[1:])} = {amount}"
        yield Fix(f"X.reshape({', '.join(map(str, (-1, *new)))})", why, True)
    else:
        yield from _unfolded(facts, amount, new)


def _unfolded(facts: Facts, amount: int, new: tuple[int, ...]) -> Iterator[Fix]:
    """Side by side may be the features of one timestep, or the timesteps of one feature."""
    inner, outer = facts.expected[-1].name, facts.expected[1].name
    why = f"{amount} = {times(new)}"
    code = f"X.reshape({', '.join(map(str, (-1, *new)))})"
    one = f"if the {count(new[-1], inner)} of one {outer.removesuffix('s')} stand side by side"
    yield Fix(code, f"{why}: {one}", True)
    if len(new) == 2:
        code = f"X.reshape(-1, {new[1]}, {new[0]}).transpose(0, 2, 1)"
        one = f"if the {count(new[0], outer)} of one {inner.removesuffix('s')} stand side by side"
        yield Fix(code, one, True)


def counted_batch(facts: Facts) -> Iterator[Fix]:
    """The number of samples was counted in `input_shape`."""
    is_sequence = "timesteps" in [a.name for a in facts.expected]
    if facts.from_input and is_sequence and facts.rank == len(facts.came) - 1:
        sizes = facts.came.sizes[2:]
        if facts.would_fit((None, *sizes)):
            why = "X.shape[1:]: the number of samples is no part of it"
            yield Fix(f"Input({literal(sizes)})", why)
