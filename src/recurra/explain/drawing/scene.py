"""A picture as a list of boxes, words, arrows and lines, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from recurra.explain.drawing.parts import (
    BIG,
    NORMAL,
    SMALL,
    Box,
    Line,
    Part,
    Point,
    Rect,
    Text,
    wrapped,
)


@dataclass
class Scene:
    """What a picture shows.

    Attributes:
        name: what it is a picture of, for those who cannot see it.
        parts: drawn in this order.
    """

    name: str
    parts: list[Part] = field(default_factory=list)

    def box(
        self,
        rect: Rect,
        lines: Sequence[str] = (),
        role: str = "plain",
        *,
        dashed: bool = False,
        size: float = NORMAL,
    ) -> None:
        """A box with words in its middle, the first line bold."""
        self.parts.append(Box(rect, role, dashed))
        step = size * 1.4
        top = rect.y + rect.height / 2 - step * (len(lines) - 1) / 2
        for k, line in enumerate(lines):
            look = ("ink", size, True) if k == 0 else ("muted", SMALL, False)
            role_of, height, bold = look
            x, y = rect.x + rect.width / 2, top + k * step
            self.parts.append(Text(x, y, line, role_of, height, bold=bold))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        role: str = "ink",
        size: float = NORMAL,
        *,
        anchor: str = "middle",
        bold: bool = False,
    ) -> None:
        """Words at a place."""
        self.parts.append(Text(x, y, text, role, size, anchor, bold))

    def line(self, *points: Point, role: str = "muted", width: float = 1.5) -> None:
        """A line through points."""
        self.parts.append(Line(points, role, width=width))

    def arrow(self, *points: Point, role: str = "muted", curved: bool = False) -> None:
        """A line with a head at its last point."""
        self.parts.append(Line(points, role, head=True, curved=curved))

    def put(self, other: Iterable[Part], dx: float, dy: float) -> None:
        """The parts of another scene, moved."""
        self.parts += [part.moved(dx, dy) for part in other]

    @property
    def bounds(self) -> Rect:
        """The place that all parts take."""
        rects = [part.rect for part in self.parts] or [Rect(0, 0, 0, 0)]
        x, y = min(r.x for r in rects), min(r.y for r in rects)
        return Rect(x, y, max(r.right for r in rects) - x, max(r.bottom for r in rects) - y)

    def title(self, heading: str, *below: str) -> None:
        """A heading over all parts so far, and smaller lines under it."""
        bounds = self.bounds
        rows = [row for line in below for row in wrapped(line, max(bounds.width, 560))]
        step = SMALL * 1.5
        y = bounds.y - 24 - step * len(rows)
        self.text(bounds.x, y - 6, heading, size=BIG, anchor="start", bold=True)
        for k, row in enumerate(rows):
            self.text(bounds.x, y + 12 + k * step, row, "muted", SMALL, anchor="start")

    def caption(self, *sentences: str) -> None:
        """Sentences under all parts so far."""
        bounds = self.bounds
        rows = [row for line in sentences for row in wrapped(line, max(bounds.width, 560))]
        for k, row in enumerate(rows):
            y = bounds.bottom + 26 + k * SMALL * 1.5
            self.text(bounds.x, y, row, "muted", SMALL, anchor="start")
