"""A chart as HTML: shapes in an SVG that takes any width, words beside it that keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recurra.explain.drawing.curves import nice_ticks
from recurra.forecasting.report import ticks
from recurra.forecasting.report.parts import text as shown

#: Points a line has at most; of more, the least and the greatest of each stretch are kept.
POINTS = 1500
#: How far words below the axis may reach, in per cent of its width.
BEYOND = 106
Range = tuple[float, float]


@dataclass
class Chart:
    """Lines, bands and bars over two axes.

    Args:
        label: what it shows, for those who cannot see it.
        dated: whether x is nanoseconds since 1970.
        x_name: what x is, below the axis.
        percent: whether y is a share from 0 to 1.
        zero: whether the axis of y has to hold 0.
        whole: whether x is whole numbers.
    """

    label: str
    dated: bool = False
    x_name: str = ""
    percent: bool = False
    zero: bool = False
    whole: bool = False
    parts: list[tuple[str, Any]] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    xs: list[np.ndarray] = field(default_factory=list)
    ys: list[np.ndarray] = field(default_factory=list)

    def line(self, x: Any, y: Any, look: str, name: str = "") -> None:
        """A line through points; it ends where y is NaN."""
        self._add("line", look, name, x, y)

    def dots(self, x: Any, y: Any, look: str, name: str = "") -> None:
        """Points."""
        self._add("dots", look, name, x, y)

    def band(self, x: Any, low: Any, high: Any, look: str, name: str = "") -> None:
        """The surface between two lines."""
        self._add("band", look, name, x, low, high)

    def bars(self, edges: Any, heights: Any, look: str, name: str = "") -> None:
        """Bars from 0 up, each between two edges."""
        edges, heights = np.asarray(edges, float), np.asarray(heights, float)
        self._note(look, name, edges, heights, np.zeros(1))
        self.parts.append((look, ("bars", edges, heights)))

    def upright(self, x: float, look: str, name: str = "") -> None:
        """A line from bottom to top."""
        self._note(look, name, np.array([x], float))
        self.parts.append((look, ("upright", float(x))))

    def level(self, y: float, look: str, name: str = "") -> None:
        """A line from left to right."""
        self._note(look, name, np.empty(0), np.array([y], float))
        self.parts.append((look, ("level", float(y))))

    def reach(self, first: float, last: float) -> None:
        """Make the axis of x hold these."""
        self.xs.append(np.array([first, last], float))

    def _add(self, kind: str, look: str, name: str, x: Any, *ys: Any) -> None:
        x, values = np.asarray(x, float), [np.asarray(y, float) for y in ys]
        self._note(look, name, x, *values)
        self.parts.append((look, (kind, x, *values)))

    def _note(self, look: str, name: str, x: np.ndarray, *ys: np.ndarray) -> None:
        self.xs.append(x)
        self.ys += ys
        if name and (look, name) not in self.legend:
            self.legend.append((look, name))

    # Drawing -------------------------------------------------------------------------------------

    def html(self) -> str:
        """The chart; "" where there is nothing finite to show."""
        x, y = _finite(self.xs), _finite(self.ys)
        if not len(x) or not len(y):
            return ""
        low, high = float(x.min()), float(x.max())
        wide = (low, high) if high > low else (low - 0.5, high + 0.5)
        upright = nice_ticks(*self._reach(y))
        tall = (upright[0], upright[-1])
        shapes = [f'<path class="grid" d="M0 {_y(t, tall)}H100"/>' for t in upright]
        shapes += [self._shape(look, what, wide, tall) for look, what in self.parts]
        marks = ticks.of_times(*wide) if self.dated else ticks.of_numbers(*wide, self.whole)
        words = [
            f'<span class="y" style="top:{_y(t, tall)}%">{self._tick(t)}</span>' for t in upright
        ]
        words += [
            f'<span class="x" style="left:{_x(p, wide)}%">{shown(text)}</span>'
            for p, text in _apart(marks, wide)
        ]
        name = f'<div class="axis">{shown(self.x_name)}</div>' if self.x_name else ""
        return (
            f'<figure>{self._legend()}<div class="chart"><svg viewBox="0 0 100 100" role="img" '
            f'preserveAspectRatio="none" aria-label="{shown(self.label)}">{"".join(shapes)}</svg>'
            f"{''.join(words)}</div>{name}</figure>"
        )

    def _reach(self, y: np.ndarray) -> Range:
        if self.percent:
            return (min(0.5, float(y.min())), 1.0)
        low, high = float(y.min()), float(y.max())
        return (min(low, 0.0), max(high, 0.0)) if self.zero else (low, high)

    def _tick(self, value: float) -> str:
        return f"{100 * value:.0f} %" if self.percent else ticks.short(value)

    def _legend(self) -> str:
        keys = [f'<span><i class="{look}"></i>{shown(name)}</span>' for look, name in self.legend]
        return f"<figcaption>{''.join(keys)}</figcaption>" if keys else ""

    def _shape(self, look: str, what: Any, wide: Range, tall: Range) -> str:
        kind, *values = what
        if kind == "upright":
            return f'<path class="{look}" d="M{_x(values[0], wide)} 0V100"/>'
        if kind == "level":
            return f'<path class="{look}" d="M0 {_y(values[0], tall)}H100"/>'
        if kind == "bars":
            edges, heights = values
            path = "".join(
                f"M{_x(a, wide)} {_y(0, tall)}V{_y(h, tall)}H{_x(b, wide)}V{_y(0, tall)}Z"
                for a, b, h in zip(edges, edges[1:], heights)
            )
            return f'<path class="{look}" d="{path}"/>'
        if kind == "dots":
            x, y = values
            good = np.isfinite(x + y)
            path = "".join(f"M{_x(a, wide)} {_y(b, tall)}h0" for a, b in zip(x[good], y[good]))
            return f'<path class="{look} dots" d="{path}"/>'
        runs = _runs(*values)
        if kind == "line":
            path = "".join("M" + _points(x, y, wide, tall) for x, y in runs)
            return f'<path class="{look}" d="{path}"/>'
        path = "".join(
            f"M{_points(x, low, wide, tall)}L{_points(x[::-1], high[::-1], wide, tall)}Z"
            for x, low, high in runs
        )
        return f'<path class="{look}" d="{path}"/>'


def _points(x: np.ndarray, y: np.ndarray, wide: Range, tall: Range) -> str:
    x, y = _thinned(x, y)
    return "L".join(f"{_x(a, wide)} {_y(b, tall)}" for a, b in zip(x, y))


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest value of each of `POINTS` / 2 stretches."""
    if len(x) <= POINTS:
        return x, y
    kept = [
        i
        for part in np.array_split(np.arange(len(x)), POINTS // 2)
        for i in sorted((part[y[part].argmin()], part[y[part].argmax()]))
    ]
    return x[kept], y[kept]


def _runs(x: np.ndarray, *ys: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """The finite points in pieces; one point alone is drawn as a short line."""
    good = np.isfinite(np.stack([x, *ys])).all(axis=0)
    borders = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
    return [
        tuple(values[a:b] if b - a > 1 else values[[a, a]] for values in (x, *ys))
        for a, b in borders.reshape(-1, 2)
    ]


def _finite(arrays: Sequence[np.ndarray]) -> np.ndarray:
    values = np.concatenate([np.ravel(a) for a in arrays] or [np.empty(0)])
    return values[np.isfinite(values)]


def _apart(marks: ticks.Ticks, wide: Range) -> ticks.Ticks:
    """Marks that leave room for their words on a narrow screen, also at its right edge."""
    room = max((len(text) for _, text in marks), default=0) * 2.2 + 4  # per cent of the width
    gap = 100 * (marks[1][0] - marks[0][0]) / (wide[1] - wide[0]) if len(marks) > 1 else 100
    every = max(1, int(np.ceil(room / max(gap, 1e-9))))
    kept = marks[::every]
    inside = [
        (place, text)
        for place, text in kept
        if 100 * (place - wide[0]) / (wide[1] - wide[0]) + 1.1 * len(text) <= BEYOND
    ]
    return inside or kept[:1]


def _x(value: float, wide: Range) -> str:
    return _short(100 * (value - wide[0]) / (wide[1] - wide[0]))


def _y(value: float, tall: Range) -> str:
    return _short(100 * (tall[1] - value) / (tall[1] - tall[0]))


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
