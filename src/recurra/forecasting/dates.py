"""Dates that are written as text, and writing further ones in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

_CLOCK = (
    r"(?:(?P<gap>T|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?\s*(?P<offset>Z|[+-]\d\d:?\d\d)?\s*"
)
_YEAR = r"(?P<year>\d{4})"
#: 2024-01-31, 2024/1/31 12:00, 2024-01, 2024, 2024-01-31T12:00:05.25+01:00.
_YEAR_FIRST = re.compile(
    rf"\s*{_YEAR}(?:(?P<mark>[-/.])(?P<month>\d\d?)(?:(?P=mark)(?P<day>\d\d?))?)?{_CLOCK}"
)
#: 31.01.2024, 1/31/2024 12:00.
_YEAR_LAST = re.compile(
    rf"\s*(?P<first>\d\d?)(?P<mark>[-/.])(?P<second_part>\d\d?)(?P=mark){_YEAR}{_CLOCK}"
)
#: 2024-Q1.
_QUARTER = re.compile(rf"\s*{_YEAR}(?P<mark>[- ]?)Q(?P<quarter>[1-4])\s*")
#: How much of ISO's form a time takes that is as fine as this.
_WIDTHS = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19}


_ALIKE = "write all dates with the year first"
_CORRECT = "correct it, or leave the row out"
#: Further ways to write a date, which are not read by themselves.
_FORMATS = {
    r"\d\d?[ -][A-Za-z]{3}[ -]\d{4}": "%d{mark}%b{mark}%Y",
    r"[A-Za-z]{3}[ -]\d{4}": "%b{mark}%Y",
    r"\d{1,2}/\d{1,2}/\d{2}": "%m/%d/%y",
    r"\d{1,2}\.\d{1,2}\.\d{2}": "%d.%m.%y",
}


class UnreadableError(Exception):
    """Text that is no date that can be read.

    Args:
        row: the first row that holds such text.
        why: what is wrong with it.
        formats: what may be meant, such as "%d/%m/%Y".
        fix: what to do where no format helps.
    """

    def __init__(
        self,
        row: int,
        why: str,
        formats: tuple[str, ...] = (),
        fix: str = "write it with the year first",
    ) -> None:
        super().__init__(why)
        self.row, self.why, self.formats, self.fix = row, why, formats, fix


@dataclass(frozen=True)
class Style:
    """How dates are written.

    Args:
        order: "ymd", "dmy", "mdy" or "quarter".
        mark: what stands between year, month and day.
        gap: what stands between the date and the time of day.
        finest: the finest part: "year", "month", "day", "minute", "second".
        digits: of fractions of a second.
        offset: from UTC, such as "Z" or "+01:00"; empty for none.
    """

    order: str
    mark: str
    gap: str
    finest: str
    digits: int
    offset: str

    def write(self, times: np.ndarray) -> list[str]:
        """Times as text, (n,) datetime64[ns] in UTC where the style has an offset."""
        shown: Any = times + _ahead(self.offset)
        texts = np.datetime_as_string(shown, unit="ns").tolist()
        return [self._write(text) for text in texts]

    def _write(self, text: str) -> str:
        year, month, day = text[:10].split("-")
        if self.order == "quarter":
            return f"{year}{self.mark}Q{(int(month) + 2) // 3}"
        parts = {"y": year, "m": month, "d": day}
        kept = {"year": "y", "month": "ym"}.get(self.finest, self.order)
        date = self.mark.join(parts[part] for part in kept)
        if self.finest not in ("minute", "second"):
            return date + self.offset
        end = _WIDTHS[self.finest] + (1 + self.digits if self.digits else 0)
        return date + self.gap + text[11:end] + self.offset


def looks_like_date(text: str) -> bool:
    """Whether text is a date, and no plain number such as 2024."""
    found = _YEAR_FIRST.fullmatch(text)
    return bool(
        (found and found["month"]) or _YEAR_LAST.fullmatch(text) or _QUARTER.fullmatch(text)
    )


def read(values: np.ndarray) -> tuple[np.ndarray, Style, list[str]]:
    """Dates that are written as text.

    Args:
        values: (rows,) text, None where there is none.

    Returns:
        Times (rows,) datetime64[ns], in UTC where offsets are written; how they are written; and
        sentences about what was assumed.

    Raises:
        UnreadableError: for text that is no date, and dates that may be day or month first.

    Example:
        >>> times, style, told = read(np.array(["30.01.2024", "31.01.2024"], object))
        >>> style.write(times + np.timedelta64(1, "D"))
        ['31.01.2024', '01.02.2024']
        >>> told
        ['`30.01.2024` is read day first.']
    """
    rows = [k for k, v in enumerate(values) if v is not None]
    patterns = (_YEAR_FIRST, _YEAR_LAST, _QUARTER)
    pattern = next((p for p in patterns if rows and p.fullmatch(values[rows[0]])), _YEAR_FIRST)
    found = []
    for row in rows:
        match = pattern.fullmatch(values[row])
        if match is None or not "1678" <= match["year"] <= "2261":
            other = f", unlike {values[rows[0]]!r}" if row != rows[0] else ""
            raise UnreadableError(
                row, f"{values[row]!r} is no date that can be read{other}", _formats(values[row])
            )
        found.append(match.groupdict())
    told: list[str] = []
    order = "ymd"
    if pattern is _QUARTER:
        order = "quarter"
        for parts in found:
            parts["month"] = str(3 * int(parts["quarter"]) - 2)
    elif pattern is _YEAR_LAST:
        order = _order(found, rows, values)
        day_first = order == "dmy"
        for parts in found:
            day, month = ("first", "second_part") if day_first else ("second_part", "first")
            parts["day"], parts["month"] = parts[day], parts[month]
        told.append(f"`{values[rows[0]]}` is read {'day' if day_first else 'month'} first.")
    offset = _offset(found, rows, told)
    times = np.full(len(values), "NaT", "M8[ns]")
    times[rows] = _times([_iso(parts) for parts in found], rows, values)
    if offset:
        times[rows] -= np.array([_ahead(parts["offset"]) for parts in found])
    first = found[0] if found else {}
    style = Style(
        order,
        first.get("mark") or "-",
        first.get("gap") or " ",
        next(
            (part for part in reversed(_WIDTHS) if any(parts.get(part) for parts in found)), "day"
        ),
        max((len(parts.get("fraction") or "") for parts in found), default=0),
        offset,
    )
    return times, style, told


def _formats(text: str) -> tuple[str, ...]:
    """How a date that is not read by itself may be written."""
    mark = "-" if "-" in text else " "
    return tuple(
        form.replace("{mark}", mark)
        for pattern, form in _FORMATS.items()
        if re.fullmatch(pattern, text.strip())
    )


def _order(found: list[dict], rows: list[int], values: np.ndarray) -> str:
    """Whether the day or the month comes first, which a number above 12 tells."""
    day_first = next((k for k, parts in enumerate(found) if int(parts["first"]) > 12), None)
    month_first = next((k for k, parts in enumerate(found) if int(parts["second_part"]) > 12), None)
    mark = found[0]["mark"]
    formats = tuple(f"%{a}{mark}%{b}{mark}%Y" for a, b in ("dm", "md"))
    if day_first is not None and month_first is not None:
        later, other = max(day_first, month_first), min(day_first, month_first)
        why = f"{values[rows[later]]!r} has day and month the other way round than "
        raise UnreadableError(rows[later], f"{why}{values[rows[other]]!r}", fix=_ALIKE)
    if day_first is None and month_first is None and mark != ".":
        why = f"{values[rows[0]]!r} may begin with the day or with the month"
        raise UnreadableError(rows[0], f"{why}, and no other row tells", formats)
    return "mdy" if month_first is not None else "dmy"


def _offset(found: list[dict], rows: list[int], told: list[str]) -> str:
    """The offset from UTC that times are written with; empty where there is none."""
    offsets = {parts.get("offset") for parts in found}
    if len(offsets) < 2:
        return next(iter(offsets), None) or ""
    if None in offsets:
        row = next(row for row, parts in zip(rows, found) if parts["offset"] is None)
        raise UnreadableError(row, "this time has no offset from UTC, and others have one")
    told.append(f"The times have {len(offsets)} different offsets from UTC; they are taken to UTC.")
    return "+00:00"


def _iso(parts: dict) -> str:
    clock = f"{parts.get('hour') or 0:0>2}:{parts.get('minute') or 0:0>2}"
    seconds = f"{parts.get('second') or 0:0>2}.{parts.get('fraction') or 0}"
    return (
        f"{parts['year']}-{parts['month'] or 1:0>2}-{parts.get('day') or 1:0>2}T{clock}:{seconds}"
    )


def _times(iso: list[str], rows: list[int], values: np.ndarray) -> np.ndarray:
    try:
        return np.array(iso, "U29").astype("M8[ns]")
    except ValueError:
        for text, row in zip(iso, rows):
            try:
                np.datetime64(text)
            except ValueError:
                why = f"{values[row]!r} is no day or time that there is"
                raise UnreadableError(row, why, fix=_CORRECT) from None
        raise


def _ahead(offset: str | None) -> np.timedelta64:
    """How far clocks with an offset are ahead of UTC."""
    if not offset or offset == "Z":
        return np.timedelta64(0, "m")
    minutes = 60 * int(offset[1:3]) + int(offset[-2:])
    return np.timedelta64(-minutes if offset[0] == "-" else minutes, "m")
