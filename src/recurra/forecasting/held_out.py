"""Which samples are held out of training, to stop it in time and to measure on."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data import Windows


def hold_out(
    values: Any, share: float, random: np.random.RandomState, classes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Divide samples into those to train on and those held out.

    Samples are drawn at random, of each class the same share. Windows over series overlap, so that
    they are held out in order: the last ones, without any that see a row of theirs to train on.

    Args:
        values: the samples, an array or `Windows`.
        share: of the samples to hold out, from 0 to below 1.
        random: draws them.
        classes: the number of each sample's class, (samples,); None where there are none.

    Returns:
        Numbers of the samples to train on and of those held out, both in order. Each class keeps a
        sample to train on; no windows are held out where that leaves none.
    """
    samples = len(values)
    if isinstance(values, Windows):
        starts = np.asarray(values.starts)
        held = np.sort(np.argsort(starts, kind="stable")[samples - round(samples * share) :])
        if not len(held):
            return np.arange(samples), held
        train = np.flatnonzero(starts + values.shape[1] <= starts[held].min())
        return (train, held) if len(train) else (np.arange(samples), held[:0])
    groups = np.zeros(samples, int) if classes is None else classes
    held = np.zeros(samples, bool)
    for group in np.unique(groups):
        members = random.permutation(np.flatnonzero(groups == group))
        held[members[: min(round(len(members) * share), len(members) - 1)]] = True
    return np.flatnonzero(~held), np.flatnonzero(held)
