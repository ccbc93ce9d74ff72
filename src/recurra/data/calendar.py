"""Calendar features: where in the year, the week, the day and the hour a time lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data.steps import DAY, Step

HOUR = DAY // 24
#: A cycle of more steps than that says nothing about what comes next.
LONGEST = 20_000


def calendar_features(times: Any, step: Step) -> tuple[np.ndarray, list[str]]:
    r"""Sine and cosine of the cycles that rows of that step go through.

    \(\sin 2\pi p\) and \(\cos 2\pi p\) for the part p of the year, the week, the day and the hour
    that has passed; of these the ones that are longer than a step, and not thousands of times so.
    They are known for the future, too. A year is a whole cycle whether it has 365 days or 366.

    Args:
        times: (rows,) datetime64. Numbers have no calendar.
        step: from one row to the next.

    Returns:
        (rows, 2 cycles) float32, and the columns' names. No columns for numbers.

    Example:
        >>> times = np.array(["2024-01-01T00", "2024-01-01T06"], "M8[ns]")  # a Monday
        >>> values, names = calendar_features(times, Step(6 * HOUR, "ns"))
        >>> names[2:]
        ['week (sine)', 'week (cosine)', 'day (sine)', 'day (cosine)']
        >>> values[:, 4:].round(3).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    times = np.asarray(times)
    columns, names = [], []
    if times.dtype.kind == "M":
        for name, part in _cycles(times.astype("M8[ns]"), step).items():
            angle = 2 * np.pi * part
            columns += [np.sin(angle), np.cos(angle)]
            names += [f"{name} (sine)", f"{name} (cosine)"]
    return np.array(columns, np.float32).reshape(len(names), len(times)).T, names


def _cycles(times: np.ndarray, step: Step) -> dict[str, np.ndarray]:
    """The part that has passed, from 0 to 1, of each cycle that is seen."""
    lengths = {"year": 365.25 * DAY, "week": 7 * DAY, "day": DAY, "hour": HOUR}
    ns = {"month": lengths["year"] / 12, "weekday": DAY}.get(step.unit, 1) * step.size
    passed = times.astype(np.int64)  # since Thursday, 1 January 1970
    parts = {
        name: (passed + 3 * DAY * (name == "week")) % length / length
        for name, length in lengths.items()
        if ns < length <= LONGEST * ns
    }
    if "year" in parts:
        begin = times.astype("M8[Y]")
        end = (begin + 1).astype("M8[ns]")
        parts["year"] = (times - begin) / (end - begin)
    return parts
