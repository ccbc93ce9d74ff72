"""Errors in words: facts become a message with its fixes when somebody reads it.

Importing this module lets every `RecurraError` speak and every layer be drawn; it needs the
engine alone.
"""

from typing import Any

from recurra.engine import drawn, errors
from recurra.explain.render import render as render


def _draw(layer: Any, path: Any, timesteps: int | None) -> Any:
    """Draw a layer or model; what that takes is imported when it is first used."""
    from recurra.explain.drawing.layer import draw

    return draw(layer, path, timesteps)


errors.renderer = render
drawn.drawer = _draw
