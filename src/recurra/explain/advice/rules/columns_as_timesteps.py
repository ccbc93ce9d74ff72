"""The rule `columns-as-timesteps`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recurra.engine.words import amount
from recurra.explain.advice.finding import Finding
from recurra.explain.advice.order import DISORDER, correlated, disorder, is_ordered, pairs
from recurra.explain.advice.rule import rule
from recurra.explain.advice.seen import Seen
from recurra.explain.advice.words import number

#: Fewer timesteps or samples show no pattern.
STEPS, SAMPLES = 8, 50
#: A share of the timesteps holds two values, each so often, and as large a share many.
SHARE, OFTEN = 0.1, 0.05
#: Standard deviations so many times apart are no series, and correlations so far apart no noise
APART, BEYOND = 10.0, 0.1
#: if each half of the samples shows the same correlations as the other.
AGREE = 0.8


@rule("columns-as-timesteps", at="data")
def columns_as_timesteps(seen: Seen) -> Iterator[Finding]:
    """The timesteps look like columns of a table, which have no order in time.

    A table has rows (samples) and columns: age, income, number of rooms. `x[..., None]` gives it
    the shape (samples, 64, 1) that a recurrent layer accepts. The layer then reads it as one
    quantity that was first the age, then the income, then the rooms. It has to carry each column
    through all later ones, and it would learn something else if the columns were sorted in another
    way. That order means nothing, so a network without it learns more in less time:

        x = x[..., 0]  # (n, 64, 1) back to (n, 64)
        model = Sequential([Input((64,)), Dense(64, activation="relu"), Dense(1)])

    If the rows of the table follow each other in time, then these are the timesteps, and the
    columns are the features: make windows of rows, (samples, 20, 64).

    The rule looks at inputs with one feature, at least 8 timesteps and 50 samples. It speaks where
    some timesteps hold just two values and others many (one is enough where all others do); or
    where the scales of timesteps are 10 times apart, or their correlations differ in the same way
    in both halves of the samples, while neighbours are no more alike than any two. Windows of a
    series, noise, curves that begin at the same moment, weeks of days and pictures read pixel by
    pixel are not like that: their neighbours are alike, or nothing differs.
    """
    for x in seen.x:
        layer = seen.reader(x)
        steps = x.timesteps or 0
        if layer is None or x.features != 1 or not STEPS <= steps == x.rows.shape[1]:
            continue
        rows = x.rows[:, :, 0].astype(np.float64)
        kept = np.flatnonzero(rows.min(0) < rows.max(0))
        if len(rows) < SAMPLES or len(kept) < STEPS:
            continue
        rows = rows[:, kept]
        problem = _two_valued(rows) or _scales(rows, kept) or _correlations(rows)
        if problem is None:
            continue
        kind = type(layer).__name__
        yield Finding(
            f"{problem.format(of=f'the {steps} timesteps of `{x.name}`')}.",
            f"these look like columns of a table, which have no order; {kind} reads them as one "
            f"number that changes over {amount(steps, 'timestep')}.",
            (
                f"{x.name} = {x.name}[..., 0], Input(({steps},)), Dense in place of {kind}",
                f"if the rows follow each other in time: windows of rows, Input((20, {steps}))",
            ),
        )
        return


def _two_valued(rows: np.ndarray) -> str | None:
    """Flags beside measurements."""
    least, most = rows.min(0), rows.max(0)
    highs = (rows == most).mean(0)
    two = ((rows == least) | (rows == most)).all(0) & (abs(highs - 0.5) < 0.5 - OFTEN)
    many = _has_many_values(rows) & ~two
    if many.mean() < SHARE or not two.any():
        return None
    if (two | many).all():
        hold = "hold two different values each" if two.sum() > 1 else "holds two different values"
        return f"{two.sum()} of {{of}} {hold}, and all others many"
    if two.mean() < SHARE or two.sum() < 2:
        return None
    return f"{two.sum()} of {{of}} hold two different values each, and others many"


def _has_many_values(rows: np.ndarray) -> np.ndarray:
    """Whether a sample differs from the one before it in most cases, for each timestep."""
    return np.asarray((rows[1:] != rows[:-1]).mean(0) > 0.8)


def _scales(rows: np.ndarray, which: np.ndarray) -> str | None:
    """Scales that are far apart, and in no order."""
    std = rows.std(0)
    low, high = np.quantile(std, (0.1, 0.9))
    steps = np.diff(np.log(std))
    if high < APART * low or disorder(steps, np.log(std)) < DISORDER:
        return None
    if is_ordered(correlated(rows)):
        return None
    k = int(abs(steps).argmax())
    return (
        f"in {{of}} neighbours differ as much as any two: the standard deviation is "
        f"{number(std[k])} at timestep {which[k]} and {number(std[k + 1])} at timestep "
        f"{which[k + 1]}"
    )


def _correlations(rows: np.ndarray) -> str | None:
    """Correlations that are beyond chance, and in no order."""
    r = correlated(rows)
    if pairs(r).std() < BEYOND or is_ordered(r):
        return None
    even, odd = pairs(correlated(rows[::2])), pairs(correlated(rows[1::2]))
    spread = float(even.std() * odd.std())
    if ((even - even.mean()) * (odd - odd.mean())).mean() < AGREE * spread or spread == 0:
        return None
    near, all_pairs = float(abs(np.diagonal(r, 1)).mean()), float(abs(pairs(r)).mean())
    return (
        f"in {{of}} neighbours are no more alike than any two: their correlation is "
        f"{number(near)} on average, that of all pairs {number(all_pairs)}"
    )
