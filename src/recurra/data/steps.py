"""Step: how a time axis goes on from one row to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError

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
        >>> monthly = Step(1, "month", day=31)
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
        first = as_ns(first)
        if self.unit == "ns":
            return first + (count * int(self.size)).astype("m8[ns]")
        date = first.astype("M8[D]")
        clock = first - date
        if self.unit == "weekday":
            return np.busday_offset(date, count, roll="backward").astype("M8[ns]") + clock
        months = date.astype("M8[M]") + count * int(self.size)
        day = self.day or day_kept(first[None])
        return (months.astype("M8[D]") + np.minimum(day, days_in_month(months)) - 1) + clock

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
            steps = (as_ns(last) - as_ns(first)).astype(np.int64) // int(self.size)
        elif self.unit == "weekday":
            steps = np.busday_count(as_ns(first).astype("M8[D]"), as_ns(last).astype("M8[D]"))
        else:
            months = as_ns(last).astype("M8[M]") - as_ns(first).astype("M8[M]")
            steps = months.astype(np.int64) // int(self.size)
        return int(steps) if np.ndim(last) == 0 else steps

    def on_grid(self, first: Any, times: np.ndarray) -> np.ndarray:
        """Which times lie a whole number of steps after `first`, (rows,)."""
        nearest = self.at(first, self.between(first, times))
        if self.unit == "number":
            return np.abs(times - nearest) <= 2 * TOLERANCE * self.size
        return as_ns(times) == nearest

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


def as_ns(times: Any) -> Any:
    """Datetimes counted in ns."""
    return np.asarray(times).astype("M8[ns]")


def day_of_month(times: np.ndarray) -> np.ndarray:
    """1 to 31."""
    return (times.astype("M8[D]") - times.astype("M8[M]")).astype(np.int64) + 1


def days_in_month(times: np.ndarray) -> np.ndarray:
    """The number of days of the months."""
    months = times.astype("M8[M]")
    return ((months + 1).astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)


def day_kept(times: np.ndarray) -> int:
    """The day of the month that the times keep: 31 if all are month ends."""
    days = day_of_month(times)
    return 31 if (days == days_in_month(times)).all() else int(days.max())
