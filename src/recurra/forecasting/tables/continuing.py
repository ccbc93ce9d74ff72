"""Rows that go on where a history ends, as one table with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.forecasting.tables.frames import Frame, listed, quoted
from recurra.forecasting.tables.ids import series_of
from recurra.forecasting.tables.joining import joined
from recurra.forecasting.tables.source import Part, Source, keep_sources
from recurra.forecasting.tables.table import Table
from recurra.forecasting.tables.times import Read, read_times, shown
from recurra.forecasting.tables.zones import on_calendar


def continued(history: Table, frame: Any, rows: Any, needed: Sequence[str]) -> tuple[Any, Frame]:
    """The user's table of a history with rows that follow.

    Rows of the history without a target, its future, give way to new ones of their times.

    Args:
        history: as it was read.
        frame: as the user gave it.
        rows: the same kind of table.
        needed: the columns that have to be in it, beside those of time and series.

    Returns:
        The table, and how it is read: messages say which rows are new ones.

    Raises:
        DataError: for rows that do not lie behind the history, times of another kind, and columns
            that lack.
        ArgumentError: for another kind of table.
    """
    roles = history.roles
    if _kind(frame) != _kind(rows):
        raise ArgumentError(
            f"Forecaster: {_called(rows)} cannot continue {_called(frame)}.",
            fixes=["give the new rows as the same kind of table as the history"]
            if np.ndim(rows)
            else [f"[{rows!r}]  # one row"],
        )
    new = Frame(rows, "Forecaster")
    keys = [n for n in (roles.time, roles.by) if n is not None]
    lacking = [n for n in (*keys, *needed) if n not in new.names]
    if lacking:
        raise DataError(
            f"Forecaster: the rows that follow the history lack {quoted(lacking)}.",
            came=f"columns {listed(new.names)}",
            expected=f"columns {listed([*keys, *needed])}",
        )
    series = series_of(new, roles.by)
    _check_kind_of_ids(history, new, series[1])
    parts = [_parts(Frame(frame, "Forecaster"), "the history"), _parts(new, "the new rows")]
    if roles.time is not None:
        moments = read_times(new, roles.time)
        _check_kind_of_times(history, new, moments)
        again = _given_again(history, new, moments, series)
        frame, parts[0] = _without(frame, again), [part.without(again) for part in parts[0]]
        rows = _written_alike(history, new, rows, moments)
    made = joined(frame, rows)
    notes = getattr(getattr(made, "recurra_source", None), "notes", ())
    return made, Frame(made, "Forecaster", Source((*parts[0], *parts[1]), notes))


def _parts(frame: Frame, called: str) -> list[Part]:
    """Where the rows of a user's table stand: in files, or in itself."""
    if frame.source is not None:
        return list(frame.source.parts)
    return [Part(called, "row", range(len(frame)))]


def _check_kind_of_ids(history: Table, new: Frame, ids: Sequence[Any]) -> None:
    """Refuse numbers where series are told apart by text, which would be series of their own."""
    by = history.roles.by
    if by is None:
        return
    had, has = _kinds(history.ids), _kinds(ids)
    if {*had, *has} == {"text", "numbers"} and not {*had} & {*has}:
        to = "str" if "text" in had else "float"
        raise DataError(
            f"Forecaster: `{by}` of the new rows holds {has[0]}, such as {ids[0]!r}, and that of "
            f"the history {had[0]}, such as {history.ids[0]!r}.",
            fixes=[
                new.code(
                    by,
                    f"write `{by}` of both alike",
                    pandas=f"rows[{by!r}] = rows[{by!r}].astype({to})",
                    polars=f"rows = rows.with_columns(pl.col({by!r}).cast("
                    f"pl.{'String' if to == 'str' else 'Int64'}))",
                )
            ],
        )


def _kinds(ids: Sequence[Any]) -> list[str]:
    """What ids are: text, numbers, ..., without repeats."""
    found = ("text" if isinstance(i, str) else _number_or_other(i) for i in ids)
    return list(dict.fromkeys(found))


def _number_or_other(value: Any) -> str:
    return "numbers" if isinstance(value, Real) else type(value).__name__


def _check_kind_of_times(history: Table, new: Frame, read: Read) -> None:
    """Refuse times that cannot lie on one line with those of the history."""
    times, clock, _ = read
    time = history.roles.time
    first, then = shown(history.clock.local(history.times[:1])[0]), shown(clock.local(times[:1])[0])
    if times.dtype.kind != history.times.dtype.kind:
        raise DataError(
            f"Forecaster: the times of the new rows are of another kind than those of the history: "
            f"`{time}` begins with {then} here and with {first} there."
        )
    zones = history.clock.zone, clock.zone
    if (zones[0] is None) != (zones[1] is None):
        had, has = ("no time zone" if zone is None else f"the time zone {zone}" for zone in zones)
        raise DataError(
            f"Forecaster: the times of the history have {had}, and those of the new rows have "
            f"{has}.",
            came=f"`{time}` begins with {then}",
            fixes=[
                new.code(
                    time,
                    "write the times of both alike",
                    pandas=f"rows[{time!r}] = rows[{time!r}].dt.tz_localize({zones[0]!r})",
                    polars="rows = rows.with_columns("
                    f"pl.col({time!r}).dt.replace_time_zone({zones[0]!r}))",
                )
            ],
        )


def _written_alike(history: Table, new: Frame, rows: Any, read: Read) -> Any:
    """New rows with their times written as the history has them: as text, in its zone, ..."""
    times, clock, _ = read
    name, before = history.roles.time, history.clock
    alike = (clock.written, clock.zone) == (before.written, before.zone)
    if name is None or alike or name in new.index:
        return rows
    values = history.kind.make({name: replace(before, on_calendar=False).back(times)})[name]
    return _with_column(rows, new.own(name), values)


def _given_again(
    history: Table, new: Frame, read: Read, series: tuple[np.ndarray, list[Any]]
) -> np.ndarray:
    """The user's rows of the history's future whose times stand among new rows.

    Raises:
        DataError: for new rows of times that have a target already.
    """
    times, clock, _ = read
    codes, ids = series
    if history.clock.on_calendar:
        times, clock = on_calendar(times, clock.zone), history.clock
    found = [np.empty(0, int)]
    for code, name in enumerate(ids):
        if name not in history.ids:
            continue
        k = history.ids.index(name)
        rows = history.rows(k)
        end = history.history(k).stop
        early = np.flatnonzero((codes == code) & (times <= history.times[end - 1]))
        if len(early):
            last, first = history.clock.local(history.times[[end - 1]]), clock.local(times[early])
            count = f"{len(early):,} of the new rows {'do' if len(early) > 1 else 'does'}"
            of = "" if history.roles.by is None else f" of series {name!r}"
            time, words = history.roles.time, "leave out the rows that the history holds already"
            end_of = repr(shown(last[0])) if times.dtype.kind == "M" else shown(last[0])
            cut = f"rows = rows[rows[{time!r}] > {end_of}]  # {words}"
            raise DataError(
                f"Forecaster: {count} not lie behind the history{of}, which ends at "
                f"{shown(last[0])}: {new.place(early[0])} is at {shown(first[0])}.",
                fixes=[words if history.roles.by else new.code(time, words, pandas=cut)],
            )
        future = slice(end, rows.stop)
        given = np.isin(history.times[future], times[codes == code])
        found.append(history.source_rows[future][given])
    again = np.concatenate(found)
    return again[again >= 0]


def _without(frame: Any, rows: np.ndarray) -> Any:
    """A user's table without some rows."""
    if not len(rows):
        return frame
    if isinstance(frame, dict):
        return {name: np.delete(np.asarray(values), rows) for name, values in frame.items()}
    if _kind(frame)[0] == "pandas":
        return frame.iloc[np.delete(np.arange(len(frame)), rows)]
    table = nw.from_native(frame, eager_only=True)
    return table[np.delete(np.arange(len(table)), rows).tolist()].to_native()


def emptied(table: Any, columns: Sequence[str]) -> Any:
    """A user's table without what stands in some of its columns.

    Args:
        table: any that narwhals reads, a dict of arrays or a NumPy array.
        columns: their names; those that are not there count for nothing.
    """
    frame = Frame(table, "Forecaster")
    names = [n for n in frame.names if n in columns]
    if not names:
        return table
    if isinstance(table, np.ndarray):
        values = table.reshape(len(table), -1).astype(float)
        values[:, [frame.names.index(n) for n in names]] = np.nan
        return values.reshape(table.shape)
    if isinstance(table, dict):
        return table | {n: np.full(len(frame), np.nan) for n in map(frame.own, names)}
    if _kind(table)[0] == "pandas":  # whose index may be the time
        if not hasattr(table, "columns"):
            return table.where(np.zeros(len(table), bool))
        made = table.copy()
        for name in names:
            made[frame.own(name)] = np.nan
        return made
    given = nw.from_native(table, eager_only=True, allow_series=True)
    if isinstance(given, nw.Series):
        return _nothing(given).to_native()
    made = given.with_columns(*(_nothing(given[n]) for n in names)).to_native()
    return keep_sources(made, table)


def _with_column(table: Any, name: Any, values: Any) -> Any:
    """A user's table in which a column has other values, which are of its own kind."""
    if isinstance(table, dict):
        return table | {name: values}
    if _kind(table)[0] == "pandas":
        table = table.copy()
        table[name] = values.to_numpy()
        return table
    column = nw.from_native(values, series_only=True)
    return nw.from_native(table, eager_only=True).with_columns(column).to_native()


def _nothing(column: Any) -> Any:
    """A column of missing values of the same name and type."""
    none = [None] * len(column)
    return nw.new_series(column.name, none, column.dtype, backend=column.implementation)


def _kind(table: Any) -> tuple[str, str]:
    """The library of a table, and the name of its class."""
    return type(table).__module__.split(".")[0], type(table).__name__


def _called(table: Any) -> str:
    """What a table is: `a DataFrame of pandas`."""
    library, name = _kind(table)
    of = "" if library == "builtins" else f" of {library}"
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}{of}"
