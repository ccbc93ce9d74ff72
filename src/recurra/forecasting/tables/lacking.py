"""What is missing of the future, in words: columns, series, times and rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.grid import Grid
from recurra.forecasting.tables.times import Clock, shown

#: So many series, times and rows are named.
NAMED = 6


def refuse_lacking(
    frame: Frame, grid: Grid, ids: list[Any], clock: Clock, lacks: dict[str, np.ndarray]
) -> None:
    """Refuse a future of which known columns are missing.

    Args:
        frame: the user's table.
        grid: its rows on a time axis.
        ids: of the series.
        clock: how the user's times are written.
        lacks: column name -> (rows,), whether it is missing there.

    Raises:
        DataError: with all columns, series, times and rows.
    """
    alike: dict[bytes, list[str]] = {}
    for name, bad in lacks.items():
        if bad.any():
            alike.setdefault(bad.tobytes(), []).append(name)
    if not alike:
        return
    said = []
    for names in alike.values():
        rows = np.flatnonzero(lacks[names[0]])
        series = np.searchsorted(grid.offsets, rows, "right") - 1
        for k in np.unique(series):
            mine = rows[series == k]
            where = "" if ids == [None] else f" within series {ids[k]!r}"
            times, place = _times(mine, grid, clock), _place(mine, grid, frame)
            said.append(f"{listed_and([f'`{n}`' for n in names])} at {times}{where} ({place})")
    names = [name for those in alike.values() for name in those]
    raise DataError(
        f"{frame.who}: what has to be known of the future is missing: {listed_and(said, '; ')}.",
        fixes=[
            "fill it in, or leave these times out where no later ones follow",
            f"past={names!r}  # if it is not known ahead",
        ],
    )


def span(times: np.ndarray, clock: Clock) -> str:
    """`2024-02-11`, or the first and the last of several times that follow each other."""
    first, last = (shown(clock.local(times[[i]])[0]) for i in (0, -1))
    return first if len(times) == 1 else f"{first} to {last}"


def listed_and(said: Sequence[str], between: str = ", ") -> str:
    """`a, b and c`; the first few of many."""
    if len(said) > NAMED:
        return f"{between.join(said[:NAMED])} and {len(said) - NAMED:,} more"
    return " and ".join([*([between.join(said[:-1])] if said[:-1] else []), *said[-1:]])


def _times(rows: np.ndarray, grid: Grid, clock: Clock) -> str:
    """The times of rows, of those that follow each other the first and the last."""
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    return listed_and([span(grid.times[run], clock) for run in runs])


def _place(rows: np.ndarray, grid: Grid, frame: Frame) -> str:
    """The user's rows; there may be none for some of these times."""
    own = np.sort(grid.rows[rows][grid.rows[rows] >= 0])
    more = f" and {len(own) - NAMED:,} more" if len(own) > NAMED else ""
    place = f"{frame.place(own[:NAMED])}{more}" if len(own) else "no row"
    return place if len(own) in (0, len(rows)) else f"{place}; no row for others"
