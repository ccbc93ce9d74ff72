"""Reading dates that are written as text."""

from __future__ import annotations

import numpy as np

from recurra.forecasting.tables.date_fields import Fields
from recurra.forecasting.tables.dates import QUARTER, WIDTHS, YEAR_LAST, Style, UnreadableError
from recurra.forecasting.tables.values import Column

_ALIKE = "write all dates with the year first"


def read(column: Column) -> tuple[np.ndarray, Style, list[str]]:
    """Dates that are written as text.

    Args:
        column: of text, none of which is missing.

    Returns:
        Times (rows,) datetime64[ns], in UTC where offsets are written; how they are written; and
        sentences about what was assumed.

    Raises:
        UnreadableError: for text that is no date, and dates that may be day or month first.

    Example:
        >>> times, style, told = read(Column("text", np.array(["30.01.2024", "31.01.2024"])))
        >>> style.write(times + np.timedelta64(1, "D"))
        ['31.01.2024', '01.02.2024']
        >>> told
        ['`30.01.2024` is read day first.']
    """
    fields = Fields(column)
    parts, matches = fields.parts, fields.matches
    told: list[str] = []
    order = "ymd"
    if fields.pattern is QUARTER:
        order = "quarter"
        parts["month"] = 3 * parts["quarter"] - 2
    elif fields.pattern is YEAR_LAST:
        order = _order(fields, column)
        day, month = ("first", "last") if order == "dmy" else ("last", "first")
        parts["day"], parts["month"] = parts[day], parts[month]
        told.append(f"`{fields.first}` is read {'day' if order == 'dmy' else 'month'} first.")
    times = fields.times(column)
    match = matches[0]
    found = {name for match in matches for name, part in match.groupdict().items() if part}
    finest = next((part for part in reversed(WIDTHS) if part in found), "day")
    style = Style(
        order,
        match["mark"] or "-",
        match.groupdict().get("gap") or " ",
        "day" if order in ("dmy", "mdy") and finest == "year" else finest,
        max(len(match.groupdict().get("fraction") or "") for match in matches),
        _offset(fields, told),
    )
    return times, style, told


def _order(fields: Fields, column: Column) -> str:
    """Whether the day or the month comes first, which a number above 12 tells."""
    day_first, month_first = fields.parts["first"] > 12, fields.parts["last"] > 12
    if day_first.any() and month_first.any():
        a, b = sorted((int(day_first.argmax()), int(month_first.argmax())))
        one, other = column[a : a + 1][0], column[b : b + 1][0]
        why = f"{other!r} has day and month the other way round than {one!r}"
        raise UnreadableError(b, why, fix=_ALIKE)
    mark = fields.matches[0]["mark"]
    if not day_first.any() and not month_first.any() and mark != ".":
        why = f"{fields.first!r} may begin with the day or with the month"
        formats = tuple(f"%{a}{mark}%{b}{mark}%Y" for a, b in ("dm", "md"))
        raise UnreadableError(0, f"{why}, and no other row tells", formats)
    return "mdy" if month_first.any() else "dmy"


def _offset(fields: Fields, told: list[str]) -> str:
    """The offset from UTC that times are written with; empty where there is none."""
    if not fields.has_offset.any():
        return ""
    if not fields.has_offset.all():
        row = int(fields.has_offset.argmin())
        why = "this time has no offset from UTC, and others have one"
        raise UnreadableError(row, why, fix="write the offset of each time: 12:00+01:00")
    offsets = len(np.unique(fields.parts["offset"]))
    if offsets == 1:
        return fields.matches[0]["offset"]
    told.append(f"The times have {offsets} different offsets from UTC; they are taken to UTC.")
    return "+00:00"
