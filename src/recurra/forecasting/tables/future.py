"""The rows that are to be forecast: their times, and what is known of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.words import amount
from recurra.forecasting.tables.frames import listed
from recurra.forecasting.tables.lacking import listed_and, span
from recurra.forecasting.tables.table import Table


def with_future(table: Table, horizon: int, block: int = 1) -> Table:
    """The same series, each with `horizon` rows behind its history, or a few more.

    Args:
        table: whose last rows may be the future already.
        horizon: rows to forecast.
        block: rows that are forecast at once; the last block is filled up with rows that repeat
            what is known of the last row.

    Raises:
        DataError: where columns that have to be known of the future are not, with their names and
            the times that lack.
    """
    known = table.roles.known
    starts, kept = [], []
    more_rows = -(-horizon // block) * block
    times: list[np.ndarray] = []
    lacking = np.maximum(horizon - table.future_rows, 0)
    if known and lacking.any():
        _refuse(table, horizon, lacking)
    for k in range(len(table.ids)):
        rows = table.rows(k)
        end = table.history(k).stop
        if end == rows.start:
            raise DataError(
                f"Forecaster: {_series(table, k)}has no known value of "
                f"{listed(table.roles.targets)} to forecast from."
            )
        there = np.arange(rows.start, min(rows.stop, end + more_rows))
        put_in = end + more_rows - there[-1] - 1
        kept.append(np.concatenate([there, np.full(put_in, -1)]))
        more = table.step.after(table.times[there[-1]], put_in)
        times.append(np.concatenate([table.times[there], more.astype(table.times.dtype)]))
        starts.append(len(kept[-1]))
    rows_of = np.concatenate(kept)
    put_in = rows_of < 0
    last_there = np.maximum.accumulate(np.where(put_in, 0, rows_of))
    columns = {}
    for name, values in table.columns.items():
        repeated = name in table.roles.known
        taken = values[last_there if repeated else rows_of]
        if not repeated:
            taken[put_in] = None if values.dtype == object else np.nan
        columns[name] = taken
    return replace(
        table,
        offsets=np.concatenate([[0], np.cumsum(starts)]),
        times=np.concatenate(times),
        columns=columns,
        future_rows=np.full(len(table.ids), more_rows),
        source_rows=np.where(put_in, -1, table.source_rows[rows_of]),
    )


def _refuse(table: Table, horizon: int, lacking: np.ndarray) -> None:
    """Say which columns and times of the future are missing, of each series."""
    said = []
    for k in np.flatnonzero(lacking).tolist():
        last = table.times[table.rows(k).stop - 1]
        times = table.step.after(last, int(lacking[k])).astype(table.times.dtype)
        within = f" within series {table.ids[k]!r}" if table.roles.by else ""
        said.append(f"{span(times, table.clock)}{within}")
    names = listed_and([f"`{name}`" for name in table.roles.known])
    raise DataError(
        f"Forecaster: {names} {'has' if len(table.roles.known) == 1 else 'have'} to be known for "
        f"the {amount(horizon, 'row')} to forecast, and no rows are there for "
        f"{listed_and(said, '; ')}.",
        fixes=[
            f"forecast(future=table)  # with {listed([c for c in _keys(table) if c])}",
            "leave the column out of known=; past= takes columns known up to now only",
        ],
    )


def _keys(table: Table) -> list[str | None]:
    return [table.roles.time, table.roles.by, *table.roles.known]


def _series(table: Table, k: int) -> str:
    return f"series {table.ids[k]!r}: " if table.roles.by else ""
