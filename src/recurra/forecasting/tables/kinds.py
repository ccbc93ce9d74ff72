"""Tables of the kind that a user gave."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

PANDAS_LIKE = ("pandas", "modin", "cudf")


@dataclass(frozen=True)
class Kind:
    """What tables a user works with, so that they get such tables back.

    Args:
        backend: "pandas", "polars", "pyarrow", ...; None for dicts and NumPy arrays.
        types: of the columns that are given back as they came, of narwhals, pandas or NumPy.
        index: the names of columns that are the index of a pandas frame -> as it has them.
        freq: of that index, where pandas knows it.
    """

    backend: str | None
    types: Mapping[str, Any]
    index: Mapping[str, Any]
    freq: Any = None

    def make(self, columns: Mapping[str, Any]) -> Any:
        """A table of this kind.

        Args:
            columns: name -> (rows,); times in UTC if they have a zone.
        """
        if self.backend is None:
            return {name: self._array(name, values) for name, values in columns.items()}
        made = [self._series(name, values).to_frame() for name, values in columns.items()]
        frame = nw.concat(made, how="horizontal").to_native()
        if levels := [name for name in self.index if name in columns]:
            frame = frame.set_index(levels).rename_axis([self.index[n] for n in levels])
            if self.freq is not None and hasattr(frame.index, "tz"):  # no periods, which have one
                with suppress(ValueError):  # times of several series, one behind the other
                    frame.index.freq = self.freq
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
        if dtype is None:
            return series
        if self.backend in PANDAS_LIKE:
            return nw.from_native(_as_pandas(series.to_native(), dtype), series_only=True)
        if isinstance(dtype, nw.Datetime) and dtype.time_zone:
            series = series.dt.replace_time_zone("UTC").dt.convert_time_zone(dtype.time_zone)
        return series.cast(dtype)


def _as_pandas(series: Any, dtype: Any) -> Any:
    """A pandas series with pandas' own types of zones and periods."""
    if hasattr(dtype, "freq"):
        return series.dt.to_period(dtype.freq)
    if getattr(dtype, "tz", None) is not None:
        series = series.dt.tz_localize("UTC").dt.tz_convert(dtype.tz)
    return series.astype(dtype)


def without_pandas_types(series: Any) -> tuple[Any, str | None]:
    """A pandas series whose periods are times, and whose times are in UTC without a zone.

    Returns:
        The series, and the zone that its times are in.
    """
    if hasattr(series.dtype, "freq"):
        return series.dt.to_timestamp(), None
    zone = getattr(series.dtype, "tz", None)
    if zone is None:
        return series, None
    return series.dt.tz_convert("UTC").dt.tz_localize(None), str(zone)
