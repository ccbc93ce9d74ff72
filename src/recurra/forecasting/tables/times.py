"""The column of times: datetimes with and without zones, dates as text, years, timestamps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables import date_texts, dates, zones
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.values import Column

#: How many of a unit a second has.
_UNIX = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}
#: Seconds since 1970 that are taken for Unix timestamps: the years 2001 to 2096.
_UNIX_SECONDS = (10**9, 4 * 10**9)
#: Whole numbers that may be days and months.
_DAYS = (19000101, 21001231)
_MONTHS = (190001, 210012)


@dataclass(frozen=True)
class Clock:
    """How the times of a user's table are written, which are datetime64[ns] or numbers here.

    Args:
        zone: in which the user's times are, None for none.
        written: "time", "date" and "datetime" (Python's objects), "number", "days" (20240131),
            "months" (202401), a unit of Unix timestamps, or a `dates.Style`.
        whole: whether the user's numbers are whole numbers.
        on_calendar: whether times are counted as the zone's clocks show them, not in UTC.
    """

    zone: str | None = None
    written: Any = "time"
    whole: bool = False
    on_calendar: bool = False

    def local(self, times: np.ndarray) -> np.ndarray:
        """What clocks show at times: for the features of a calendar."""
        return times if self.on_calendar else zones.to_local(times, self.zone)

    def back(self, times: np.ndarray) -> Any:
        """Times as the user's table has them, but for their type."""
        if self.on_calendar:
            times = zones.to_utc(times, self.zone)
        if isinstance(self.written, dates.Style):
            return self.written.write(times)
        if self.written == "number":
            return np.rint(times).astype(np.int64) if self.whole else times
        if self.written in ("date", "datetime"):
            return self._objects(times)
        if self.written in ("days", "months"):
            return _coded(times, self.written)
        if self.written in _UNIX:
            counted = times.astype(np.int64)
            ns = 10**9 // _UNIX[self.written]
            return counted // ns if self.whole else counted / ns
        return times

    def _objects(self, times: np.ndarray) -> np.ndarray:
        objects = times.astype("M8[D]" if self.written == "date" else "M8[us]").astype(object)
        if self.zone is None:
            return objects
        zone = zones.zone_of(self.zone)
        there = [moment.replace(tzinfo=UTC).astimezone(zone) for moment in objects]
        return np.array(there, object)


#: Times (rows,), in UTC where there is a zone; how they are written; what is to be said about them.
Read = tuple[np.ndarray, Clock, list[str]]


def read_times(frame: Frame, name: str) -> Read:
    """The times of a table's rows, in their order.

    Raises:
        DataError: with the row, for missing and unreadable times.
    """
    column = frame.column(name)
    missing = column.missing
    if missing.any():
        row = int(missing.argmax())
        more = f" ({int(missing.sum()):,} rows lack it)" if missing.sum() > 1 else ""
        raise DataError(
            f"{frame.who}: {frame.place(row)} has no time: `{name}` is missing{more}.",
            fixes=[
                frame.code(
                    name,
                    f"fill in `{name}`, or leave such rows out",
                    pandas=f"df = df.dropna(subset=[{name!r}])",
                    polars=f"df = df.drop_nulls({name!r})",
                )
            ],
        )
    if column.kind == "time":
        return _moments(frame, name, column)
    if column.kind == "text":
        return _text(frame, name, column)
    if column.kind == "number":
        return _numbers(frame, name, column)
    durations = hasattr(column.values[0], "total_seconds")
    seconds = frame.code(
        name,
        "seconds as numbers",
        pandas=f"df[{name!r}] = df[{name!r}].dt.total_seconds()",
        polars=f"df = df.with_columns(pl.col({name!r}).dt.total_seconds(fractional=True))",
    )
    raise DataError(
        f"{frame.who}: `{name}` holds no times: {frame.place(0)} is {column.values[0]!r}.",
        expected="datetimes, text such as 2024-01-31, or numbers",
        fixes=[seconds] if durations else [],
    )


def _moments(frame: Frame, name: str, column: Column) -> Read:
    if column.written == "offsets":
        told = f"The times in `{name}` have different offsets from UTC; they are taken to UTC."
        return column.values, Clock("UTC", "datetime"), [told]
    return column.values, Clock(column.zone, column.written or "time"), []


def _text(frame: Frame, name: str, column: Column) -> Read:
    try:
        times, style, told = date_texts.read(column)
    except dates.UnreadableError as error:
        raise DataError(
            f"{frame.who}: {frame.place(error.row)} of `{name}`: {error.why}.",
            expected="dates such as 2024-01-31 or 2024-01-31T12:00:00+01:00",
            fixes=[_reads(frame, name, form) for form in error.formats] or [error.fix],
        ) from None
    return times, Clock(style.offset or None, style), told


def _reads(frame: Frame, name: str, form: str) -> str:
    """Code that makes times of a column of text."""
    return frame.code(
        name,
        "write dates with the year first: 2024-01-31",
        pandas=f"df[{name!r}] = pd.to_datetime(df[{name!r}], format={form!r})",
        polars=f"df = df.with_columns(pl.col({name!r}).str.to_datetime({form!r}))",
    )


def _numbers(frame: Frame, name: str, column: Column) -> Read:
    values = column.values
    whole = values.dtype == np.int64
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise DataError(f"{frame.who}: {frame.place(row)} of `{name}`: {values[row]} is no time.")
    least, most = values.min(), values.max()
    for unit, size in _UNIX.items():
        if _UNIX_SECONDS[0] * size <= least and most <= _UNIX_SECONDS[1] * size:
            times = _from_unix(values, size)
            told = f"`{name}` is taken as Unix timestamps in {unit}, from {shown(times[0])} on."
            return times, Clock(written=unit, whole=whole), [told]
    for written, (first, last) in (("days", _DAYS), ("months", _MONTHS)):
        if whole and first <= least and most <= last:
            coded = _decoded(values, written)
            if coded is not None:
                told = f"`{name}` is taken as {written}: {values[0]} is {shown(coded[0])}."
                return coded, Clock(written=written, whole=True), [told]
    return values, Clock(written="number", whole=whole), []


def _from_unix(values: np.ndarray, size: int) -> np.ndarray:
    if values.dtype == np.int64:
        return (values * (10**9 // size)).astype("M8[ns]")
    microseconds = np.rint(values * (10**6 / size)).astype(np.int64)  # floats hold no more
    return microseconds.astype("M8[us]").astype("M8[ns]")


def _decoded(values: np.ndarray, written: str) -> np.ndarray | None:
    """Times of numbers such as 20240131 or 202401; None where one of them is no date."""
    months, days = np.divmod(values, 100) if written == "days" else (values, np.ones_like(values))
    years, months = np.divmod(months, 100)
    if not ((months >= 1) & (months <= 12)).all():
        return None
    first = (12 * (years - 1970) + months - 1).astype("M8[M]")
    found = first.astype("M8[D]") + (days - 1)
    if not ((days >= 1) & (found.astype("M8[M]") == first)).all():
        return None
    return found.astype("M8[ns]")


def _coded(times: np.ndarray, written: str) -> np.ndarray:
    months = times.astype("M8[M]").astype(np.int64)
    coded = (months // 12 + 1970) * 100 + months % 12 + 1
    if written == "months":
        return coded
    return coded * 100 + (times.astype("M8[D]") - times.astype("M8[M]")).astype(np.int64) + 1


def shown(time: Any) -> str:
    """A time for messages: 2024-01-31, 2024-01-31 12:00, or a number."""
    if not isinstance(time, np.datetime64):
        return f"{time:.12g}" if isinstance(time, float) else str(time)
    text = str(time.astype("M8[ns]")).replace("T", " ")
    for end in (".000000000", ":00", " 00:00"):
        text = text.removesuffix(end)
    return text.rstrip("0") if "." in text else text
