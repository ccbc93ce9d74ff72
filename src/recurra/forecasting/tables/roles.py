"""Which column of a table is what: named by the user, or guessed and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.engine.suggestions import did_you_mean
from recurra.forecasting.tables.dates import looks_like_date
from recurra.forecasting.tables.frames import Frame, listed
from recurra.forecasting.tables.textual import first_text

#: What columns of times are called.
TIME_NAMES = ("time", "date", "datetime", "timestamp", "ds", "day", "month", "year", "t", "period")
#: The roles of which a column has one at most.
ONE_EACH = ("time", "by", "targets", "known", "past", "static")


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Args:
        time: the column of times; None where the rows stand in order of time.
        targets: what is to be forecast.
        by: the column that says which series a row belongs to; None for one series.
        known: known in the future too, such as prices and holidays.
        past: known up to now only.
        static: one value a series.
        categorical: which of known, past and static are categories and no numbers.
    """

    time: str | None = None
    targets: tuple[str, ...] = ()
    by: str | None = None
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are used, each as often as it is named."""
        one = tuple(name for name in (self.time, self.by) if name is not None)
        return (*one, *self.targets, *self.known, *self.past, *self.static)


def guess_roles(frame: Any, *, who: str = "Forecaster", **given: Any) -> tuple[Roles, list[str]]:
    """Find out which column is what, where the user has not said so.

    The time is the only column of times, or the one called so; the target is the only column of
    numbers that is left, or all of them in a NumPy array; columns of text are categories.

    Args:
        frame: the user's table.
        who: who asks, for messages.
        given: roles that are named: a column, or several where several may be.

    Returns:
        The roles, and sentences about what was guessed.

    Raises:
        ArgumentError: for columns that are not there or named twice, and where it cannot be told
            what is to be forecast.

    Example:
        >>> table = {"month": ["2024-01", "2024-02", "2024-03"], "sales": [3.0, 4.0, 5.0]}
        >>> roles, told = guess_roles(table)
        >>> roles.time, roles.targets
        ('month', ('sales',))
        >>> told
        ['`month` is taken as the time.', '`sales` is taken as the target.']
    """
    frame = frame if isinstance(frame, Frame) else Frame(frame, who)
    roles = _given(frame, given)
    check_roles(frame, roles)
    told = []
    free = [name for name in frame.names if name not in roles.columns]
    if "time" not in given:
        time = find_time(frame, free)
        roles = replace(roles, time=time)
        told.append(f"`{time}` is taken as the time." if time else _NO_TIME)
        free = [name for name in free if name != time]
    if not roles.targets:
        targets = _targets(frame, free)
        roles = replace(roles, targets=targets)
        are = "are taken as the targets" if len(targets) > 1 else "is taken as the target"
        told.append(f"{_quoted(targets)} {are}.")
        free = [name for name in free if name not in targets]
    if free:
        told.append(f"Not used: {_quoted(free)}. `known=`, `past=` or `static=` takes columns in.")
    others = (*roles.known, *roles.past, *roles.static)
    words = [n for n in others if frame.holds(n) != "number" and n not in roles.categorical]
    return replace(roles, categorical=(*roles.categorical, *words)), told


_NO_TIME = "No column holds times: the rows are taken to stand in order of time, in equal steps."


def check_roles(frame: Frame, roles: Roles) -> None:
    """Refuse roles for columns that are not there, or in two roles.

    Raises:
        ArgumentError: which names the role and the column.
    """
    named = {"target" if role == "targets" else role: getattr(roles, role) for role in ONE_EACH}
    check_named(frame, named)
    features = (*roles.known, *roles.past, *roles.static)
    for name in roles.categorical:
        if name not in features:
            raise ArgumentError(
                f"{frame.who}: categorical={name!r} is in none of known, past and static.",
                fixes=[f"known={[*roles.known, name]!r}  # or past=, static="],
            )


def check_named(frame: Frame, named: Mapping[str, str | Sequence[str] | None]) -> None:
    """Refuse names of columns that are not there, or in two roles.

    Args:
        frame: the table.
        named: role -> the column, or several; None for none.

    Raises:
        ArgumentError: which names the role and the column.
    """
    seen: dict[str, str] = {}
    for role, value in named.items():
        for name in (value,) if isinstance(value, str) else value or ():
            if name not in frame.names:
                raise ArgumentError(
                    f"{frame.who}: {role}={name!r}: there is no such column"
                    f"{did_you_mean(name, frame.names) or '.'}",
                    came=f"columns {listed(frame.names)}",
                )
            if name in seen:
                raise ArgumentError(
                    f"{frame.who}: the column {name!r} is named twice: as {seen[name]} and as "
                    f"{role}.",
                    expected="one role for a column",
                )
            seen[name] = role


def _given(frame: Frame, given: dict[str, Any]) -> Roles:
    who = frame.who
    known = {f.name for f in fields(Roles)} | {"target"}
    for name in given:
        if name not in known:
            near = did_you_mean(name, known) or f". There are {', '.join(sorted(known))}."
            raise ArgumentError(f"{who}: there is no role {name!r}{near}")
    if "target" in given and "targets" in given:
        raise ArgumentError(f"{who}: `target` and `targets` are both given; one of them is enough.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        role = "targets" if name == "target" else name
        if role in ("time", "by"):
            names = tuple(_several(value))
            if len(names) > 1:
                raise ArgumentError(
                    f"{who}: {role}={value!r} has to be the name of one column.",
                    fixes=[_as_one(frame, names)] if role == "by" else (),
                )
            values[role] = str(names[0]) if names else None
        else:
            values[role] = tuple(map(str, _several(value)))
    return Roles(**values)


def _as_one(frame: Frame, names: tuple[Any, ...]) -> str:
    """How several columns that tell series apart become one."""
    one = " + ' ' + ".join(f"df[{name!r}].astype(str)" for name in names)
    several = ", ".join(map(repr, names))
    return frame.code(
        None,
        "one column that holds the values of all, and its name as by=",
        pandas=f"df['series'] = {one}  # and by='series'",
        polars="df = df.with_columns("
        f"pl.concat_str({several}, separator=' ').alias('series'))  # and by='series'",
    )


def _several(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return (value,) if isinstance(value, (str, int)) else tuple(value)


def find_time(frame: Frame, free: list[str]) -> str | None:
    """The only column of times among those that have no role yet, or the one called so.

    Raises:
        ArgumentError: where several may be it.
    """
    times = [name for name in free if frame.holds(name) == "time"]
    if not times:
        times = [name for name in free if _dates(frame, name)]
    named = [name for name in times or free if name.lower() in TIME_NAMES]
    if not times:
        return named[0] if len(named) == 1 else None
    if len(times) > 1 and len(named) != 1:
        raise ArgumentError(
            f"{frame.who}: which column is the time? {_quoted(times)} hold times.",
            fixes=[f"time={name!r}" for name in times[:3]],
        )
    return named[0] if len(named) == 1 else times[0]


def _dates(frame: Frame, name: str) -> bool:
    """Whether the first value of a column of text is a date."""
    if frame.holds(name) != "text":
        return False
    return looks_like_date(frame.column(name).first or "")


def _targets(frame: Frame, free: list[str]) -> tuple[str, ...]:
    found = [name for name in free if frame.holds(name) == "number"]
    if len(found) == 1 or (found and frame.is_array):
        return tuple(found)
    if not found and len(free) == 1:  # of text, about which more can be said when it is read
        return tuple(free)
    if not found:
        nearly = [name for name in free if first_text(frame, name) is not None]
        raise ArgumentError(
            f"{frame.who}: no column of numbers is left to be forecast.",
            came=f"columns {listed(frame.names)}",
            fixes=[f"target={n!r}" for n in nearly] or ["target='y'  # the name of the column"],
        )
    raise ArgumentError(
        f"{frame.who}: which column is to be forecast? {len(found)} columns hold numbers.",
        came=f"columns {listed(frame.names)}",
        fixes=[f"target={name!r}" for name in found[:3]],
    )


def _quoted(names: Iterable[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{listed(quoted[:-1], 20)} and {quoted[-1]}"
