"""What pictures consist of: boxes, words, arrows and lines, and the places that they take.

Lengths are in pixels, y grows downwards. A part has a role (`input`, `cell`, `state`, ...), which
gives its colours.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import NamedTuple

Point = tuple[float, float]

#: Sizes of letters: headings, names in boxes, the rest.
BIG, NORMAL, SMALL = 16.0, 13.0, 11.5
#: Free space around a whole picture.
MARGIN = 24.0

_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] ₁·"), frozenset("mwMWGOQ@%+=<>…→")


class Rect(NamedTuple):
    """A place: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    def overlaps(self, other: Rect) -> bool:
        """Whether the two have more than an edge in common."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > 1e-6 and down > 1e-6

    def holds(self, other: Rect) -> bool:
        """Whether the other lies within this one."""
        return (
            self.x <= other.x + 1e-6
            and self.y <= other.y + 1e-6
            and other.right <= self.right + 1e-6
            and other.bottom <= self.bottom + 1e-6
        )


@dataclass(frozen=True)
class Text:
    """Words on one line; `x` is their start, middle or end, `y` their middle."""

    x: float
    y: float
    text: str
    role: str = "ink"
    size: float = NORMAL
    anchor: str = "middle"
    bold: bool = False

    @property
    def rect(self) -> Rect:
        """The place it takes in the widest of the usual fonts."""
        width = text_width(self.text, self.size, self.bold)
        start = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Rect(start, self.y - self.size * 0.6, width, self.size * 1.2)

    def moved(self, dx: float, dy: float) -> Text:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Box:
    """A rectangle with rounded corners; `frame` for one that holds other parts."""

    rect: Rect
    role: str = "plain"
    dashed: bool = False
    radius: float = 6.0
    frame: bool = False

    def moved(self, dx: float, dy: float) -> Box:
        """The same elsewhere."""
        x, y, width, height = self.rect
        return replace(self, rect=Rect(x + dx, y + dy, width, height))


@dataclass(frozen=True)
class Line:
    """A line through points; `head` makes it an arrow, `curved` bends it from top to bottom."""

    points: tuple[Point, ...]
    role: str = "muted"
    head: bool = False
    curved: bool = False
    width: float = 1.5

    @property
    def rect(self) -> Rect:
        """The place it takes."""
        xs, ys = zip(*self.points)
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    def moved(self, dx: float, dy: float) -> Line:
        """The same elsewhere."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


Part = Box | Text | Line


def text_width(text: str, size: float, bold: bool = False) -> float:
    """How wide words can become: a little more than in DejaVu Sans, a wide font."""
    narrow = sum(c in _NARROW for c in text)
    wide = sum(c in _WIDE for c in text)
    return (
        size
        * (1.1 if bold else 1.0)
        * (0.42 * narrow + 0.98 * wide + 0.66 * (len(text) - narrow - wide))
    )


def wrapped(text: str, width: float, size: float = SMALL) -> list[str]:
    """Words on as many lines as a width needs."""
    return textwrap.wrap(text, max(20, int(width / (size * 0.58)))) or [""]


def subscript(number: int) -> str:
    """A number in small figures below the line: `₁₂`."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
