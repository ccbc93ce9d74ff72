"""Rules that find what to type instead from the two shapes of an error, the likeliest first.

Each rule takes the facts and gives lines of code, with the reason as a comment. A new rule is a
function in this file and a line in `RULES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

from recurra.explain.facts import Facts, place


def find_fixes(facts: Facts) -> list[str]:
    """Every fix that the rules know for these facts."""
    return [fix for rule in RULES for fix in rule(facts)]


def _line(code: str, why: str) -> str:
    return f"{code}  # {why}"


def _literal(sizes: Any) -> str:
    """Sizes as a Python tuple."""
    return str(tuple(s if isinstance(s, int) else None for s in sizes))


def previous_layer(facts: Facts) -> Iterator[str]:
    """A recurrent layer before this one gives the last output where all are needed, or all."""
    gives = getattr(facts.source, "return_sequences", None)
    if gives is None:
        return
    name, units = type(facts.source).__name__, getattr(facts.source, "units", "...")
    where = place(getattr(facts.source, "origin", None))
    where = f"in {where}: " if where else ""
    if not gives and facts.least == len(facts.came) + 1:
        why = f"{where}gives the output of every timestep, not of the last alone"
        yield _line(f"{name}({units}, return_sequences=True)", why)
    elif gives and facts.rank == len(facts.came) - 1:
        why = f"{where}without return_sequences=True it gives the last output alone"
        yield _line(f"{name}({units})", why)


def vector_to_sequence(facts: Facts) -> Iterator[str]:
    """A layer that gives one vector a sample stands before one that takes a sequence."""
    is_sequence = "timesteps" in [a.name for a in facts.expected]
    recurrent = hasattr(facts.source, "return_sequences")
    if facts.is_data or facts.from_input or recurrent or len(facts.came) != 2 or not is_sequence:
        return
    yield _line(
        "RepeatVector(10)", f"before {facts.kind}: the vector once for each of 10 timesteps"
    )


def sample_axis(facts: Facts) -> Iterator[str]:
    """A single sample came without the axis of samples."""
    if facts.is_data and facts.rank == len(facts.came) + 1:
        known = [a.size for a in facts.expected[1:] if a.size is not None]
        if known and facts.would_fit((1, *facts.came.sizes)):
            shape = _literal((1, *facts.came.sizes))
            yield _line("x[None]", f"one sample: adds the axis of samples, shape {shape}")


def feature_axis(facts: Facts) -> Iterator[str]:
    """Values in time came without the axis of features."""
    if facts.rank != len(facts.came) + 1 or facts.expected[-1].size not in (None, 1):
        return
    if len(facts.came) != 2 or not (facts.is_data or facts.from_input):
        return
    n = facts.came.sizes[-1]
    if not facts.would_fit((*facts.came.sizes, 1)):
        return
    values = f"the {n} values" if n else "the values"
    follow = f"if {values} follow each other in time"
    if facts.is_data:
        yield _line("X[..., None]", f"{follow}: one feature at each of them")
    else:
        yield _line(f"Input({_literal((n, 1))})", f"{follow}; the data is then X[..., None]")
    why = f"if {values} were measured at one moment: there is no sequence"
    yield _line("Dense(32)", f"{why}, so no {facts.kind}")


def counted_batch(facts: Facts) -> Iterator[str]:
    """The number of samples was counted in `input_shape`."""
    if facts.from_input and facts.rank == len(facts.came) - 1:
        sizes = facts.came.sizes[2:]
        if facts.would_fit((None, *sizes)):
            why = "X.shape[1:]: the number of samples is no part of it"
            yield _line(f"Input({_literal(sizes)})", why)


def surplus_axis(facts: Facts) -> Iterator[str]:
    """Data came with an axis of size 1 too many."""
    sizes = facts.came.sizes
    if not facts.is_data or facts.rank != len(sizes) - 1:
        return
    for axis in (k for k, size in enumerate(sizes) if size == 1):
        rest = (*sizes[:axis], *sizes[axis + 1 :])
        if facts.would_fit(rest):
            yield _line(f"X.squeeze({axis})", f"drops an axis of size 1, shape {_literal(rest)}")
            return


def swapped_axes(facts: Facts) -> Iterator[str]:
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
                yield _line(f"X.transpose({axes})", f"{why}; reshape would mix the values up")
            else:
                yield _line(f"Permute({order})", why)
            return


def flattened(facts: Facts) -> Iterator[str]:
    """The values of several axes came side by side in one, or the other way round."""
    sizes, wanted = facts.came.sizes, [a.size for a in facts.expected[1:]]
    if not facts.is_data or facts.rank is None or None in sizes[1:] or len(sizes) < 2:
        return
    amount = math.prod(s for s in sizes[1:] if s is not None)
    known = math.prod(s for s in wanted if isinstance(s, int))
    unknown = wanted.count(None)
    if unknown > 1 or not known or amount % known or (not unknown and amount != known):
        return
    new = tuple(amount // known if s is None else s for s in wanted)
    if (
        new == sizes[1:]
        or 1 in (amount, known, *new)
        or any(surplus_axis(facts))
        or any(swapped_axes(facts))
    ):
        return
    if len(new) > len(sizes) - 1:
        inner, outer = facts.expected[-1].name, facts.expected[1].name.rstrip("s")
        why = f"{amount} = {' x '.join(map(str, new))}: if the {new[-1]} {inner} of one {outer} "
        why += "stand side by side"
    else:
        why = f"{' x '.join(map(str, sizes[1:]))} = {amount}"
    yield _line(f"X.reshape({', '.join(map(str, (-1, *new)))})", why)


def other_features(facts: Facts) -> Iterator[str]:
    """The array has another number of features than the weights were made for."""
    differing = facts.differing()
    if len(differing) != 1 or differing[0][0].name not in ("features", "channels"):
        return
    if any(swapped_axes(facts)):
        return
    want, have = differing[0]
    sizes = facts.came.sizes[1:]
    if len(sizes) > 1 and facts.is_data:
        why = f"a new model, trained for {have.size}: the weights of this one are for {want.size}"
        lengths = [
            None if a.name == "timesteps" and a.size is None else s
            for a, s in zip(facts.expected[1:], sizes, strict=False)
        ]
        yield _line(f"Input({_literal(lengths if facts.rank else sizes)})", why)
    yield f"give the {want.size} {want.name} it was built for, in the same order"


RULES: tuple[Callable[[Facts], Iterator[str]], ...] = (
    previous_layer,
    sample_axis,
    swapped_axes,
    flattened,
    counted_batch,
    surplus_axis,
    feature_axis,
    vector_to_sequence,
    other_features,
)
