"""The error for two rows of one time, which mostly belong to two series."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.every import offered
from recurra.forecasting.tables.frames import Frame

#: Months in which clocks are put back somewhere, and the hours that they show twice then.
_BACK_MONTHS, _BACK_HOURS = (3, 4, 9, 10, 11), (0, 1, 2, 3)


class TwiceError(DataError):
    """Two rows of a series have one time."""

    #: Columns that tell all rows of one time apart, where series were not named.
    apart: tuple[str, ...] = ()
    #: A step in which all rows could become one, as it is typed.
    step: str | None = None


def twice(series: Any, places: np.ndarray) -> TwiceError:
    """Two rows of a series have one time.

    Args:
        series: the sorted rows, a `grid.Series`.
        places: those that have the time of the row before.
    """
    frame, roles, first = series.frame, series.roles, places[0]
    rows = sorted(series.order[[first - 1, first]].tolist())
    more = f" {len(places):,} rows repeat a time." if len(places) > 1 else ""
    when = series.shown(series.times[first])
    problem = (
        f"{frame.who}: {frame.place(rows)}{series.of(series.codes[first])} have the same time, "
        f"{when}.{more}"
    )
    apart = _tell_apart(series) if roles.by is None else []
    fixes = [f"by={name!r}" for name in apart]
    if not fixes and _clocks_put_back(series.times[places]):
        column = f"df[{roles.time!r}]"
        times = column if frame.holds(roles.time) == "time" else f"pd.to_datetime({column})"
        fixes.append(
            frame.code(
                roles.time,
                "write the times in UTC: clocks show an hour twice when they are put back",
                pandas=f"{column} = {times}.dt.tz_localize('Europe/Berlin', ambiguous='infer')"
                "  # clocks were put back: name your zone",
            )
        )
    keys = [name for name in (roles.by, roles.time) if name is not None]
    fixes.append(
        frame.code(
            roles.time,
            "leave one row for each time",
            pandas=f"df = df.groupby({keys!r}, as_index=False).mean(numeric_only=True)  # or sum",
            polars=f"df = df.group_by({keys!r}).mean()  # or sum",
        )
    )
    error = TwiceError(problem, expected="one row for each time of a series", fixes=fixes)
    error.apart, error.step = tuple(apart), offered(series.times)
    return error


def _tell_apart(series: Any) -> list[str]:
    """Columns by which all rows of one time differ: ids of series."""
    frame: Frame = series.frame
    found = []
    for name in frame.names:
        if name in series.roles.columns:
            continue
        column = frame.column(name)
        if column.kind == "time" or column.values.dtype == np.float64 or column.missing.any():
            continue
        try:
            ids = column.values[series.order].tolist()
            few = len(set(ids)) <= len(ids) // 2
        except TypeError:  # values that cannot be hashed tell no series apart
            continue
        if few and len(set(zip(ids, series.times.tolist()))) == len(ids):
            found.append(name)
    return found[:2]


def _clocks_put_back(times: np.ndarray) -> bool:
    if times.dtype.kind != "M":
        return False
    months = times.astype("M8[M]").astype(int) % 12 + 1
    hours = (times - times.astype("M8[D]")).astype("m8[h]").astype(int)
    clock = times != times.astype("M8[D]")
    return bool((np.isin(months, _BACK_MONTHS) & np.isin(hours, _BACK_HOURS) & clock).all())
