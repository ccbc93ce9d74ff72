"""The values of a column as a NumPy array: numbers, times, text or other objects."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

#: Rows of text that are Python's objects at one time.
BLOCK = 1 << 16


@dataclass(frozen=True)
class Column:
    """The values of one column.

    Args:
        kind: "number", "time", "text" or "other".
        held: float64 with NaN, or int64 where all are whole, for numbers; datetime64[ns] for
            times, in UTC where they have a zone; objects with None for all others. Text may be a
            narwhals series or an array of NumPy's own text, of which `values` makes objects.
        zone: of times, None where they have none.
        written: "date" and "datetime" for Python's objects, "offsets" for those in several zones.
    """

    kind: str
    held: Any
    zone: str | None = None
    written: str = ""

    def __len__(self) -> int:
        return len(self.held)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """The values of some rows."""
        is_made = isinstance(self.held, np.ndarray) and self.held.dtype.kind != "U"
        return self.held[rows] if is_made else _objects(self.held[rows])

    @cached_property
    def values(self) -> np.ndarray:
        """All values, (rows,)."""
        return self[:]

    def blocks(self) -> Iterator[tuple[slice, np.ndarray]]:
        """Some rows at a time with their values, in order."""
        for begin in range(0, len(self), BLOCK):
            rows = slice(begin, min(begin + BLOCK, len(self)))
            yield rows, self[rows]

    @cached_property
    def missing(self) -> np.ndarray:
        """Which values are missing, (rows,)."""
        return np.concatenate([missing(values) for _, values in self.blocks()])

    @property
    def first(self) -> Any:
        """The first of text or other objects that is there, None where there is none."""
        return next((v for _, values in self.blocks() for v in values if v is not None), None)

    @property
    def objects(self) -> list[Any]:
        """The values as Python's objects; times as NumPy's, which hold nanoseconds."""
        return list(self.values) if self.kind == "time" else self.values.tolist()


class FarAwayError(Exception):
    """A time in a row that nanoseconds since 1970 cannot count."""


def missing(values: np.ndarray) -> np.ndarray:
    """Which values are NaN, NaT or None, (rows,)."""
    if values.dtype == object:
        return np.fromiter((v is None for v in values), bool, len(values))
    return np.isnat(values) if values.dtype.kind == "M" else np.isnan(values)


def kind_of(dtype: Any) -> str | None:
    """What a column of a narwhals or NumPy type holds; None where only its values tell."""
    if isinstance(dtype, np.dtype):
        return {"M": "time", "U": "text"}.get(
            dtype.kind, "number" if dtype.kind in "biuf" else None
        )
    if dtype.is_numeric() or dtype == nw.Boolean:
        return "number"
    if dtype == nw.String:
        return "text"
    return "time" if dtype == nw.Date or isinstance(dtype, nw.Datetime) else None


def of_series(series: nw.Series, zone: str | None = None) -> Column:
    """The values of a narwhals series.

    Args:
        series: the column.
        zone: of times that are in UTC already.
    """
    dtype = series.dtype
    if kind_of(dtype) == "number":
        whole = dtype.is_integer() and dtype != nw.UInt64 and not series.null_count()
        return Column("number", series.cast(nw.Int64 if whole else nw.Float64).to_numpy())
    if dtype == nw.Date:
        return of_array(series.cast(nw.Datetime("ms")).to_numpy())
    if isinstance(dtype, nw.Datetime):
        if dtype.time_zone:
            series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return Column("time", _to_ns(series.to_numpy()), zone or dtype.time_zone)
    if dtype == nw.String:
        return Column("text", series)
    values = np.empty(len(series), object)
    values[:] = series.to_list()
    return _of_objects(values)


def as_array(values: Any) -> np.ndarray:
    """A column of a dict as an array; a list of anything but numbers and times as objects."""
    if not isinstance(values, (list, tuple)):
        return np.asarray(values)
    try:
        made = np.asarray(values)
    except ValueError:  # lists of different lengths inside
        made = np.empty(0, object)
    if made.ndim == 1 and made.dtype.kind in "biufM":
        return made
    made = np.empty(len(values), object)
    made[:] = values
    return made


def of_array(values: np.ndarray) -> Column:
    """The values of a NumPy array (rows,)."""
    kind = values.dtype.kind
    if kind == "M":
        return Column("time", _to_ns(values))
    if kind == "U":
        return Column("text", values)
    if kind in "iu" and values.dtype != np.uint64:
        return Column("number", values.astype(np.int64))
    if kind in "bfu":
        return Column("number", values.astype(np.float64))
    return _of_objects(values.astype(object))


def _objects(text: Any) -> np.ndarray:
    """Text as Python's objects, None where it is missing or blank."""
    values = np.empty(len(text), object)
    given = text.tolist() if isinstance(text, np.ndarray) else text.to_list()
    values[:] = given
    try:
        if all(map(str.strip, given)):
            return values
    except TypeError:  # None or NaN
        pass
    for k, value in enumerate(given):
        if not isinstance(value, str) or not value or value.isspace():
            values[k] = None
    return values


def _of_objects(values: np.ndarray) -> Column:
    """A column of Python's objects: numbers, times or text if all that are there are that."""
    for k, value in enumerate(values):
        if _is_missing(value):
            values[k] = None
    there = [v for v in values if v is not None]
    if all(isinstance(v, str) for v in there):
        return Column("text", values)
    if all(isinstance(v, (numbers.Real, decimal.Decimal, np.bool_)) for v in there):
        return Column("number", np.array([np.nan if v is None else float(v) for v in values]))
    if all(isinstance(v, (datetime.date, np.datetime64)) for v in there):
        return _of_datetimes(values)
    return Column("other", values)


def _of_datetimes(values: np.ndarray) -> Column:
    """A column of Python's dates and datetimes, in UTC where they have a zone."""
    there = [k for k, v in enumerate(values) if v is not None]
    zones = [getattr(values[k], "tzinfo", None) for k in there]
    times = np.full(len(values), "NaT", "M8[us]")
    if not any(zones):
        times[there] = [np.datetime64(values[k], "us") for k in there]
        with_clock = any(isinstance(values[k], (datetime.datetime, np.datetime64)) for k in there)
        return Column("time", _to_ns(times), written="datetime" if with_clock else "date")
    if not all(zones):
        return Column("other", values)
    times[there] = [values[k].astimezone(datetime.UTC).replace(tzinfo=None) for k in there]
    names = {str(zone) for zone in zones}
    if len(names) > 1:
        return Column("time", _to_ns(times), "UTC", "offsets")
    return Column("time", _to_ns(times), names.pop(), "datetime")


def _to_ns(times: np.ndarray) -> np.ndarray:
    years = times.astype("M8[Y]").astype(np.int64) + 1970
    far = ~np.isnat(times) & ((years < 1678) | (years > 2261))
    if far.any():
        raise FarAwayError(int(far.argmax()))
    return times.astype("M8[ns]")


def _is_missing(value: Any) -> bool:
    """Whether a Python object stands for a missing value: blank text, NaN, NaT, pandas' NA."""
    if isinstance(value, str):
        return not value or value.isspace()
    try:
        return value is None or not bool(value == value)
    except (TypeError, ValueError):  # the truth of pandas' NA is not known, nor that of arrays
        return type(value).__name__ == "NAType"
