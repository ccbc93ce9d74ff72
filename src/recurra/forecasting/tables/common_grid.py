"""Sequences that are sampled in different steps, brought to one."""

from __future__ import annotations

import numpy as np

from recurra.data import Step, find_step
from recurra.data.rates import usual_step
from recurra.data.resampling import resample


def common_grid(
    times: list[np.ndarray], values: list[np.ndarray]
) -> tuple[list[np.ndarray], list[str]]:
    """Bring sequences to one step, the longest of theirs, so that a timestep means one time in all.

    Args:
        times: of each sequence, rising.
        values: of each, (rows, columns), with NaN.

    Returns:
        The sequences, (timesteps, columns) each, with NaN where nothing near is known, and
        sentences about what was done.

    Example:
        >>> fast, slow = np.arange(0, 21, 2), np.arange(0, 21, 5)  # in ms
        >>> made, told = common_grid([fast, slow], [np.ones((11, 1)), np.ones((5, 1))])
        >>> [x.shape for x in made]
        [(5, 1), (5, 1)]
        >>> told
        ['1 sequence goes on in steps of 2, 1 in steps of 5: all are resampled in steps of 5.']
    """
    steps = [_step(t) for t in times if len(t) > 1]
    if not steps or (None not in steps and len(set(steps)) == 1):
        return values, []
    usual = [usual_step(t) for t in times if len(t) > 1]
    longest = max(usual, key=lambda step: step.size)
    made = [resample(t, x, longest).values if len(t) > 1 else x for t, x in zip(times, values)]
    return made, [_told(usual, longest)]


def _step(times: np.ndarray) -> Step | None:
    """The step of a sequence whose times all follow each other by it, else None."""
    step = find_step(times)
    regular = np.array_equal(step.at(times[0], np.arange(len(times))), times)
    near = step.on_grid(times[0], times).all() and step.between(times[0], times[-1]) + 1 == len(
        times
    )
    return step if regular or near else None


def _told(usual: list[Step], longest: Step) -> str:
    counts: dict[str, int] = {}
    for step in usual:
        counts[step.words] = counts.get(step.words, 0) + 1
    said = [f"{count:,} {words}" for words, count in list(counts.items())[:4]]
    one = next(iter(counts.values())) == 1
    said[0] = said[0].replace(" ", " sequence goes on " if one else " sequences go on ", 1)
    more = f" and {len(counts) - 4} other steps" if len(counts) > 4 else ""
    return f"{', '.join(said)}{more}: all are resampled {longest.words}."
