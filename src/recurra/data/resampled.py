"""What resampling gives, and what it is given: times, values, and the step of the grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.data.rates import check_times, since, usual_step
from recurra.data.steps import DURATIONS, Step, duration
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.kinds import check_kind

#: A stretch of so many steps without a sample is a hole.
REACH = 5
#: A grid of so many rows for each sample is a mistake in the unit of the step.
MOST_ROWS = 1000


@dataclass(frozen=True)
class Resampled:
    """Values on a regular time axis.

    Args:
        times: (rows,) datetime64[ns] or numbers.
        values: (rows,) or (rows, columns) float64, NaN where nothing near was measured.
        distance: how many steps the nearest sample is away, of the same shape: where it is large,
            a value is a guess.
        step: from one row to the next.
        notes: what was found and done, in sentences.
    """

    times: np.ndarray
    values: np.ndarray
    distance: np.ndarray
    step: Step
    notes: tuple[str, ...]


def checked(times: Any, values: Any, step: Any, who: str) -> tuple[np.ndarray, np.ndarray, Step]:
    """Times, values (float64), and the step of the grid, for the function `who`.

    Raises:
        DataError: for times that do not rise or are missing, for other lengths, for text and
            infinity, and for a step that is far too fine.
        ArgumentError: for a step that is none, and for one of months or weekdays.
    """
    times = check_times(times)
    values = check_kind(np.asarray(values), who, "values").astype(np.float64)
    _check(times, values, who)
    grid = usual_step(times) if step is None else _as_step(step, times, who)
    rows = int(since(times[-1:], times[0])[0] / float(grid.size)) + 1
    if rows > MOST_ROWS * len(times):
        raise DataError(
            f"{who}: a row {grid.words} makes {rows:,} rows of {len(times):,} samples, which is "
            "too fine.",
            fixes=[f"step={step_code(usual_step(times))}  # the samples' own"],
        )
    return times, values, grid


def rate(times: np.ndarray, step: Step, found: bool) -> str:
    """How far apart times were and rows are."""
    distances = np.diff(since(times, times[0]))
    dates = times.dtype.kind == "M"
    least, most = (duration(int(d)) if dates else f"{d:.6g}" for d in _range(distances))
    what = f"times are {least} to {most} apart" if least != most else f"times are {least} apart"
    return f"{what}; a row {step.words}" + (", their median." if found else ".")


def _as_step(step: Any, times: np.ndarray, who: str) -> Step:
    dates = times.dtype.kind == "M"
    if isinstance(step, Step):
        if step.unit != ("ns" if dates else "number"):
            raise ArgumentError(
                f"{who}: a step of {step.unit}s is not one that these times can be divided by; "
                + ("a fixed duration is needed." if dates else "a number is needed."),
                fixes=["step=np.timedelta64(1, 'D')" if dates else "step=1"],
            )
        return step
    try:
        if dates and not isinstance(step, (int, float)):
            return Step(int(np.timedelta64(step).astype("m8[ns]").astype(np.int64)), "ns")
        if not dates and isinstance(step, (int, float, np.number)):
            return Step(step.item() if isinstance(step, np.number) else step, "number")
    except (TypeError, ValueError):  # a text, for example; a step that is not above 0
        pass
    raise ArgumentError(
        f"{who}: step={step!r} is no step of these times; "
        + ("a duration above 0 is needed." if dates else "a number above 0 is needed."),
        fixes=["step=np.timedelta64(5, 'ms')" if dates else "step=0.005"],
    )


def _check(times: np.ndarray, values: np.ndarray, who: str) -> None:
    if values.ndim not in (1, 2) or len(times) != len(values):
        raise DataError(
            f"{who}: `times` has the shape {times.shape} and `values` {values.shape}; "
            "a time for each row is needed."
        )
    if np.isinf(values).any():
        row = int(np.isinf(values.reshape(len(values), -1)).any(axis=1).argmax())
        raise DataError(
            f"{who}: row {row} holds infinity.",
            fixes=["values[np.isinf(values)] = np.nan  # not known"],
        )


def _range(distances: np.ndarray) -> tuple[float, float]:
    return float(distances.min()), float(distances.max())


def step_code(step: Step) -> str:
    """A step of a fixed duration, or a number, as code."""
    if step.unit == "number":
        return f"{step.size:.6g}"
    units = zip(DURATIONS, ("D", "h", "m", "s", "ms", "us", "ns"))
    size, name = next((size, name) for size, name in units if step.size % size == 0)
    return f"np.timedelta64({int(step.size) // size}, '{name}')"
