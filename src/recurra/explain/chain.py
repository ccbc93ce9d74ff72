"""How the number of timesteps changes on the way to a layer, and what Flatten makes of them."""

from __future__ import annotations

from typing import Any

from recurra.engine.errors import RecurraError, ShapeError
from recurra.engine.shapes import Shape


def timesteps(shape: Shape) -> int | None:
    """The number of timesteps, where there are any and it is known."""
    sizes = [a.size for a in shape if a.name == "timesteps"]
    return sizes[0] if sizes and isinstance(sizes[0], int) else None


def shrinking(path: Any) -> str | None:
    """`4 -> 2 (Conv1D 'conv1d') -> 0 here`: the way to a layer for which too few are left."""
    words: list[str] = []
    last = None
    for step in path:
        now = timesteps(step.shape)
        if now is not None and now != last:
            words.append(f"{now} ({step.layer.label})" if words else str(now))
            last = now
    return " -> ".join([*words, "0 here"]) if len(words) > 1 else None


def through_flatten(error: RecurraError) -> bool:
    """Whether a layer got another number of features than before because Flatten made them."""
    if not isinstance(error, ShapeError) or len(error.path) < 2:
        return False
    return type(error.source).__name__ == "Flatten"


def declared_steps(error: ShapeError) -> int | None:
    """The number of timesteps that the layers before a Flatten were built for."""
    if error.because is not None:
        size = error.expected_shape[1].size
    else:
        shape = getattr(error.path[1].layer, "_build_shape", None)
        size = shape[1] if isinstance(shape, tuple) and len(shape) == 3 else None
    return size if isinstance(size, int) else None


def flattened(error: ShapeError, wanted: int | None, built_for: int | None, what: str = "") -> str:
    """`72 = (20 - 3 + 1) x 4, and 30 timesteps make 112 = (30 - 3 + 1) x 4`."""
    start, *between, _ = error.path
    have = error.came_shape[-1].size
    before = _product(built_for, between, start, wanted)
    now = _product(timesteps(start.shape), between, start, have)
    steps = timesteps(start.shape)
    given = "1 timestep makes" if steps == 1 else f"{steps} timesteps make"
    return f"{before}{what}, and {given} {now}"


def _product(start: int | None, layers: Any, first: Any, total: Any) -> str:
    """The values of all timesteps side by side, as arithmetic where every layer's is known."""
    steps, words = start, str(start)
    for step in layers:
        if steps is None:
            break
        steps, words = _length(step.layer, steps, words)
    width = (layers[-1] if layers else first).shape[-1].size
    if steps is None or not isinstance(width, int) or steps * width != total:
        return str(total)
    return f"{total} = {words} x {width}"


def _length(layer: Any, steps: int, words: str) -> tuple[int, str]:
    """How many timesteps a layer with a window leaves, as a number and as arithmetic."""
    span, stride = getattr(layer, "span", None), getattr(layer, "strides", (1,))[0]
    if span is None:
        return steps, words
    if layer.padding != "valid":
        return -(-steps // stride), words if stride == 1 else f"ceil({words} / {stride})"
    if stride == 1:
        return steps - span + 1, f"({words} - {span} + 1)"
    if stride == span:
        return steps // span, f"({words} // {span})"
    return (steps - span) // stride + 1, f"(({words} - {span}) // {stride} + 1)"
