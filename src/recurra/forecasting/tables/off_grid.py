"""The errors for rows whose times lie on no grid, or on another one than was learnt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from recurra.data.rates import find_step
from recurra.data.resampled import step_code
from recurra.data.steps import DURATIONS, Step, duration
from recurra.engine.errors import DataError
from recurra.forecasting.tables.every import offered, step_of, typed

#: More rows than this for each row of the user's are no holes but a mistake in the times.
MOST_ROWS = 20


class IrregularError(DataError):
    """Times without a common step, or with another than was learnt.

    Args:
        step: a step that rows could be brought to, as it is typed; None where there is none.
        code: how that is done in Python, the last fix.
    """

    def __init__(
        self,
        problem: str,
        *,
        step: str | None,
        code: str | None,
        came: str | None = None,
        fixes: Sequence[str] = (),
    ) -> None:
        fixes = fixes if code is None else [*fixes, code]
        super().__init__(problem, came=came, fixes=fixes)
        self.step, self.code = step, code


def one_row(series: Any) -> DataError:
    """No series has two rows.

    Args:
        series: the sorted rows, a `grid.Series`, here and below.
    """
    who = f"each of the {len(series.ids)} series has one row"
    if series.ids == [None]:
        who = f"the table has one row ({series.frame.place(0)})"
    return DataError(
        f"{series.frame.who}: {who}: nothing tells how far it is to the next.",
        expected="two rows or more of one series, at two times",
    )


def other_kind(series: Any, dates: bool) -> DataError:
    """The times are dates where numbers were learnt, or the other way round."""
    kinds = ("dates", "numbers") if dates else ("numbers", "dates")
    return DataError(
        f"{series.frame.who}: the times in `{series.name}` are {kinds[0]}, and those that were "
        f"learnt from are {kinds[1]}."
    )


def other_step(series: Any, own: Step, learnt: Step) -> DataError:
    """The rows go on in another step than the one that was learnt."""
    finer = learnt.unit in ("ns", "number") and own.unit == learnt.unit and own.size < learnt.size
    return IrregularError(
        f"{series.frame.who}: the times in `{series.name}` go on {own.words}, and those that were "
        f"learnt from {learnt.words}.",
        step=typed(learnt) if finer else None,
        code=f"{_means(learnt)}  # makes rows {learnt.words}" if finer else None,
        fixes=[f"learn anew from this table, to forecast what goes on {own.words}"],
    )


def other_series(series: Any, k: int, step: Step, other: int) -> DataError:
    """Series k goes on in another step than the one most rows go by, such as series `other`."""
    own = find_step(series.times_of(k))
    longer = max(own, step, key=lambda s: s.size)
    both = own.unit == step.unit and step.unit in ("ns", "number")
    apart = "forecast them apart"
    return IrregularError(
        f"{series.frame.who}: series {series.ids[other]!r} goes on {step.words} and series "
        f"{series.ids[k]!r} {own.words}; series of one table need one step.",
        step=typed(longer) if both else None,
        code=f"{apart}, or bring them to one step with {_means(longer)}" if both else None,
        fixes=[] if both else [apart],
    )


def irregular(series: Any, k: int) -> DataError:
    """Rows of series k lie beside the grid of its commonest step."""
    times = series.times_of(k)
    own = find_step(times)
    off = int(np.argmin(own.on_grid(times[0], times)))
    rows = series.user_row(k, off), series.user_row(k, off - 1)
    counted: Counter[str] = Counter()
    for distance, count in zip(*np.unique(np.diff(times), return_counts=True)):
        counted[_distance(distance)] += int(count)
    (_, most), *_ = counted.most_common(1)
    usual = f", where most rows go on {own.words}" if most > len(times) // 2 else ""
    return IrregularError(
        f"{series.frame.who}: the times in `{series.name}`{series.of(k)} have no common step: "
        f"{series.frame.place(rows[0])} comes {_distance(times[off] - times[off - 1])} after "
        f"{series.frame.place(rows[1])}{usual}.",
        came=f"distances {_listed(counted)}",
        step=offered(series.times),
        code=_onto_grid(series),
    )


def by_chance(series: Any, step: Step, near: int, total: int) -> DataError:
    """The times lie on a grid only because they are whole minutes, say.

    Args:
        series: the sorted rows.
        step: of the grid.
        near: how many rows go on by it.
        total: rows of the grid.
    """
    rows = len(series.order)
    by = "one row goes" if near == 1 else f"{near:,} of {rows:,} rows go"
    return IrregularError(
        f"{series.frame.who}: the times in `{series.name}` have no common step: {by} on "
        f"{step.words}, and on a grid of it {total - rows:,} of {total:,} rows would be empty.",
        step=offered(series.times),
        code=_onto_grid(series),
    )


def too_long(series: Any, k: int, step: Step) -> DataError:
    """A hole of series k has more rows than can be meant."""
    times = series.times_of(k)
    worst = int(np.argmax(np.diff(times)))
    row, after = series.user_row(k, worst), series.user_row(k, worst + 1)
    place = series.frame.place
    return DataError(
        f"{series.frame.who}: the times in `{series.name}`{series.of(k)} go on {step.words}, and "
        f"between {place(row)} ({series.shown(times[worst])}) and "
        f"{place(after)} ({series.shown(times[worst + 1])}) "
        f"{int(step.between(times[worst], times[worst + 1])) - 1:,} rows are missing.",
        expected=f"at most {MOST_ROWS} rows that are missing for one that is there",
        fixes=["correct the time, or take the part before or after it"],
    )


def _onto_grid(series: Any) -> str:
    """How the rows are put on a grid without a look ahead: code where it is short."""
    roles, written = series.roles, series.clock.written
    text = offered(series.times)
    words = f"{_means(step_of(text) if text else None)}  # puts them on a grid"
    if roles.time is None or series.ids != [None] or series.clock.zone or roles.known:
        return words
    if written not in ("time", "number") or roles.categorical or roles.static:
        return words
    time, columns = roles.time, [*roles.targets, *roles.past]
    risen = {"pandas": "", "polars": ""}
    if series.unordered:
        risen = {
            "pandas": f"df = df.sort_values({time!r}); ",
            "polars": f"df = df.sort({time!r}); ",
        }
    values = f"df[{columns!r}].to_numpy()"
    made = f"made = {_means(step_of(text) if text else None, f'df[{time!r}].to_numpy()', values)}; "
    named = ", ".join(f"{name!r}: made.values[:, {k}]" for k, name in enumerate(columns))
    table = f"DataFrame({{{time!r}: made.times, {named}}})"
    return series.frame.code(
        time,
        words,
        pandas=f"{risen['pandas']}{made}df = pd.{table}",
        polars=f"{risen['polars']}{made}df = pl.{table}",
    )


def _means(step: Step | None, times: str = "times", values: str = "values") -> str:
    """Code that makes rows of a step from what had been measured by then."""
    size = "" if step is None else f", {step_code(step)}"
    return f"recurra.data.trailing_means({times}, {values}{size})"


def _distance(difference: Any) -> str:
    """How far it is from one time to another, in two units at most: `1 day 37 minutes`."""
    if not isinstance(difference, np.timedelta64):
        return f"{difference:g}"
    ns = int(difference.astype("m8[ns]").astype(np.int64))
    unit = next(size for size in DURATIONS if size <= ns)
    whole, rest = ns // unit * unit, ns % unit
    return duration(whole) + (f" {duration(rest)}" if rest else "")


def _listed(counted: Counter[str]) -> str:
    """The commonest distances with their counts: `1 hour (40 times), 37 minutes (2 times)`."""
    said = [
        f"{distance} ({count:,} time{'s' if count > 1 else ''})"
        for distance, count in counted.most_common(3)
    ]
    others = f" and {len(counted) - 3:,} others" if len(counted) > 3 else ""
    return ", ".join(said) + others
