"""Where the marks of an axis stand, and what they say."""

from __future__ import annotations

import numpy as np

from recurra.explain.drawing.curves import nice_ticks
from recurra.forecasting.tables.times import shown

#: Steps between marks of an axis of times, the smallest first: how many of which unit.
STEPS = [
    *((m * k, unit) for unit in ("ns", "us", "ms") for m in (1, 10, 100) for k in (1, 2, 5)),
    *((k, unit) for unit in ("s", "m") for k in (1, 2, 5, 10, 15, 30)),
    *((k, "h") for k in (1, 2, 3, 6, 12)),
    *((k, "D") for k in (1, 2, 4, 7, 14)),
    *((k, "M") for k in (1, 2, 3, 6)),
    *((k, "Y") for k in (1, 2, 5, 10, 20, 50, 100)),
]

Ticks = list[tuple[float, str]]


def of_numbers(low: float, high: float, whole: bool = False) -> Ticks:
    """Marks of round numbers within a range; the first whole one, too, of whole numbers."""
    inside = [v for v in nice_ticks(low, high) if low <= v <= high]
    if whole:
        inside = sorted({float(np.ceil(low)), *(v for v in inside if v == round(v))})
    return [(v, short(v)) for v in inside]


def of_times(low: float, high: float, most: int = 5) -> Ticks:
    """Marks of an axis of nanoseconds since 1970, at round times."""
    first, last = np.int64(low), np.int64(high)
    if first == last:
        return [(low, shown(first.astype("M8[ns]")))]
    for count, unit in STEPS:
        zero = 1970 if unit == "Y" else 0  # years are counted from 0
        begin, end = (_count(v, unit) + zero for v in (first, last))
        lowest, highest = -(-begin // count), end // count
        if highest - lowest > most:
            continue
        marks = np.array([n * count - zero for n in range(lowest, highest + 1)], f"M8[{unit}]")
        places = marks.astype("M8[ns]").astype(np.int64)
        inside = (places >= first) & (places <= last)
        if inside.sum() <= most:
            break
    return [(float(p), _time(m, unit)) for p, m in zip(places[inside], marks[inside])]


def _count(time: np.int64, unit: str) -> int:
    """Whole units since 1970."""
    return int(time.astype("M8[ns]").astype(f"M8[{unit}]").astype(np.int64))


def _time(mark: np.datetime64, unit: str) -> str:
    text = str(mark)
    if unit in ("Y", "M", "D"):
        return text
    day, _, clock = text.partition("T")
    if unit == "h":
        return f"{day[5:]} {clock}h"
    return clock


def number(value: float, decimals: int | None = None) -> str:
    """A number with so many digits behind its point, or with four digits in all, or a few more."""
    value = float(value)
    if np.isfinite(value) and decimals is not None:
        return f"{value:,.{decimals}f}"
    if not np.isfinite(value):
        return "-"
    size = abs(value)
    if size >= 1e12 or 0 < size < 1e-4:
        return f"{value:.3e}"
    if size >= 1000:
        return f"{value:,.0f}" if size >= 1e5 else f"{value:,.1f}".removesuffix(".0")
    return f"{value:.4g}"


def short(value: float) -> str:
    """A number of an axis: 250k, 2M, 1.5B from a hundred thousand on."""
    size = abs(value)
    for power, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if 1e5 <= size < 1e15 and size >= power:
            return f"{value / power:.4g}{letter}"
    return number(value)


def decimals(values: np.ndarray) -> int | None:
    """Digits behind the point that tell values apart; None where there is no such number."""
    values = values[np.isfinite(values)]
    spread = float(np.ptp(values)) if len(values) else 0.0
    if not 1e-6 < spread < 1e12:
        return None
    return int(np.clip(2 - np.floor(np.log10(spread)), 0, 8))
