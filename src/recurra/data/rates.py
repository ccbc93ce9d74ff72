"""How far apart the times of a series are: the step of regular ones, the usual step of others."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.data.steps import (
    DURATIONS,
    MINUTE,
    TOLERANCE,
    Step,
    as_ns,
    day_kept,
    day_of_month,
    days_in_month,
)
from recurra.engine.errors import DataError


def find_step(times: Any) -> Step:
    """The step of one series: the commonest distance of its times, of equals the shortest.

    Months, which have several lengths, and weeks without weekends are recognised. Whether all
    times lie on the grid, `Step.on_grid` tells.

    Args:
        times: rising, without repeats, (rows,) datetime64 or numbers. Rows may be missing.

    Raises:
        DataError: for fewer than two times, and times that do not rise.

    Example:
        >>> find_step(np.array(["2024-12-31", "2025-01-31", "2025-02-28"], "M8[ns]"))
        Step(size=1, unit='month', day=31)
    """
    times = check_times(times)
    if times.dtype.kind != "M":
        return Step(_commonest_number(times), "number")
    times = as_ns(times)
    days = times.astype("M8[D]")
    if (times - days == times[0] - days[0]).all():  # one time of day
        months = np.diff(times.astype("M8[M]").astype(np.int64))
        day = day_kept(times)
        if months.all() and (day_of_month(times) == np.minimum(day, days_in_month(times))).all():
            return Step(_commonest(months), "month", day)
        if _commonest(np.diff(days).astype(np.int64)) == 1 and _no_weekends(days):
            return Step(1, "weekday")
    return Step(_commonest(np.diff(times).astype(np.int64)), "ns")


def usual_step(times: Any) -> Step:
    """The median distance of times that need not be regular, rounded if that is within 1 %.

    Args:
        times: rising, (samples,) datetime64 or numbers.

    Example:
        >>> usual_step([0.0, 0.0049, 0.0101, 0.015, 0.030]).size
        0.005
    """
    times = check_times(times)
    median = float(np.median(np.diff(since(times, times[0]))))
    dates = times.dtype.kind == "M"
    unit = next((ns for ns in DURATIONS if dates and MINUTE <= ns <= median), None)
    # whole minutes, hours and days; 1, 1.5, 2, ..., 9.5 of shorter ones and of numbers
    part = unit or 5 * 10.0 ** (np.floor(np.log10(median)) - 1)
    near = float(f"{round(median / part) * part:.15g}")
    size = near if abs(near - median) <= 0.01 * median else median
    if dates:
        return Step(max(round(size), 1), "ns")
    return Step(int(size) if times.dtype.kind in "iu" and size == int(size) else size, "number")


def since(times: np.ndarray, first: Any) -> np.ndarray:
    """How long after the first: ns for datetimes, else in their own unit."""
    if times.dtype.kind == "M":
        times, first = times.astype("M8[ns]"), first.astype("M8[ns]")
    return (times - first).astype(np.float64)


#: How times become such, by the kind of their type: durations, and objects such as Timestamps.
_AS_TIMES = {
    "m": "times / np.timedelta64(1, 's')",
    "O": "pd.to_datetime(times, utc=True).tz_localize(None)",
}


def check_times(times: Any) -> np.ndarray:
    """Times as an array, (rows,); an error unless there are two or more, which rise."""
    times = np.asarray(times)
    if times.dtype.kind not in "Miuf":
        raise DataError(
            f"times of type {times.dtype} are neither datetimes nor numbers.",
            fixes=[_AS_TIMES.get(times.dtype.kind, "np.array(times, 'datetime64[ns]')")],
        )
    if times.ndim != 1 or len(times) < 2:
        raise DataError("one time alone does not tell how far it is to the next.")
    missing = np.isnat(times) if times.dtype.kind == "M" else np.isnan(times)
    if missing.any():
        raise DataError(f"the time of row {int(missing.argmax())} is missing.")
    rising = times[1:] > times[:-1]
    if not rising.all():
        row = int(rising.argmin()) + 1
        raise DataError(
            f"the times do not rise: row {row}, {times[row]}, is not after the one before.",
            fixes=["times, rows = np.unique(times, return_index=True); values = values[rows]"],
        )
    return times


def _no_weekends(days: np.ndarray) -> bool:
    """Whether there are two weekends or more between the days, and none has a row."""
    weekends = np.diff(days).astype(np.int64).sum() - np.busday_count(days[0], days[-1])
    return bool(weekends >= 4 and np.is_busday(days).all())


def _commonest(distances: np.ndarray) -> Any:
    values, counts = np.unique(distances, return_counts=True)
    return values[counts.argmax()].item()


def _commonest_number(times: np.ndarray) -> int | float:
    distances = np.diff(times)
    if times.dtype.kind in "iu":
        return _commonest(distances)
    shares = np.round(distances / np.median(distances), 3)
    near = distances[np.abs(shares - _commonest(shares)) < 2e-3].mean()
    steps = max(round((times[-1] - times[0]) / near), 1)
    exact = float(f"{(times[-1] - times[0]) / steps:.12g}")  # without the noise of each distance
    return exact if abs(exact - near) <= TOLERANCE * near else float(f"{near:.12g}")
