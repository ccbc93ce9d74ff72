"""Rows at any times become one row in each step of a grid: the mean of what came in it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from recurra.data.rates import usual_step
from recurra.data.steps import DAY, MINUTE, Step
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.words import amount
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.ids import series_of
from recurra.forecasting.tables.roles import Roles, guess_roles
from recurra.forecasting.tables.source import Part, Source
from recurra.forecasting.tables.textual import from_text
from recurra.forecasting.tables.times import read_times

#: Units of a step as they are typed, in ns.
UNITS = {
    "ms": 10**6,
    "s": 10**9,
    "min": MINUTE,
    "h": 60 * MINUTE,
    "D": DAY,
    "W": 7 * DAY,
}
#: Steps that are offered for times.
_USUAL = [
    count * UNITS[unit]
    for unit, counts in {
        "ms": (1, 2, 5, 10, 20, 50, 100, 200, 500),
        "s": (1, 2, 5, 10, 15, 30),
        "min": (1, 2, 5, 10, 15, 30),
        "h": (1, 2, 3, 6, 12),
        "D": (1,),
        "W": (1,),
    }.items()
    for count in counts
]
#: Monday, 5 January 1970: weeks begin on Mondays, and days at midnight.
_MONDAY = 4 * DAY


def step_of(text: str) -> Step:
    """A step as it is typed: 15min, 1h, 1D, 1W, 500ms, or a number for times that are numbers.

    Raises:
        ArgumentError: for other text.

    Example:
        >>> step_of("15min").words, step_of("0.005").size
        ('every 15 minutes', 0.005)
    """
    found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*([A-Za-z]*)\s*", text)
    size = float(found[1]) if found else 0.0
    if found and size > 0 and not found[2]:
        return Step(int(size) if size == int(size) else size, "number")
    unit = UNITS.get(found[2]) or UNITS.get(found[2].lower()) if found else None
    unit = unit or (UNITS.get(found[2].upper()) if found else None)
    if not unit or round(size * unit) < 1:
        raise ArgumentError(
            f"--every {text}: {text!r} is no step from one row to the next.",
            expected=f"a number and one of {', '.join(UNITS)}, such as 15min; a number alone where "
            "times are numbers",
        )
    return Step(round(size * unit), "ns")


def rows_every(table: Any, step: Step, roles: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    r"""One row for each step of each series: the mean of the rows whose time t is in it.

    The row at \(k s\) is made of the rows with \(k s \le t < (k + 1) s\) and no others, so that
    nothing of a later step is in it. Numbers are averaged, the last of other values is taken. Steps
    in which nothing came have no row. The last step with a target is left out where more was to
    come in it, as its mean would be one of fewer rows; where known rows follow, it is forecast.

    Args:
        table: a polars frame from `read_table`.
        step: of the grid. Steps begin at midnights, weeks on Mondays, and at multiples of a number.
        roles: which column is what, as `guess_roles` takes it.

    Returns:
        A polars frame of the columns that have a role, whose times are written as those that came,
        and the role of each.

    Raises:
        ArgumentError: for a duration where times are numbers, and the other way round.
        DataError: for times and numbers that cannot be read, with the line.
    """
    import polars as pl

    frame = Frame(table, "Forecaster")
    found, told = guess_roles(frame, **roles)
    if found.time is None:
        raise ArgumentError(
            f"--every {step.words}: no column holds times.", fixes=["--time COLUMN"]
        )
    codes, _ = series_of(frame, found.by)
    times, clock, clock_notes = read_times(frame, found.time)
    dates = times.dtype.kind == "M"
    if (step.unit == "ns") != dates:
        raise ArgumentError(
            f"--every {'takes a duration' if dates else 'takes a number'}: `{found.time}` holds "
            f"{'times' if dates else 'numbers'}.",
            fixes=["--every 15min" if dates else "--every 0.005"],
        )
    place, left = _places(times, step)
    values = {name: _values(frame, found, name) for name in found.columns[1:]}
    data = pl.DataFrame({"code": codes, "place": place, "left": left, "time": times, **{
        f"v{k}": v for k, v in enumerate(values.values())
    }}).sort("code", "time", maintain_order=True)  # fmt: skip
    targets = [f"v{k}" for k, name in enumerate(values) if name in found.targets]
    known = pl.any_horizontal(pl.col(targets).is_not_null() & pl.col(targets).is_not_nan())
    made = data.group_by("code", "place", maintain_order=True).agg(
        pl.col("left").filter(known).last(),
        *(_together(data[f"v{k}"].dtype, f"v{k}") for k in range(len(values))),
    )
    made, cut = _complete(made, targets, _usual(times, codes), float(step.size))
    first = np.datetime64(_MONDAY, "ns") if dates else times.dtype.type(0)
    columns = {found.time: clock.back(step.at(first, made["place"].to_numpy()))}
    columns |= {name: made[f"v{k}"] for k, name in enumerate(values)}
    new: Any = pl.DataFrame(columns)
    if table[found.time].dtype.is_temporal():
        new = new.with_columns(_as_before(pl.col(found.time), table[found.time].dtype, step))
    notes = [*(frame.source.notes if frame.source else ()), *told, *clock_notes]
    notes.append(
        f"{amount(len(table), 'row')} became {amount(len(new), 'row')}, {step.words}: the mean of "
        f"what came from each `{found.time}` until the next."
    )
    if cut:
        notes.append(
            f"The last step of {'a' if cut == 1 else cut} series was not over and is left out."
            if found.by
            else "The last step was not over and is left out."
        )
    file = frame.source.parts[0].file if frame.source else "the table"
    new.recurra_source = Source((Part(f"{file}, {step.words}", "row", range(len(new))),), (*notes,))
    several = ("known", "past", "static", "categorical")
    own = {"time": found.time, "by": found.by, "target": found.targets}
    own |= {name: getattr(found, name) for name in several}
    return new, {name: value for name, value in own.items() if value}


def offered(times: np.ndarray) -> str | None:
    """A step that could be typed for times in any order: about their usual distance, or longer."""
    times = np.unique(times)
    if len(times) < 3:
        return None
    size = float(usual_step(times).size)
    if times.dtype.kind != "M":
        return f"{size:.6g}"
    size = next((usual for usual in _USUAL if usual >= size), size)
    return _typed(size)


def typed(step: Step) -> str | None:
    """How a step is typed, if `step_of` can read it.

    Example:
        >>> typed(Step(DAY, "ns")), typed(Step(2, "month"))
        ('1D', None)
    """
    if step.unit == "number":
        return f"{step.size:.6g}"
    return _typed(float(step.size)) if step.unit == "ns" else None


def _typed(size: float) -> str:
    """A duration in ns in the longest unit that is not longer."""
    unit, ns = next((u, ns) for u, ns in reversed(UNITS.items()) if ns <= size or u == "ms")
    return f"{max(round(size / ns), 1)}{unit}"


def _places(times: np.ndarray, step: Step) -> tuple[np.ndarray, np.ndarray]:
    """Which step each time is in, and how much of the step is left behind it."""
    if times.dtype.kind == "M":
        since = times.astype("M8[ns]").astype(np.int64) - _MONDAY
        place = since // int(step.size)
        return place, ((place + 1) * int(step.size) - since).astype(np.float64)
    parts = times / step.size
    place = np.floor(parts + 1e-9 * np.maximum(1, np.abs(parts))).astype(np.int64)
    return place, (place + 1) * float(step.size) - times


def _values(frame: Frame, roles: Roles, name: str) -> Any:
    """A column: numbers where its role needs them."""
    column = frame.column(name)
    if name == roles.by or name in roles.categorical:
        return frame._values(name).to_native()
    if column.kind == "number":
        return column.values.astype(np.float64)
    role = next(r for r in ("targets", "known", "past", "static") if name in getattr(roles, r))
    if column.missing.all():
        raise DataError(f"{frame.who}: `{name}` has no value in any row.")
    return from_text(frame, name, role.removesuffix("s"), column)[0]


def _together(dtype: Any, name: str) -> Any:
    """What becomes of the values in one step."""
    import polars as pl

    if dtype == pl.Float64:
        return pl.col(name).fill_nan(None).mean()
    return pl.col(name).drop_nulls().last()


def _usual(times: np.ndarray, codes: np.ndarray) -> float:
    """The median distance of the times of a series."""
    order = np.lexsort((times, codes))
    apart = np.diff(times[order])[np.diff(codes[order]) == 0].astype(np.float64)
    return float(np.median(apart[apart > 0])) if (apart > 0).any() else 0.0


def _complete(made: Any, targets: list[str], usual: float, size: float) -> tuple[Any, int]:
    """Rows without the last step of a target where more was to come in it, and how many those are.

    More was to come where the step goes on for longer than times are usually apart.
    """
    import polars as pl

    known = pl.any_horizontal(pl.col(name).is_not_null() for name in targets)
    last = known & (pl.col("place") == pl.col("place").filter(known).max().over("code"))
    more = (pl.col("left") > usual * (1 + 1e-9)) & (usual < size)
    made = made.with_columns(_open=(last & more).fill_null(False))
    followed = pl.col("place") < pl.col("place").max().over("code")
    made = made.with_columns(pl.when(~pl.col("_open")).then(pl.col(name)) for name in targets)
    return made.filter(~pl.col("_open") | followed), int(made["_open"].sum())


def _as_before(column: Any, dtype: Any, step: Step) -> Any:
    """Times in UTC in the type that they had; a date only where a step is whole days."""
    import polars as pl

    if dtype == pl.Date:
        return column.cast(pl.Date) if step.size % DAY == 0 else column
    if dtype.time_zone:
        column = column.dt.replace_time_zone("UTC").dt.convert_time_zone(dtype.time_zone)
    return column
