"""The rule `constant-columns`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Array, Seen
from recurra.explain.advice.words import number

#: Of fewer samples than all nothing is said about single features.
SAMPLES = 100
#: Where so many of the other numbers are 0 too, a feature that is always 0 is usual.
SPARSE = 0.1


@rule("constant-columns", at="data")
def constant_columns(seen: Seen) -> Iterator[Finding]:
    """A feature never changes, so nothing can be learnt from it.

    Often such a column came out of a step that went wrong: a file was read with the wrong
    separator, a join found no partner, NaN were filled with 0, an array was made with `np.zeros`
    and never filled. Look at the column where it is made:

        print(table.std(axis=0))  # 0 is a column that never changes

    and either fill it with what it should hold or leave it out:

        keep = x.std((0, 1)) > 0
        x = x[..., keep]

    A column that is constant is also divided by 0 where data are scaled by their standard
    deviation, which makes NaN of it.

    The rule looks at up to 30,000 numbers, in samples spread over the data. It says nothing about
    features that are always 0 where zeros are common, as in pictures and one-hot codes, nor about
    constant inputs beside others, such as an empty first state, nor about data in which targets are
    constant too.
    """
    if seen.batch_size is None or len(seen.x) != 1 or not _targets_vary(seen):
        return
    x = seen.x[0]
    is_sure = len(x.rows) >= SAMPLES or x.rows.shape == x.shape
    if x.rows.size < 2 or not is_sure:
        return
    constant = x.least == x.most
    if constant.all() and (x.least == x.least[0]).all():
        yield Finding(
            f"all numbers of `{x.name}` are {number(x.least[0])}.",
            "samples that are all the same cannot tell targets apart.",
            (f"look where {x.name} is filled: print({x.name}.min(), {x.name}.max())",),
        )
    elif x.is_measured and constant.any() and not _is_sparse(x, constant):
        which = np.flatnonzero(constant)
        named = ", ".join(map(str, which[:5])) + ", ..." * (len(which) > 5)
        axes = tuple(range(x.rank - 1))
        yield Finding(
            f"feature{'s' * (len(which) > 1)} {named} of `{x.name}` never "
            f"{'change' if len(which) > 1 else 'changes'}: {number(x.least[which[0]])} in all "
            f"{amount(len(x.columns), 'timestep' if x.rank > 2 else 'sample')} looked at.",
            "what is the same in every sample tells nothing about any.",
            (
                f"{x.name} = {x.name}[..., {x.name}.std({axes}) > 0]  # leave out what is constant",
                f"look where feature {which[0]} is made: it may have been filled with "
                f"{number(x.least[which[0]])} by mistake",
            ),
        )


def _targets_vary(seen: Seen) -> bool:
    ys = [output.y.rows for output in seen.outputs if output.y is not None]
    return any(y.size and y.min() != y.max() for y in ys)


def _is_sparse(x: Array, constant: np.ndarray) -> bool:
    """Whether all constant features are 0, and zeros are usual in the others."""
    if (x.least[constant] != 0).any():
        return False
    return bool(constant.all() or (x.columns[:, ~constant] == 0).mean() > SPARSE)
