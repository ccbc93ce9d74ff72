"""A scene as PNG, drawn by matplotlib."""

from __future__ import annotations

import io
from typing import Any

from recurra.engine.errors import FileError
from recurra.explain.drawing.palette import LIGHT
from recurra.explain.drawing.parts import MARGIN, Box, Line, Text
from recurra.explain.drawing.scene import Scene
from recurra.explain.drawing.svg import bend, head

#: Pixels of the file for each pixel of the scene: a page's are close together on most screens.
SCALE = 2.0


def to_png(scene: Scene) -> bytes:
    """A scene as the bytes of a PNG file.

    Raises:
        FileError: where matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise FileError(
            "A PNG is drawn by matplotlib, which is not installed.",
            fixes=["pip install recurra[demo]", 'a path that ends in ".svg" needs nothing else'],
        ) from error
    x, y, width, height = scene.bounds
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    figure = Figure((width / 72, height / 72), dpi=72 * SCALE, facecolor=LIGHT["panel"].fill)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(x - MARGIN, x - MARGIN + width)
    axes.set_ylim(y - MARGIN + height, y - MARGIN)
    for order, part in enumerate(scene.parts):
        if isinstance(part, Text):
            _text(axes, part, order)
        elif isinstance(part, Box):
            _box(axes, part, order)
        else:
            _line(axes, part, order)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _box(axes: Any, part: Box, order: int) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y, width, height = part.rect
    radius = min(part.radius, width / 2, height / 2)
    fill, stroke = LIGHT[part.role]
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle=f"round,pad=0,rounding_size={radius}",
            facecolor=fill,
            edgecolor=stroke,
            linewidth=1,
            linestyle=(0, (4, 3)) if part.dashed else "solid",
            zorder=order,
        )
    )


def _text(axes: Any, part: Text, order: int) -> None:
    axes.text(
        part.x,
        part.y + 0.35 * part.size,
        part.text,
        size=part.size,
        color=LIGHT[part.role].stroke,
        ha={"start": "left", "middle": "center", "end": "right"}[part.anchor],
        va="baseline",
        weight="bold" if part.bold else "normal",
        family="DejaVu Sans",
        parse_math=False,
        zorder=order,
    )


def _line(axes: Any, part: Line, order: int) -> None:
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path

    vertices, codes = [part.points[0]], [Path.MOVETO]
    for before, to in zip(part.points, part.points[1:]):
        if part.curved and to[0] != before[0]:
            vertices += bend(before, to)
            codes += [Path.CURVE4] * 3
        else:
            vertices.append(to)
            codes.append(Path.LINETO)
    colour = LIGHT[part.role].stroke
    path = Path(vertices, codes)
    axes.add_patch(
        PathPatch(path, fill=False, edgecolor=colour, linewidth=part.width, zorder=order)
    )
    if part.head:
        axes.add_patch(Polygon(head(part), facecolor=colour, edgecolor="none", zorder=order))
