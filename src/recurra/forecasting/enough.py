"""Whether a table has what a forecast looks at, and what is done for series that are too short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.origin import warn
from recurra.engine.words import amount
from recurra.forecasting.preparation import Arrays
from recurra.forecasting.tables.frames import listed
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.times import shown
from recurra.forecasting.tables.values import missing


def long_enough(table: Table, lookback: int, season: int) -> tuple[Table, np.ndarray]:
    """The same series; short ones get rows in front, so that a forecast can look at them.

    A series that has a season of history is continued backwards by its first season, any other by
    its first value. Both are told in warnings.

    Args:
        table: the series.
        lookback: rows that a forecast looks at.
        season: rows a season has, 1 for none.

    Returns:
        The table, and which series, (series,), have no season: how far their forecasts err cannot
        be told.

    Raises:
        DataError: where not one series is long enough, which is no table for this forecaster.
    """
    lacking = np.maximum(lookback - table.lengths, 0)
    if not lacking.any():
        return table, lacking > 0
    if lacking.all():
        _refuse(table, lookback)
    seasonal = (table.lengths >= season) & (season > 1)
    _tell(table, lookback, lacking > 0, seasonal)
    taken, times = [], []
    for k, count in enumerate(lacking):
        rows, before = table.rows(k), np.arange(-count, 0)
        first = rows.start + (before % season if seasonal[k] else 0 * before)
        taken.append(np.concatenate([first, np.arange(rows.start, rows.stop)]))
        times += [table.step.at(table.times[rows.start], before), table.times[rows]]
    rows_of, offsets = np.concatenate(taken), table.offsets + np.cumsum([0, *lacking])
    put_in = np.concatenate([np.arange(len(t)) < n for t, n in zip(taken, lacking)])
    columns = {name: values[rows_of] for name, values in table.columns.items()}
    for values in columns.values():
        _begin(values, offsets, lacking)
    longer = replace(
        table,
        offsets=offsets,
        times=np.concatenate(times).astype(table.times.dtype),
        columns=columns,
        source_rows=np.where(put_in, -1, table.source_rows[rows_of]),
    )
    return longer, (lacking > 0) & ~seasonal


def _begin(values: np.ndarray, offsets: np.ndarray, lacking: np.ndarray) -> None:
    """Let rows in front begin with a known value, which holes behind it are filled with."""
    for k in np.flatnonzero(lacking):
        own = values[offsets[k] : offsets[k + 1]]
        known = np.flatnonzero(~missing(own))
        if len(known):
            own[0] = own[known[0]]


def _tell(table: Table, lookback: int, short: np.ndarray, seasonal: np.ndarray) -> None:
    one = {True: "its first season is", False: "its first value is"}
    many = {True: "their first seasons are", False: "their first values are"}
    for kind in (True, False):
        which = np.flatnonzero(short & (seasonal == kind))
        if not len(which):
            continue
        ids = listed([repr(table.ids[k]) for k in which], 5)
        least, most = int(table.lengths[which].min()), int(table.lengths[which].max())
        rows = amount(most, "row") if least == most else f"{least} to {most} rows"
        first = (one if len(which) == 1 else many)[kind]
        without = "" if kind else ", and no interval is given"
        warn(
            f"Forecaster: series {ids} {'has' if len(which) == 1 else 'have'} {rows} of history, "
            f"and a forecast looks at the last {lookback}: {first} taken for what was "
            f"before{without}."
        )


def _refuse(table: Table, lookback: int) -> None:
    ids, rows = table.ids, int(table.lengths.max())
    if table.roles.by is None:
        who = f"the table has {amount(rows, 'row')}"
    elif len(ids) == 1:
        who = f"series {ids[0]!r} has {amount(rows, 'row')}"
    else:
        who = f"no series of the table has more than {amount(rows, 'row')}"
    raise DataError(
        f"Forecaster: {who} of history, and a forecast looks at the last {lookback}.",
        fixes=[
            "give the rows before them as well",
            f"Forecaster(lookback={rows}, ...)  # and fit again",
        ],
    )


def check_windows(
    table: Table, arrays: Arrays, origins: np.ndarray, lookback: int, how: str
) -> None:
    """Refuse series with holes in what a forecast looks at.

    Args:
        table: the series.
        arrays: the same as numbers, with holes filled as far as they can be.
        origins: (series,), the first row that is forecast of each.
        lookback: rows that a forecast looks at.
        how: holes are filled.
    """
    for k, origin in enumerate(origins):
        bad = ~np.isfinite(arrays.past[origin - lookback : origin]).all(axis=1)
        if not bad.any():
            continue
        row = int(origin - lookback + bad.argmax())
        time = shown(table.clock.local(table.times[[row]])[0])
        who = f"series {table.ids[k]!r}" if table.roles.by else "the table"
        names = [f"`{n}`" for n, values in table.columns.items() if missing(values[row : row + 1])]
        ways = ("forward", "the last value") if how == "skip" else ("zero", "0")
        raise DataError(
            f"Forecaster: {who} has missing values among the last {lookback} rows, which the "
            f"forecast looks at, first in {listed(names)} at {time}.",
            fixes=[f"Forecaster(missing={ways[0]!r}, ...)  # puts {ways[1]} in their place"],
        )
