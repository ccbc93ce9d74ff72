"""Which samples are held out of training, to stop it in time and to measure on."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data import Windows
from recurra.engine.runs import Runs

#: Of the windows that are not held out, so many have to share no row with those that are.
KEPT = 0.75


def hold_out(
    values: Any,
    share: float,
    random: np.random.RandomState,
    classes: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Divide samples into those to train on and those held out.

    Samples, or whole groups of them, are drawn at random, of each class the same share. Windows
    over series overlap, so that they are held out in order: the last ones of each stretch without
    a hole, or whole stretches where these are short, or the last ones of all. Others that share a
    row with them are in neither part.

    Args:
        values: the samples, an array or `Windows`.
        share: of the samples to hold out, from 0 to below 1.
        random: draws them.
        classes: the number of each sample's class, (samples,); None where there are none.
        groups: the number of each sample's group, (samples,), which stays in one part; None where
            each sample stands for itself.

    Returns:
        Numbers of the samples to train on and of those held out, both in order. Each class keeps a
        sample to train on; no windows are held out where that leaves none.
    """
    samples = len(values)
    classes = np.zeros(samples, int) if classes is None else classes
    if groups is not None or not isinstance(values, Windows):
        held = _whole_groups(
            np.arange(samples) if groups is None else groups, classes, share, random
        )
        return np.flatnonzero(~held), np.flatnonzero(held)
    starts, stretch = np.asarray(values.starts), _stretches(values)
    ways = (
        lambda: _last_ones(starts, stretch, share),
        lambda: _whole_groups(stretch, classes, share, random),
        lambda: _last_ones(starts, np.zeros_like(stretch), share),
    )
    enough = KEPT * (1 - share) * samples
    for way, least in zip(ways, (enough, enough, 1)):
        held = way()
        train = _without_rows_of(values, held)
        if train.sum() >= least and held.any() and np.isin(classes, classes[train]).all():
            return np.flatnonzero(train), np.flatnonzero(held)
    return np.arange(samples), np.arange(0)


def rows_of(windows: Windows, samples: np.ndarray) -> np.ndarray:
    """Which rows of their table some of the windows look at, (rows,) booleans.

    Args:
        windows: over a table.
        samples: the numbers of some.
    """
    starts = np.asarray(windows.starts)[samples]
    change = np.zeros(len(windows.table) + 1, np.int32)
    np.add.at(change, starts, 1)
    np.add.at(change, starts + windows.shape[1], -1)
    return np.cumsum(change[:-1]) > 0


def _whole_groups(
    groups: np.ndarray, classes: np.ndarray, share: float, random: np.random.RandomState
) -> np.ndarray:
    """Which samples are held out, (samples,), whole groups, of each class about the same share."""
    group = np.unique(groups, return_inverse=True)[1]
    counts = np.zeros((group.max() + 1, classes.max() + 1), np.int32)
    np.add.at(counts, (group, classes), 1)
    kind, held = counts.argmax(axis=1), np.zeros(len(counts), bool)
    for k in np.unique(kind):
        members = random.permutation(np.flatnonzero(kind == k))
        held[members[: min(round(len(members) * share), len(members) - 1)]] = True
    lost = ~counts[~held].any(axis=0) & counts.any(axis=0)  # classes without a sample to train on
    held &= ~counts[:, lost].any(axis=1)
    return held[group]


def _stretches(windows: Windows) -> np.ndarray:
    """The number of the stretch of rows that each window lies in, (windows,)."""
    if not isinstance(windows.starts, Runs):
        return np.zeros(len(windows), int)
    places = np.arange(len(windows))
    return np.searchsorted(windows.starts.before, places, side="right") - 1


def _last_ones(starts: np.ndarray, stretch: np.ndarray, share: float) -> np.ndarray:
    """Which windows are the last ones of their stretch, (windows,), the same share of each."""
    order = np.lexsort((starts, stretch))
    ends = np.cumsum(np.bincount(stretch))
    wanted = np.diff(np.round(ends * share).astype(int), prepend=0)
    held = np.empty(len(starts), bool)
    held[order] = np.arange(len(starts)) >= (ends - wanted)[stretch[order]]
    return held


def _without_rows_of(windows: Windows, held: np.ndarray) -> np.ndarray:
    """Which windows share no row with those held out, (windows,)."""
    count = np.concatenate([[0], np.cumsum(rows_of(windows, np.flatnonzero(held)))])
    starts = np.asarray(windows.starts)
    return count[starts + windows.shape[1]] == count[starts]
