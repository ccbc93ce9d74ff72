"""Reading dates that are written as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from recurra.forecasting.tables.dates import (
    QUARTER,
    WIDTHS,
    YEAR_FIRST,
    YEAR_LAST,
    Style,
    UnreadableError,
)
from recurra.forecasting.tables.values import missing

_ALIKE = "write all dates with the year first"
_CORRECT = "correct it, or leave the row out"
#: Further ways to write a date, which are not read by themselves.
_FORMATS = {
    r"\d\d?[ -][A-Za-z]{3}[ -]\d{4}": "%d{mark}%b{mark}%Y",
    r"[A-Za-z]{3}[ -]\d{4}": "%b{mark}%Y",
    r"\d{1,2}/\d{1,2}/\d{2}": "%m/%d/%y",
    r"\d{1,2}\.\d{1,2}\.\d{2}": "%d.%m.%y",
}


def read(values: np.ndarray) -> tuple[np.ndarray, Style, list[str]]:
    """Dates that are written as text.

    Texts with digits in the same places are read together.

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
    rows = np.flatnonzero(~missing(values))
    texts = _Texts(values, rows)
    fields = texts.fields
    told: list[str] = []
    order = "ymd"
    if texts.pattern is QUARTER:
        order = "quarter"
        fields["month"] = 3 * fields["quarter"] - 2
    elif texts.pattern is YEAR_LAST:
        order = texts.order()
        day, month = ("first", "last") if order == "dmy" else ("last", "first")
        fields["day"], fields["month"] = fields[day], fields[month]
        told.append(f"`{values[rows[0]]}` is read {'day' if order == 'dmy' else 'month'} first.")
    times = np.full(len(values), "NaT", "M8[ns]")
    times[rows] = texts.times()
    match = texts.matches[0]
    found = {name for match in texts.matches for name, part in match.groupdict().items() if part}
    finest = next((part for part in reversed(WIDTHS) if part in found), "day")
    style = Style(
        order,
        match["mark"] or "-",
        match.groupdict().get("gap") or " ",
        "day" if order in ("dmy", "mdy") and finest == "year" else finest,
        max(len(match.groupdict().get("fraction") or "") for match in texts.matches),
        texts.offset(told),
    )
    return times, style, told


class _Texts:
    """Dates as text, taken apart.

    Args:
        values: (all rows,) text.
        rows: those that hold text, (n,).
    """

    def __init__(self, values: np.ndarray, rows: np.ndarray) -> None:
        self.values, self.rows = values, rows
        first = values[rows[0]]
        patterns = (YEAR_FIRST, YEAR_LAST, QUARTER)
        self.pattern = next((p for p in patterns if p.fullmatch(first)), YEAR_FIRST)
        try:
            texts = np.array(values[rows].tolist(), "S")
        except UnicodeEncodeError:
            raise self.refused(np.array([not values[row].isascii() for row in rows])) from None
        chars = texts.view(np.uint8).reshape(len(rows), -1)
        digits = np.where((chars >= 48) & (chars <= 57), 48, chars).astype(np.uint8)
        #: name -> (n,) whole numbers; 0 or 1 where a text has no such part.
        self.fields: dict[str, np.ndarray] = {
            name: np.full(len(rows), name in ("month", "day")) * 1
            for name in (*self.pattern.groupindex, "month", "day")
        }
        self.has_offset = np.zeros(len(rows), bool)
        #: Of one text for each way in which digits and other characters follow each other.
        self.matches: list[re.Match] = []
        self._take_apart(chars, digits)

    def _take_apart(self, chars: np.ndarray, digits: np.ndarray) -> None:
        bad = np.zeros(len(chars), bool)
        for alike in _alike(digits):
            example = self.values[self.rows[np.flatnonzero(alike)[0]]]
            match = self.pattern.fullmatch(example)
            if match is None:
                bad |= alike
                continue
            self.matches.append(match)
            part = chars[alike]
            for name, text in match.groupdict().items():
                begin, end = match.span(name)
                if name == "fraction" and text:
                    self.fields[name][alike] = _number(part[:, begin:end]) * 10 ** (9 - len(text))
                elif name == "offset" and text:
                    self.has_offset[alike] = True
                    self.fields[name][alike] = _minutes(part[:, begin:end])
                elif text and text.isdecimal():
                    self.fields[name][alike] = _number(part[:, begin:end])
        bad |= ~bad & ((self.fields["year"] < 1678) | (self.fields["year"] > 2261))
        if bad.any():
            raise self.refused(bad)

    def refused(self, bad: np.ndarray) -> UnreadableError:
        """The error for the first of some texts, (n,)."""
        row = int(self.rows[bad.argmax()])
        text, first = self.values[row], self.values[self.rows[0]]
        other = f", unlike {first!r}" if row != self.rows[0] else ""
        why = f"{text!r} is no date that can be read{other}"
        return UnreadableError(row, why, _formats(text), fix="write it with the year first")

    def order(self) -> str:
        """Whether the day or the month comes first, which a number above 12 tells."""
        day_first, month_first = self.fields["first"] > 12, self.fields["last"] > 12
        if day_first.any() and month_first.any():
            a, b = sorted((int(day_first.argmax()), int(month_first.argmax())))
            row = int(self.rows[b])
            why = f"{self.values[row]!r} has day and month the other way round than "
            raise UnreadableError(row, f"{why}{self.values[self.rows[a]]!r}", fix=_ALIKE)
        mark = self.matches[0]["mark"]
        if not day_first.any() and not month_first.any() and mark != ".":
            row = int(self.rows[0])
            why = f"{self.values[row]!r} may begin with the day or with the month"
            formats = tuple(f"%{a}{mark}%{b}{mark}%Y" for a, b in ("dm", "md"))
            raise UnreadableError(row, f"{why}, and no other row tells", formats)
        return "mdy" if month_first.any() else "dmy"

    def times(self) -> np.ndarray:
        """The times, (n,) datetime64[ns], in UTC where there are offsets."""
        get = self.fields.get
        none = np.zeros(len(self.rows), np.int64)
        month, day = self.fields["month"], self.fields["day"]
        hour, minute, second = (get(name, none) for name in ("hour", "minute", "second"))
        months = (12 * (self.fields["year"] - 1970) + month - 1).astype("M8[M]")
        days = months.astype("M8[D]") + (day - 1)
        wrong = (month < 1) | (month > 12) | (day < 1) | (days.astype("M8[M]") != months)
        wrong |= (hour > 23) | (minute > 59) | (second > 59)
        if wrong.any():
            row = int(self.rows[wrong.argmax()])
            why = f"{self.values[row]!r} is no day or time that there is"
            raise UnreadableError(row, why, fix=_CORRECT)
        seconds = (hour * 60 + minute - get("offset", none)) * 60 + second
        return days.astype("M8[ns]") + (seconds * 10**9 + get("fraction", none))

    def offset(self, told: list[str]) -> str:
        """The offset from UTC that times are written with; empty where there is none."""
        if not self.has_offset.any():
            return ""
        if not self.has_offset.all():
            row = int(self.rows[self.has_offset.argmin()])
            why = "this time has no offset from UTC, and others have one"
            raise UnreadableError(row, why, fix="write the offset of each time: 12:00+01:00")
        offsets = len(np.unique(self.fields["offset"]))
        if offsets == 1:
            return self.matches[0]["offset"]
        told.append(f"The times have {offsets} different offsets from UTC; they are taken to UTC.")
        return "+00:00"


def _alike(shapes: np.ndarray) -> Iterator[np.ndarray]:
    """Which rows of characters (n, width) are equal, (n,), for each kind, the first row's first."""
    if (shapes == shapes[0]).all():
        yield np.ones(len(shapes), bool)
        return
    keys = shapes.view(f"S{shapes.shape[1]}").ravel()
    _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
    for k in np.argsort(firsts):
        yield inverse == k


def _number(digits: np.ndarray) -> np.ndarray:
    """The numbers that digits (n, width) write, (n,)."""
    powers = 10 ** np.arange(digits.shape[1] - 1, -1, -1)
    return (digits.astype(np.int64) - 48) @ powers


def _minutes(chars: np.ndarray) -> np.ndarray:
    """The minutes of offsets such as Z and +01:00, (n,)."""
    if chars.shape[1] == 1:
        return np.zeros(len(chars), np.int64)
    ahead = 60 * _number(chars[:, 1:3]) + _number(chars[:, -2:])
    return np.where(chars[:, 0] == ord("-"), -ahead, ahead)


def _formats(text: str) -> tuple[str, ...]:
    """How a date that is not read by itself may be written."""
    mark = "-" if "-" in text else " "
    return tuple(
        form.replace("{mark}", mark)
        for pattern, form in _FORMATS.items()
        if re.fullmatch(pattern, text.strip())
    )
