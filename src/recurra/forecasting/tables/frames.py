"""Any table as columns of NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.tables.kinds import PANDAS_LIKE, Kind, without_pandas_types
from recurra.forecasting.tables.source import Source, numbered
from recurra.forecasting.tables.values import (
    Column,
    FarAwayError,
    as_array,
    kind_of,
    of_array,
    of_series,
)


class Frame:
    """A user's table.

    Args:
        table: what narwhals reads (pandas, polars, pyarrow, ...), one column of such a table, a
            dict of arrays, or an array or a list of numbers, (rows,) or (rows, columns).
        who: who asks for it, for messages.
        source: where its rows came from, for messages; that of files is known.

    Raises:
        ArgumentError: for anything else.
        DataError: for two columns of one name, columns of different lengths, or no rows.
    """

    def __init__(self, table: Any, who: str, source: Source | None = None) -> None:
        self.who = who
        #: Where the rows came from, if from elsewhere than this one table.
        self.source: Source | None = source or getattr(table, "recurra_source", None)
        self._table: Any
        backend: str | None = None
        index: dict[str, Any] = {}
        table = as_array_of(table)
        self.is_array = isinstance(table, np.ndarray)
        self._freq = getattr(getattr(table, "index", None), "freq", None)
        if isinstance(table, np.ndarray):
            table = _columns_of(table, who)
        if isinstance(table, dict):
            names = list(table)
            self._table = {n: as_array(v) for n, v in table.items()}
        else:
            native, index = with_index(table.collect() if hasattr(table, "collect") else table)
            _check_unique(who, _names(native))
            self._table = _narwhals(native, who)
            names = list(self._table.columns)
            backend = self._table.implementation.value
        _check_unique(who, names)
        self._names = {str(n): n for n in names}
        self._objects: dict[str, Column] = {}
        self.backend = backend
        self.index = index
        self._check_lengths()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self._names)

    def own(self, name: str) -> Any:
        """The name of a column as the user's table has it."""
        return self._names[name]

    def __len__(self) -> int:
        return len(next(iter(self._table.values()))) if self.backend is None else len(self._table)

    def kind(self, kept: Sequence[str]) -> Kind:
        """What makes tables like this one, in which some columns have the types they came with."""
        types = {}
        for name in kept:
            column = self._values(name)
            types[name] = (column.to_native() if self.backend in PANDAS_LIKE else column).dtype
        index = {name: own for name, own in self.index.items() if name in kept}
        return Kind(self.backend, types, index, self._freq)

    def holds(self, name: str) -> str:
        """What a column holds, see `Column.kind`."""
        return kind_of(self._values(name).dtype) or self.column(name).kind

    def column(self, name: str) -> Column:
        """The values of a column.

        Raises:
            DataError: for times that nanoseconds cannot count.
        """
        if name in self._objects:
            return self._objects[name]
        try:
            column = self._read(name)
        except FarAwayError as error:
            (row,) = error.args
            raise DataError(
                f"{self.who}: {self.place(row)} of `{name}` is outside of the years 1678 to 2261, "
                "the times that nanoseconds can count."
            ) from None
        if column.kind in ("text", "other"):  # which take long to look through
            self._objects[name] = column
        return column

    def _values(self, name: str) -> Any:
        """A column as it came: of narwhals or NumPy."""
        own = self._names[name]
        return self._table[own] if self.backend is None else self._table.get_column(own)

    def _read(self, name: str) -> Column:
        values = self._values(name)
        if self.backend is None:
            return of_array(values)
        if self.backend not in PANDAS_LIKE:
            return of_series(values)
        plain, zone = without_pandas_types(values.to_native())
        return of_series(nw.from_native(plain, series_only=True), zone)

    def place(self, rows: Any) -> str:
        """Where rows are: `row 17`, `rows 3 and 17`, or `line 19` of a file."""
        rows = np.atleast_1d(rows).tolist()
        return numbered("row", rows) if self.source is None else self.source.place(rows)

    def code(self, name: str | None, other: str, **by_backend: str) -> str:
        """What to type about a column, for the kind of table that came.

        Args:
            name: of the column.
            other: words for other kinds, and for a column that is the index.
            by_backend: code for pandas, polars, ...
        """
        if self.source is not None or name in self.index:
            return other
        return by_backend.get(self.backend or "", other)

    def _check_lengths(self) -> None:
        if not self._names:
            raise DataError(f"{self.who}: the table has no columns.")
        if self.backend is None:
            for name, values in self._table.items():
                if values.ndim != 1:
                    raise DataError(
                        f"{self.who}: `{name}` is no column: its shape is {values.shape}.",
                        expected="(rows,)",
                        fixes=() if values.ndim else [f"{{{name!r}: [value], ...}}  # for one row"],
                    )
            lengths = {name: len(values) for name, values in self._table.items()}
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


def quoted(names: Iterable[str]) -> str:
    """Names of columns one behind the other: `a`, `b`."""
    return ", ".join(f"`{name}`" for name in names)


def as_array_of(table: Any) -> Any:
    """A list of numbers, or of rows of numbers, as an array; anything else as it is."""
    if not isinstance(table, (list, tuple)):
        return table
    try:
        made = np.asarray(table)
    except ValueError:  # rows of different lengths
        return table
    return made if made.dtype.kind in "biuf" else table


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


def with_index(table: Any) -> tuple[Any, dict[str, Any]]:
    """A pandas frame whose index of times or ids is a column like the others, and its names."""
    if type(table).__module__.split(".")[0] not in PANDAS_LIKE or not hasattr(table, "index"):
        return table, {}
    if not hasattr(table, "columns"):
        table = table.to_frame(name="y" if table.name is None else table.name)
    index = table.index
    named = [name for name in index.names if name is not None]
    if not named and not hasattr(index, "freq"):  # no times
        return table, {}
    if any(name in table.columns for name in named):  # it is a column as well
        return table, {}
    free = (n for n in map("index{}".format, ["", *range(1, 99)]) if n not in table.columns)
    filled = [next(free) if name is None else name for name in index.names]
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
        what = "None" if table is None else _article(type(table).__name__)
        fix = "pd.DataFrame({'time': times, 'y': values})"
        if isinstance(table, (str, Path)):
            parquet = str(table).endswith((".parquet", ".pq"))
            fix = f"pd.read_{'parquet' if parquet else 'csv'}({str(table)!r})"
        elif isinstance(table, (list, tuple)) and all(isinstance(row, dict) for row in table):
            fix = "pd.DataFrame(rows)"
        raise ArgumentError(
            f"{who}: {what} is no table.",
            expected="a pandas, polars or PyArrow table, a dict of arrays, or a NumPy array",
            fixes=[fix],
        ) from None
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, nw.Series):
        frame = frame.alias(frame.name or "y").to_frame()
    return frame


def _article(name: str) -> str:
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"
