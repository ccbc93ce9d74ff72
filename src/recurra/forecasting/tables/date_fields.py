"""Dates that are written as text, taken apart: year, month, ... of each as whole numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from recurra.forecasting.tables.dates import QUARTER, YEAR_FIRST, YEAR_LAST, UnreadableError
from recurra.forecasting.tables.values import BLOCK, Column

#: What holds a part in a few bytes; one with at most two digits takes one.
_TYPES = {"year": np.int16, "fraction": np.int32, "offset": np.int16}
_CORRECT = "correct it, or leave the row out"
#: Further ways to write a date, which are not read by themselves.
_FORMATS = {
    r"\d\d?[ -][A-Za-z]{3}[ -]\d{4}": "%d{mark}%b{mark}%Y",
    r"[A-Za-z]{3}[ -]\d{4}": "%b{mark}%Y",
    r"\d{1,2}/\d{1,2}/\d{2}": "%m/%d/%y",
    r"\d{1,2}\.\d{1,2}\.\d{2}": "%d.%m.%y",
}


class Fields:
    """The parts of dates.

    Texts with digits in the same places are taken apart together.

    Args:
        column: of text, none of which is missing.

    Attributes:
        pattern: by which they are read.
        parts: name -> (rows,) whole numbers; 0 or 1 where a text has no such part.
        has_offset: (rows,), which texts say how far they are from UTC.

    Raises:
        UnreadableError: for text that is no date.
    """

    def __init__(self, column: Column) -> None:
        self.first = str(column.first)
        patterns = (YEAR_FIRST, YEAR_LAST, QUARTER)
        self.pattern = next((p for p in patterns if p.fullmatch(self.first)), YEAR_FIRST)
        self.parts: dict[str, np.ndarray] = {
            name: np.full(len(column), name in ("month", "day"), _TYPES.get(name, np.int8))
            for name in (*self.pattern.groupindex, "month", "day")
            if name not in ("mark", "gap")
        }
        self.has_offset = np.zeros(len(column), bool)
        self._found: dict[bytes, re.Match] = {}
        for rows, texts in column.blocks():
            self._take_apart(rows, texts)

    @property
    def matches(self) -> list[re.Match]:
        """One for each way in which digits and others follow each other, the first row's first."""
        return list(self._found.values())

    def _take_apart(self, rows: slice, texts: np.ndarray) -> None:
        chars = _characters(texts)
        digits = np.where((chars >= 48) & (chars <= 57), 48, chars).astype(np.uint8)
        bad = np.zeros(len(chars), bool)
        for alike in _alike(digits):
            example = int(alike.argmax())
            match = self.pattern.fullmatch(texts[example])
            if match is None:
                bad |= alike
                continue
            self._found.setdefault(digits[example].tobytes().rstrip(b"\0"), match)
            every = alike.all()
            part = chars if every else chars[alike]
            for name, text in match.groupdict().items():
                if not text or name not in self.parts:
                    continue
                numbers = _read(name, part[:, slice(*match.span(name))])
                self.parts[name][rows][... if every else alike] = numbers
                if name == "offset":
                    self.has_offset[rows][alike] = True
        year = self.parts["year"][rows]
        bad |= (year < 1678) | (year > 2261)
        if bad.any():
            k = int(bad.argmax())
            raise self._refused(rows.start + k, texts[k])

    def _refused(self, row: int, text: str) -> UnreadableError:
        other = f", unlike {self.first!r}" if row else ""
        why = f"{text!r} is no date that can be read{other}"
        return UnreadableError(row, why, _formats(text), fix="write it with the year first")

    def times(self, column: Column) -> np.ndarray:
        """The times, (rows,) datetime64[ns], in UTC where there are offsets.

        Raises:
            UnreadableError: for days and times of day that there are not.
        """
        times = np.empty(len(column), "M8[ns]")
        for begin in range(0, len(times), BLOCK):
            rows = slice(begin, begin + BLOCK)
            times[rows], wrong = self._times(rows)
            if wrong.any():
                row = begin + int(wrong.argmax())
                (text,) = column[row : row + 1]
                why = f"{text!r} is no day or time that there is"
                raise UnreadableError(row, why, fix=_CORRECT)
        return times

    def _times(self, rows: slice) -> tuple[np.ndarray, np.ndarray]:
        """The times of some rows, and which of them are none."""
        get = {name: part[rows].astype(np.int64) for name, part in self.parts.items()}
        month, day = get["month"], get["day"]
        none = np.zeros(len(month), np.int64)
        hour, minute, second = (get.get(name, none) for name in ("hour", "minute", "second"))
        months = (12 * (get["year"] - 1970) + month - 1).astype("M8[M]")
        days = months.astype("M8[D]") + (day - 1)
        wrong = (month < 1) | (month > 12) | (day < 1) | (days.astype("M8[M]") != months)
        wrong |= (hour > 23) | (minute > 59) | (second > 59)
        seconds = (hour * 60 + minute - get.get("offset", none)) * 60 + second
        return days.astype("M8[ns]") + (seconds * 10**9 + get.get("fraction", none)), wrong


def _characters(texts: np.ndarray) -> np.ndarray:
    """The characters of texts, (n, width) uint8; what is none of ASCII as a question mark."""
    try:
        made = np.array(texts.tolist(), "S")
    except UnicodeEncodeError:
        made = np.array([text.encode("ascii", "replace") for text in texts], "S")
    return made.view(np.uint8).reshape(len(texts), -1)


def _alike(shapes: np.ndarray) -> Iterator[np.ndarray]:
    """Which rows of characters (n, width) are equal, (n,), for each kind, the first row's first."""
    if (shapes == shapes[0]).all():
        yield np.ones(len(shapes), bool)
        return
    keys = shapes.view(f"S{shapes.shape[1]}").ravel()
    _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
    for k in np.argsort(firsts):
        yield inverse == k


def _read(name: str, chars: np.ndarray) -> np.ndarray:
    """The numbers that a part of each text writes, (n,)."""
    if name == "offset":
        return _minutes(chars)
    numbers = _number(chars)
    return numbers * 10 ** (9 - chars.shape[1]) if name == "fraction" else numbers


def _number(digits: np.ndarray) -> np.ndarray:
    """The numbers that at most 9 digits (n, width) write, (n,)."""
    number = np.zeros(len(digits), np.int32)
    for place in range(digits.shape[1]):
        number = 10 * number + (digits[:, place] - 48)
    return number


def _minutes(chars: np.ndarray) -> np.ndarray:
    """The minutes of offsets such as Z and +01:00, (n,)."""
    if chars.shape[1] == 1:
        return np.zeros(len(chars), np.int32)
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
