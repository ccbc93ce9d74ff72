"""How dates are written as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.forecasting.tables import zones

_CLOCK = (
    r"(?:(?P<gap>T|\s+)(?P<hour>\d\d?):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?\s*(?P<offset>Z|[+-]\d\d:?\d\d)?\s*"
)
_YEAR = r"(?P<year>\d{4})"
#: 2024-01-31, 2024/1/31 12:00, 2024-01, 2024, 2024-01-31T12:00:05.25+01:00.
YEAR_FIRST = re.compile(
    rf"\s*{_YEAR}(?:(?P<mark>[-/.])(?P<month>\d\d?)(?:(?P=mark)(?P<day>\d\d?))?)?{_CLOCK}",
    re.ASCII,
)
#: 31.01.2024, 1/31/2024 12:00.
YEAR_LAST = re.compile(
    rf"\s*(?P<first>\d\d?)(?P<mark>[-/.])(?P<last>\d\d?)(?P=mark){_YEAR}{_CLOCK}", re.ASCII
)
#: 2024-Q1.
QUARTER = re.compile(rf"\s*{_YEAR}(?P<mark>[- ]?)Q(?P<quarter>[1-4])\s*", re.ASCII)
#: How much of ISO's form a time takes that is as fine as this.
WIDTHS = {"year": 4, "month": 7, "day": 10, "minute": 16, "second": 19}


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
        shown: Any = zones.to_local(times, self.offset or None)
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
        end = WIDTHS[self.finest] + (1 + self.digits if self.digits else 0)
        return date + self.gap + text[11:end] + self.offset


def looks_like_date(text: str) -> bool:
    """Whether text is a date, and no plain number such as 2024."""
    found = YEAR_FIRST.fullmatch(text)
    return bool((found and found["month"]) or YEAR_LAST.fullmatch(text) or QUARTER.fullmatch(text))
