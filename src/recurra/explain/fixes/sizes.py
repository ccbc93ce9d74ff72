"""As many axes as needed, but another number of features or of timesteps."""

from __future__ import annotations

from collections.abc import Iterator

from recurra.engine.shapes import Size
from recurra.explain.chain import declared_steps, through_flatten
from recurra.explain.facts import Facts
from recurra.explain.fixes.arranged import surplus_axis, swapped_axes
from recurra.explain.fixes.code import Fix, count, literal


def other_features(facts: Facts) -> Iterator[Fix]:
    """The array has another number of features than the weights were made for."""
    differing = facts.differing()
    if len(differing) != 1 or differing[0][0].name not in ("features", "channels"):
        return
    if through_flatten(facts.error) or any(swapped_axes(facts)) or any(surplus_axis(facts)):
        return
    want, have = differing[0]
    sizes = facts.came.sizes[1:]
    if sizes and facts.is_data:
        lengths = [
            None if a.name == "timesteps" and a.size is None else s
            for a, s in zip(facts.expected[1:], sizes, strict=False)
        ]
        why = f"a new model, trained for {have.size}: the weights of this one are for {want.size}"
        yield Fix(f"Input({literal(lengths if facts.rank else sizes)})", why)
    more = isinstance(want.size, int) and isinstance(have.size, int) and have.size > want.size
    if more and facts.is_data:
        why = "one-hot columns and a look-back written side by side count as features, too"
        yield Fix(
            f"give the {count(want.size, want.name)} it was built for, in the same order", why
        )
    else:
        yield Fix(f"give the {count(want.size, want.name)} it was built for, in the same order")


def other_length(facts: Facts) -> Iterator[Fix]:
    """The layers behind need the number of timesteps that the model was built for."""
    step = facts.error.path[0] if facts.error.path else None
    flat = through_flatten(facts.error.because or facts.error)
    want: Size | None
    if flat:
        want, came = declared_steps(facts.error), step.shape if step else facts.came
    else:
        differing = facts.differing()
        if len(differing) != 1 or differing[0][0].name != "timesteps":
            return
        want, came = differing[0][0].size, facts.came
    have = came.sizes[1] if len(came) == 3 else None
    if facts.is_data or (step and step.layer is None):
        yield from _cut_or_padded(want, have)
    if flat:
        why = "in place of Flatten(): for any number of timesteps"
        yield Fix("GlobalAveragePooling1D()", why)


def _cut_or_padded(want: object, have: object) -> Iterator[Fix]:
    if not isinstance(want, int) or not isinstance(have, int) or want == have:
        return
    if have > want:
        why = f"the last {count(want, 'timesteps')} of each sample"
        yield Fix(f"X[:, -{want}:]", why, True)
    else:
        why = f"{want - have} zeros before each sample, if the model was trained on such"
        yield Fix(f"np.pad(X, ((0, 0), ({want - have}, 0), (0, 0)))", why, True)
