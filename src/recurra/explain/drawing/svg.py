"""A scene as SVG, a text that every browser and notebook shows; no other tool is needed."""

from __future__ import annotations

import re
from html import escape

from recurra.explain.drawing.palette import DARK, LIGHT
from recurra.explain.drawing.parts import MARGIN, Box, Line, Part, Point, Text
from recurra.explain.drawing.scene import Scene

FONTS = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, "
    "'DejaVu Sans', sans-serif"
)


def to_svg(scene: Scene) -> str:
    """A scene as the text of an SVG file.

    It has its own background, so it can be read on any page, and dark colours where the reader
    has asked for them.
    """
    x, y, width, height = scene.bounds
    x, y, width, height = x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN
    view = " ".join(map(_number, (x, y, width, height)))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{_number(width)}" '
        f'height="{_number(height)}" style="max-width: 100%; height: auto" role="img" '
        f'font-family="{FONTS}">',
        f"<title>{_words(scene.name)}</title>",
        f"<style>@media (prefers-color-scheme: dark) {{ {_dark_rules()} }}</style>",
        f'<rect class="rc-panel" x="{_number(x + 0.5)}" y="{_number(y + 0.5)}" '
        f'width="{_number(width - 1)}" height="{_number(height - 1)}" rx="10" '
        f'fill="{LIGHT["panel"].fill}" stroke="{LIGHT["panel"].stroke}"/>',
        *(_element(part) for part in scene.parts),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _dark_rules() -> str:
    """Classes that take the place of the light colours; words and heads are filled."""
    rules = [f".rc-{r} {{ fill: {c.fill}; stroke: {c.stroke} }}" for r, c in DARK.items()]
    rules += [f".rc-line-{r} {{ fill: none; stroke: {c.stroke} }}" for r, c in DARK.items()]
    rules += [f".rc-fill-{r} {{ fill: {c.stroke} }}" for r, c in DARK.items()]
    return " ".join(rules)


def _element(part: Part) -> str:
    if isinstance(part, Text):
        return _text(part)
    return _box(part) if isinstance(part, Box) else _line(part)


def _text(part: Text) -> str:
    weight = ' font-weight="600"' if part.bold else ""
    anchor = "" if part.anchor == "start" else f' text-anchor="{part.anchor}"'
    x, y, size = map(_number, (part.x, part.y + 0.35 * part.size, part.size))
    return (
        f'<text class="rc-fill-{part.role}" x="{x}" y="{y}" font-size="{size}"{anchor}{weight} '
        f'fill="{LIGHT[part.role].stroke}">{_words(part.text)}</text>'
    )


def _box(part: Box) -> str:
    x, y, width, height = map(_number, part.rect)
    colours, dashes = LIGHT[part.role], ' stroke-dasharray="4 3"' if part.dashed else ""
    return (
        f'<rect class="rc-{part.role}" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'rx="{_number(part.radius)}" fill="{colours.fill}" stroke="{colours.stroke}"{dashes}/>'
    )


def _line(part: Line) -> str:
    colour = LIGHT[part.role].stroke
    path = (
        f'<path class="rc-line-{part.role}" d="{_path(part)}" fill="none" stroke="{colour}" '
        f'stroke-width="{_number(part.width)}"/>'
    )
    if not part.head:
        return path
    corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in head(part))
    return f'{path}\n<polygon class="rc-fill-{part.role}" points="{corners}" fill="{colour}"/>'


def _path(part: Line) -> str:
    (x, y), *rest = part.points
    path = [f"M{_number(x)} {_number(y)}"]
    for to in rest:
        if part.curved and to[0] != x:
            bends = " ".join(f"{_number(u)} {_number(v)}" for u, v in bend((x, y), to))
            path.append(f"C{bends}")
        else:
            path.append(f"L{_number(to[0])} {_number(to[1])}")
        x, y = to
    return " ".join(path)


def bend(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """The two control points and the end of a curve that leaves and arrives upright."""
    middle = (start[1] + end[1]) / 2
    return (start[0], middle), (end[0], middle), end


def head(part: Line) -> tuple[Point, Point, Point]:
    """The three corners of an arrow's head, its tip first."""
    (x0, y0), (x, y) = part.points[-2:]
    if part.curved and y != y0:
        x0 = x
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 or 1.0
    ux, uy = (x - x0) / length, (y - y0) / length
    back, half = 8.0, 3.6
    bx, by = x - back * ux, y - back * uy
    return (x, y), (bx - half * uy, by + half * ux), (bx + half * uy, by - half * ux)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _words(text: str) -> str:
    """Text as XML may hold it: escaped, without control characters."""
    return escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text))
