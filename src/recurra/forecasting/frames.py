"""Any table as columns of NumPy arrays, and columns as a table of the same kind again."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting import zones


@dataclass(frozen=True)
class Column:
    """The values of one column.

    Args:
        kind: "number", "time", "text" or "other".
        values: float64 with NaN, or int64 where all are whole, for numbers; datetime64[ns] for
            times, in UTC where they have a zone; objects with None for all others.
        zone: of times, None where they have none.
        written: "date" for Python's dates; "offsets" for times with different offsets from UTC.
    """

    kind: str
    values: np.ndarray
    zone: str | None = None
    written: str = ""

    @property
    def missing(self) -> np.ndarray:
        """Which values are missing, (rows,)."""
        if self.kind == "number":
            return np.isnan(self.values)
        if self.kind == "time":
            return np.isnat(self.values)
        return np.fromiter((v is None for v in self.values), bool, len(self.values))


@dataclass(frozen=True)
class Kind:
    """What tables a user works with, so that they get such tables back.

    Args:
        backend: "pandas", "polars", "pyarrow", ...; None for dicts and NumPy arrays.
        types: of the columns that are given back as they came, by narwhals' names.
        index: the names of columns that are the index of a pandas frame.
        periods: the pandas types of columns of periods.
    """

    backend: str | None
    types: Mapping[str, Any]
    index: Mapping[str, Any]
    periods: Mapping[str, Any]

    def make(self, columns: Mapping[str, Any]) -> Any:
        """A table of this kind.

        Args:
            columns: name -> (rows,); times in UTC if they have a zone.
        """
        if self.backend is None:
            return {name: self._array(name, values) for name, values in columns.items()}
        made = [self._series(name, values) for name, values in columns.items()]
        frame = nw.DataFrame.to_native(nw.concat([s.to_frame() for s in made], how="horizontal"))
        for name, dtype in self.periods.items():
            if name in columns:
                frame[name] = frame[name].dt.to_period(dtype.freq)
        if levels := [name for name in self.index if name in columns]:
            frame = frame.set_index(levels).rename_axis([self.index[n] for n in levels])
        return frame

    def _array(self, name: str, values: Any) -> np.ndarray:
        values, dtype = np.asarray(values), self.types.get(name)
        return values if dtype is None or dtype.kind not in "Mbiuf" else values.astype(dtype)

    def _series(self, name: str, values: Any) -> nw.Series:
        """A column, of the type that it came with where it is one of the user's."""
        if isinstance(values, np.ndarray) and values.dtype == object:
            values = values.tolist()
        backend: Any = self.backend
        series = nw.new_series(name, values, backend=backend)
        dtype = self.types.get(name)
        if dtype is None or series.dtype == dtype:
            return series
        if isinstance(dtype, nw.Datetime) and dtype.time_zone:
            series = series.dt.replace_time_zone("UTC").dt.convert_time_zone(dtype.time_zone)
        return series if dtype == nw.Object else series.cast(dtype)


@dataclass(frozen=True)
class Source:
    """The file that a table was read from; `files.read_table` writes it onto the frame.

    Args:
        lines: of the rows, (rows,), None where they are not known.
        notes: sentences for the user about the file.
    """

    lines: np.ndarray | None
    notes: tuple[str, ...]


class Frame:
    """A user's table.

    Args:
        table: what narwhals reads (pandas, polars, pyarrow, ...), one column of such a table, a
            dict of arrays, or a NumPy array (rows,) or (rows, columns).
        who: who asks for it, for messages.

    Raises:
        ArgumentError: for anything else.
        DataError: for two columns of one name, columns of different lengths, or no rows.
    """

    def __init__(self, table: Any, who: str) -> None:
        self.who = who
        #: The file that the table was read from.
        self.source: Source | None = getattr(table, "recurra_source", None)
        self.is_array = isinstance(table, np.ndarray)
        self._table: Any
        backend: str | None = None
        index: dict[str, Any] = {}
        self._periods: dict[str, Any] = {}
        if isinstance(table, np.ndarray):
            table = _columns_of(table, who)
        if isinstance(table, dict):
            names = list(table)
            self._table = {n: np.asarray(v) for n, v in table.items()}
        else:
            native, index = _with_index(table)
            _check_unique(who, _names(native))
            self._table = _narwhals(native, who)
            names = list(self._table.columns)
            backend = self._table.implementation.value
            if backend == "pandas":
                self._periods = {str(n): t for n, t in native.dtypes.items() if hasattr(t, "freq")}
        _check_unique(who, names)
        self._names = {str(n): n for n in names}
        self._known: dict[str, Column] = {}
        self.backend = backend
        self.index = index
        self._check_lengths()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self._names)

    def __len__(self) -> int:
        return len(next(iter(self._table.values()))) if self.backend is None else len(self._table)

    def kind(self, kept: Iterable[str]) -> Kind:
        """What makes tables like this one, in which some columns keep their types."""
        kept = list(kept)
        types = {name: self._table[self._names[name]].dtype for name in kept}
        periods = {name: self._periods[name] for name in kept if name in self._periods}
        types = {name: dtype for name, dtype in types.items() if name not in periods}
        return Kind(
            self.backend, types, {n: v for n, v in self.index.items() if n in kept}, periods
        )

    def column(self, name: str) -> Column:
        """The values of a column."""
        if name not in self._known:
            try:
                self._known[name] = self._read(name)
            except _FarAwayError as error:
                (row,) = error.args
                raise DataError(
                    f"{self.who}: {self.place(row)} of `{name}` is outside of the years 1678 to "
                    "2261, the times that nanoseconds can count."
                ) from None
        return self._known[name]

    def _read(self, name: str) -> Column:
        if self.backend is None:
            return _of_array(self._table[self._names[name]])
        series = self._table[self._names[name]]
        if name in self._periods:
            series = nw.from_native(series.to_native().dt.to_timestamp(), series_only=True)
        return _of_series(series)

    def place(self, rows: Any) -> str:
        """Where rows are: `row 17`, `rows 3 and 17`, or `line 19` of a file."""
        rows = np.atleast_1d(rows).tolist()
        word = "row"
        if self.source is not None and self.source.lines is not None:
            word, rows = "line", self.source.lines[rows].tolist()
        numbered = [f"{row:,}" if row > 9999 else str(row) for row in rows]
        if len(numbered) == 1:
            return f"{word} {numbered[0]}"
        return f"{word}s {', '.join(numbered[:-1])} and {numbered[-1]}"

    def code(self, other: str, **by_backend: str) -> str:
        """What to type, for the kind of table that came; words where there is no code for it."""
        return other if self.source else by_backend.get(self.backend or "", other)

    def _check_lengths(self) -> None:
        if not self._names:
            raise DataError(f"{self.who}: the table has no columns.")
        if self.backend is None:
            lengths = {name: len(v) if v.ndim else 0 for name, v in self._table.items()}
            if len(set(lengths.values())) > 1:
                said = ", ".join(f"{name} {n}" for name, n in lengths.items())
                raise DataError(f"{self.who}: the columns have different lengths: {said}.")
        if len(self) == 0:
            raise DataError(
                f"{self.who}: the table has no rows, only columns: {listed(self.names)}."
            )


def listed(names: Sequence[Any], most: int = 8) -> str:
    """Names one behind the other, the first few of many."""
    said = ", ".join(str(n) for n in names[:most])
    return said + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _columns_of(table: np.ndarray, who: str) -> dict[str, np.ndarray]:
    """The columns x0, x1, ... of an array whose rows are time steps."""
    if table.dtype.names:
        return {name: table[name] for name in table.dtype.names}
    if table.ndim not in (1, 2):
        raise ArgumentError(
            f"{who}: an array of {table.ndim} axes is no table.",
            came=f"shape {table.shape}",
            expected="(rows,) or (rows, columns), rows in order of time",
        )
    columns = table.reshape(len(table), -1) if len(table) else table.reshape(0, 1)
    return {f"x{k}": columns[:, k] for k in range(columns.shape[1])}


def _with_index(table: Any) -> tuple[Any, dict[str, Any]]:
    """A pandas frame whose index of times or ids is a column like the others, and its names."""
    if type(table).__module__.split(".")[0] != "pandas" or not hasattr(table, "index"):
        return table, {}
    if not hasattr(table, "columns"):
        table = table.to_frame(name="y" if table.name is None else table.name)
    index = table.index
    named = [name for name in index.names if name is not None]
    counts = index.dtype.kind in "iu" if hasattr(index, "dtype") else False
    if not named and (counts or not hasattr(index, "freq")):
        return table, {}
    if any(name in table.columns for name in named):
        return table, {}
    filled = [f"index{k or ''}" if name is None else name for k, name in enumerate(index.names)]
    restored = dict(zip(map(str, filled), index.names))
    return table.rename_axis(filled).reset_index(), restored


def _names(native: Any) -> list[Any]:
    found = getattr(native, "column_names", None)  # PyArrow's tables have arrays as `columns`
    return list(native.columns if found is None and hasattr(native, "columns") else found or ())


def _check_unique(who: str, names: Sequence[Any]) -> None:
    seen: set[str] = set()
    for name in map(str, names):
        if name in seen:
            raise DataError(
                f"{who}: {sum(str(n) == name for n in names)} columns are called {name!r}.",
                came=f"columns {listed(names)}",
                fixes=["give each column a name of its own"],
            )
        seen.add(name)


def _narwhals(table: Any, who: str) -> Any:
    try:
        frame = nw.from_native(table, allow_series=True)
    except TypeError:
        raise ArgumentError(
            f"{who}: {_article(type(table).__name__)} is no table.",
            expected="a pandas, polars or PyArrow table, a dict of arrays, or a NumPy array",
            fixes=["pd.DataFrame({'time': times, 'y': values})"],
        ) from None
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, nw.Series):
        frame = frame.alias(frame.name or "y").to_frame()
    return frame


def _article(name: str) -> str:
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"


def _of_series(series: nw.Series) -> Column:
    dtype = series.dtype
    if dtype.is_numeric() or dtype == nw.Boolean:
        if dtype.is_integer() and dtype != nw.UInt64 and not series.null_count():
            return Column("number", series.cast(nw.Int64).to_numpy())
        return Column("number", series.cast(nw.Float64).to_numpy())
    if dtype == nw.Date:
        series = series.cast(nw.Datetime("us"))
        return _of_array(series.to_numpy())
    if isinstance(dtype, nw.Datetime):
        if dtype.time_zone:
            series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        column = _of_array(series.to_numpy())
        return Column("time", column.values, zones.canonical(dtype.time_zone))
    values = np.empty(len(series), object)
    values[:] = series.to_list()
    if series.null_count():
        values[series.is_null().to_numpy()] = None
    return _of_objects(values)


def _of_array(values: np.ndarray) -> Column:
    kind = values.dtype.kind
    if kind == "M":
        return Column("time", _to_ns(values))
    if kind in "iu" and values.dtype != np.uint64:
        return Column("number", values.astype(np.int64))
    if kind in "bfu":
        return Column("number", values.astype(np.float64))
    return _of_objects(values.astype(object))


def _of_objects(values: np.ndarray) -> Column:
    """A column of Python's objects: numbers, times or text if all that are there are that."""
    values = values.copy()
    for k, v in enumerate(values):
        if v is not None and v is not True and v is not False and _is_missing(v):
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
    zoned = [getattr(values[k], "tzinfo", None) for k in there]
    times = np.full(len(values), "NaT", "M8[us]")
    if not any(zone is not None for zone in zoned):
        times[there] = [np.datetime64(values[k], "us") for k in there]
        dated = not any(isinstance(values[k], (datetime.datetime, np.datetime64)) for k in there)
        return Column("time", _to_ns(times), written="date" if dated else "")
    if None in zoned:
        return Column("other", values)
    times[there] = [values[k].astimezone(datetime.UTC).replace(tzinfo=None) for k in there]
    names = {str(zone) for zone in zoned}
    if len(names) > 1:
        return Column("time", _to_ns(times), None, "offsets")
    return Column("time", _to_ns(times), zones.canonical(names.pop()))


class _FarAwayError(Exception):
    """A time in a row that nanoseconds since 1970 cannot count."""


def _to_ns(times: np.ndarray) -> np.ndarray:
    years = times.astype("M8[Y]").astype(np.int64) + 1970
    far = ~np.isnat(times) & ((years < 1678) | (years > 2261))
    if far.any():
        raise _FarAwayError(int(far.argmax()))
    return times.astype("M8[ns]")


def _is_missing(value: Any) -> bool:
    """Whether a Python object stands for a missing value: NaN, NaT, pandas' NA."""
    try:
        return not bool(value == value)
    except (TypeError, ValueError):  # the truth of pandas' NA is not known, nor that of arrays
        return type(value).__name__ == "NAType"
