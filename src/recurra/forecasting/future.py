"""The rows that are to be forecast: their times, and what is known of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.frames import listed
from recurra.forecasting.source import keep_sources
from recurra.forecasting.table import Table
from recurra.forecasting.times import shown


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
        end = rows.stop - int(table.future_rows[k])
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
    """Say which columns and times of the future are missing."""
    k = int(lacking.argmax())
    rows = table.rows(k)
    times = table.step.after(table.times[rows.stop - 1], int(lacking[k]))
    first, last = (shown(table.clock.local(times[[i]])[0]) for i in (0, -1))
    span = first if len(times) == 1 else f"{first} to {last}"
    have = int(table.future_rows[k])
    raise DataError(
        f"Forecaster: {_series(table, k)}{listed(table.roles.known)} has to be known for the "
        f"{horizon} rows to forecast, and is for {have}: {span} lacks.",
        fixes=[
            f"forecast(future=table)  # with {listed([c for c in _keys(table) if c])}",
            "leave the column out of known=; past= takes columns known up to now only",
        ],
    )


def _keys(table: Table) -> list[str | None]:
    return [table.roles.time, table.roles.by, *table.roles.known]


def _series(table: Table, k: int) -> str:
    return f"series {table.ids[k]!r}: " if table.roles.by else ""


def joined(first: Any, second: Any) -> Any:
    """One table of the rows of both; columns that the second lacks are missing there.

    Args:
        first: a table that narwhals reads, a dict of arrays or a NumPy array.
        second: the same kind of table.
    """
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first, second])
    if isinstance(first, dict) and isinstance(second, dict):
        rows = len(next(iter(second.values())))
        return {
            n: np.concatenate([np.asarray(v), _part(second, n, rows)]) for n, v in first.items()
        }
    try:
        above: Any = nw.from_native(first, eager_only=True)
        below: Any = nw.from_native(second, eager_only=True)
    except TypeError:
        raise ArgumentError(
            f"Forecaster: a {type(second).__name__} cannot continue a {type(first).__name__}.",
            fixes=["give the new rows as the same kind of table as the history"],
        ) from None
    names = [n for n in above.columns if n in below.columns]
    below = below.select(
        [
            nw.col(n) if below[n].dtype == above[n].dtype else nw.col(n).cast(above[n].dtype)
            for n in names
        ]
    )
    made = nw.concat([above, below], how="diagonal").to_native()
    return keep_sources(made, first, second)


def _part(columns: dict[str, Any], name: str, rows: int) -> np.ndarray:
    return np.asarray(columns[name]) if name in columns else np.full(rows, np.nan)
