"""Step: how a time axis goes on from one row to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError, DataError

DAY = 86_400_000_000_000
MINUTE = 60_000_000_000
#: Names of durations in ns, longest first.
DURATIONS = {
    DAY: "days",
    DAY // 24: "hours",
    MINUTE: "minutes",
    1_000_000_000: "seconds",
    1_000_000: "ms",
    1_000: "µs",
    1: "ns",
}
NAMES: dict[tuple[str, float], str] = {
    ("ns", 7 * DAY): "weekly",
    ("ns", DAY): "daily",
    ("ns", DAY // 24): "hourly",
    ("month", 1): "monthly",
    ("month", 3): "quarterly",
    ("month", 12): "yearly",
    ("weekday", 1): "every weekday",
}
#: The part of a step by which times that are floats may lie beside the grid.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Step:
    """The distance between the rows of a regular time axis.

    Args:
        size: how many units, above 0.
        unit: "ns" for a fixed duration, "month" for calendar months, "weekday" for Mondays to
            Fridays (`size` is 1), "number" for times that are numbers.
        day: for months, the day on which the times fall, or the last of a shorter month: 31 means
            month ends. None takes it from the time that a step is made from.

    Example:
        >>> monthly = find_step(np.array(["2024-12-31", "2025-01-31", "2025-02-28"], "M8[ns]"))
        >>> monthly.words, monthly.seasons
        ('monthly', (12,))
        >>> monthly.after(np.datetime64("2025-02-28"), 2).astype("M8[D]").astype(str).tolist()
        ['2025-03-31', '2025-04-30']
    """

    size: int | float
    unit: str
    day: int | None = None

    def __post_init__(self) -> None:
        if self.unit not in ("ns", "month", "weekday", "number"):
            raise ArgumentError(
                f"Step: unit={self.unit!r} has to be 'ns', 'month', 'weekday' or 'number'."
            )
        if not self.size > 0 or (self.unit == "weekday" and self.size != 1):
            raise ArgumentError(f"Step: size={self.size!r} {self.unit} is no step forward.")

    def at(self, first: Any, count: Any) -> Any:
        """The time `count` steps after `first`.

        Args:
            first: a datetime64 or a number.
            count: whole numbers, of any shape; negative ones go back.

        Returns:
            Times of the shape of `count`, datetime64[ns] or numbers.
        """
        count = np.asarray(count, np.int64)
        if self.unit == "number":
            return first + self.size * count
        first = _ns(first)
        if self.unit == "ns":
            return first + (count * int(self.size)).astype("m8[ns]")
        date = first.astype("M8[D]")
        clock = first - date
        if self.unit == "weekday":
            return np.busday_offset(date, count, roll="backward").astype("M8[ns]") + clock
        months = date.astype("M8[M]") + count * int(self.size)
        day = self.day or _day(first[None])
        return (months.astype("M8[D]") + np.minimum(day, _length(months)) - 1) + clock

    def after(self, time: Any, count: int) -> np.ndarray:
        """The next `count` times after `time`, (count,)."""
        return self.at(time, np.arange(1, count + 1))

    def between(self, first: Any, last: Any) -> Any:
        """The number of steps from `first` to `last`, rounded down where `last` is off the grid.

        Args:
            first: a time.
            last: a time or an array of times.

        Returns:
            A whole number, or an array of them.
        """
        if self.unit == "number":
            steps = np.floor((np.asarray(last) - first) / self.size + TOLERANCE).astype(np.int64)
        elif self.unit == "ns":
            steps = (_ns(last) - _ns(first)).astype(np.int64) // int(self.size)
        elif self.unit == "weekday":
            steps = np.busday_count(_ns(first).astype("M8[D]"), _ns(last).astype("M8[D]"))
        else:
            months = _ns(last).astype("M8[M]") - _ns(first).astype("M8[M]")
            steps = months.astype(np.int64) // int(self.size)
        return int(steps) if np.ndim(last) == 0 else steps

    def on_grid(self, first: Any, times: np.ndarray) -> np.ndarray:
        """Which times lie a whole number of steps after `first`, (rows,)."""
        nearest = self.at(first, self.between(first, times))
        if self.unit == "number":
            return np.abs(times - nearest) <= 2 * TOLERANCE * self.size
        return _ns(times) == nearest

    @property
    def words(self) -> str:
        """How often there is a row: "monthly", "daily", "every 5 ms", "in steps of 2"."""
        if self.unit == "number":
            return f"in steps of {self.size:g}"
        if (self.unit, self.size) in NAMES:
            return NAMES[self.unit, self.size]
        if self.unit == "month":
            years, months = divmod(int(self.size), 12)
            return f"every {self.size} months" if months else f"every {years} years"
        return f"every {duration(int(self.size)).removeprefix('1 ')}"

    @property
    def seasons(self) -> tuple[int, ...]:
        """Season lengths that are usual, in steps, likeliest first; none for plain numbers."""
        if self.unit == "month":
            return (12 // int(self.size),) if self.size < 12 and 12 % self.size == 0 else ()
        if self.unit == "weekday":
            return 5, 261
        if self.unit == "number" or self.size < MINUTE:
            return ()
        if self.size == 7 * DAY:
            return (52,)
        if self.size == DAY:
            return 7, 365
        a_day = DAY // int(self.size)
        return (a_day, 7 * a_day) if DAY % self.size == 0 else ()


def duration(ns: int) -> str:
    """A duration in words: "5 ms", "1.5 hours", "1 minute"."""
    size, name = next((s, n) for s, n in DURATIONS.items() if s <= ns or s == 1)
    return f"{ns / size:.6g} {name.removesuffix('s') if ns == size and len(name) > 2 else name}"


def find_step(times: Any) -> Step:
    """The step of one series: the commonest distance of its times, of equals the shortest.

    Months, which have several lengths, and weeks without weekends are recognised. Whether all
    times lie on the grid, `Step.on_grid` tells.

    Args:
        times: rising, without repeats, (rows,) datetime64 or numbers. Rows may be missing.

    Raises:
        DataError: for fewer than two times, and times that do not rise.
    """
    times = check_times(times)
    if times.dtype.kind != "M":
        return Step(_commonest_number(times), "number")
    times = _ns(times)
    days = times.astype("M8[D]")
    if (times - days == times[0] - days[0]).all():  # one time of day
        months = np.diff(times.astype("M8[M]").astype(np.int64))
        day = _day(times)
        if months.all() and (_day_of_month(times) == np.minimum(day, _length(times))).all():
            return Step(_commonest(months), "month", day)
        if _commonest(np.diff(days).astype(np.int64)) == 1 and _no_weekends(days):
            return Step(1, "weekday")
    return Step(_commonest(np.diff(times).astype(np.int64)), "ns")


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


def _ns(times: Any) -> Any:
    return np.asarray(times).astype("M8[ns]")


def _day_of_month(times: np.ndarray) -> np.ndarray:
    return (times.astype("M8[D]") - times.astype("M8[M]")).astype(np.int64) + 1


def _length(times: np.ndarray) -> np.ndarray:
    """The number of days of the months."""
    months = times.astype("M8[M]")
    return ((months + 1).astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)


def _day(times: np.ndarray) -> int:
    """The day of the month that the times keep: 31 if all are month ends."""
    days = _day_of_month(times)
    return 31 if (days == _length(times)).all() else int(days.max())


def _no_weekends(days: np.ndarray) -> bool:
    """Whether there are two weekends or more between the days, and none has a row."""
    weekends = np.diff(days).astype(np.int64).sum() - np.busday_count(days[0], days[-1])
    return bool(weekends >= 4 and np.is_busday(days).all())


def _commonest(distances: np.ndarray) -> int:
    values, counts = np.unique(distances, return_counts=True)
    return int(values[counts.argmax()])


def _commonest_number(times: np.ndarray) -> int | float:
    distances = np.diff(times)
    if times.dtype.kind in "iu":
        return _commonest(distances)
    usual = np.median(distances)
    near = round(_commonest(np.round(distances / usual * 1e6)) / 1e6 * usual, 15)
    steps = max(round((times[-1] - times[0]) / near), 1)
    exact = float(f"{(times[-1] - times[0]) / steps:.12g}")  # without the noise of each distance
    return exact if abs(exact - near) <= TOLERANCE * near else float(f"{near:.12g}")
