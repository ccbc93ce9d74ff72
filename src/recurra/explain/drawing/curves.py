"""Learning curves: the loss and each metric over the epochs, training beside validation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recurra.engine.errors import StateError
from recurra.explain.drawing.parts import SMALL, Box, Rect
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene

WIDTH, HEIGHT = 360.0, 180.0
#: Room for the numbers at the left and the words at the right of a panel, and between panels.
LEFT, RIGHT, DOWN = 64.0, 84.0, 92.0
#: Panels in a row.
ACROSS = 2

Better = Callable[[str], str | None]


def plot(history: Mapping[str, Sequence[Any]], better: Better, path: Any = None) -> Picture:
    """The picture of a history, saved if there is a path.

    Args:
        history: the values of every epoch by name, `val_` before those of validation.
        better: `"min"`, `"max"` or None, where nobody knows, for a name.
        path: of an SVG or PNG file.

    Raises:
        StateError: where no epoch has ended.
    """
    names = [n for n in history if not n.startswith("val_") or n[4:] not in history]
    names = [n for n in names if len(history[n])]
    if not names:
        raise StateError(
            "There is nothing to plot: no epoch has ended.",
            fixes=["history = model.fit(X, y, epochs=10) before history.plot()"],
        )
    scene = Scene("learning curves")
    for k, name in enumerate(names):
        across, down = k % ACROSS, k // ACROSS
        x = across * (LEFT + WIDTH + RIGHT)
        _panel(scene, name, history, better(name), x, down * (HEIGHT + DOWN))
    epochs = max(len(history[n]) for n in names)
    scene.title("Learning curves", f"{epochs} epoch{'s' * (epochs != 1)}")
    scene.caption(*filter(None, (_not_finite(name, values) for name, values in history.items())))
    return finish(scene, path)


def _panel(
    scene: Scene,
    name: str,
    history: Mapping[str, Sequence[Any]],
    direction: str | None,
    x: float,
    y: float,
) -> None:
    """One loss or metric: its axes, its curves and the best epoch."""
    curves = [("training", "cell", _numbers(history[name]))]
    if f"val_{name}" in history:
        curves.append(("validation", "target", _numbers(history[f"val_{name}"])))
    finite = [v for _, _, values in curves for v in values if math.isfinite(v)]
    scene.text(x, y - 22, name, anchor="start", bold=True)
    scene.line((x, y), (x, y + HEIGHT), (x + WIDTH, y + HEIGHT))
    if not finite:
        scene.text(x + WIDTH / 2, y + HEIGHT / 2, "no finite values", "muted")
        return
    ticks = nice_ticks(min(finite), max(finite))
    low, high = ticks[0], ticks[-1]
    epochs = max(len(values) for _, _, values in curves)

    def place(epoch: int, value: float) -> tuple[float, float]:
        share = epoch / (epochs - 1) if epochs > 1 else 0.5
        return x + share * WIDTH, y + HEIGHT * (high - value) / (high - low)

    for tick in ticks:
        height = place(0, tick)[1]
        scene.line((x, height), (x + WIDTH, height), role="faint", width=0.75)
        scene.text(x - 8, height, f"{tick:.8g}", "muted", SMALL, anchor="end")
    for epoch in sorted({0, (epochs - 1) // 2, epochs - 1}):
        scene.text(place(epoch, low)[0], y + HEIGHT + 14, f"{epoch + 1}", "muted", SMALL)
    scene.text(x + WIDTH / 2, y + HEIGHT + 32, "epoch", "muted", SMALL)
    _curves(scene, curves, place)
    if direction is not None:
        _best(scene, curves[-1], direction, place, (x + WIDTH, y - 22))


Curve = tuple[str, str, list[float]]
Place = Callable[[int, float], tuple[float, float]]


def _curves(scene: Scene, curves: list[Curve], place: Place) -> None:
    """The lines, each with its name at its end; names that would touch are moved apart."""
    ends: list[float] = []
    for name, role, values in curves:
        for run in _runs(values):
            points = [place(epoch, value) for epoch, value in run]
            if len(points) > 1:
                scene.line(*points, role=role)
            else:
                _dot(scene, points[0], role, 2.5)
        finite = [(e, v) for e, v in enumerate(values) if math.isfinite(v)]
        if finite:
            x, y = place(*finite[-1])
            if ends and abs(y - ends[0]) < 16:
                y = ends[0] + (16 if y >= ends[0] else -16)
            ends.append(y)
            scene.text(x + 10, y, name, role, SMALL, anchor="start")


def _best(
    scene: Scene, curve: Curve, direction: str, place: Place, corner: tuple[float, float]
) -> None:
    """A ring at the best epoch, and its number over the panel."""
    name, role, values = curve
    finite = [(e, v) for e, v in enumerate(values) if math.isfinite(v)]
    if not finite:
        return
    pick = min if direction == "min" else max
    epoch, value = pick(finite, key=lambda pair: pair[1])
    _dot(scene, place(epoch, value), role, 4.5)
    words = f"best {name}: {value:.4g} in epoch {epoch + 1}"
    scene.text(*corner, words, role, SMALL, anchor="end")


def _dot(scene: Scene, at: tuple[float, float], role: str, radius: float) -> None:
    rect = Rect(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius)
    scene.parts.append(Box(rect, role, radius=radius))


def _not_finite(name: str, values: Sequence[Any]) -> str:
    """Which epochs a curve leaves out."""
    epochs = [k + 1 for k, v in enumerate(_numbers(values)) if not math.isfinite(v)]
    more = f" and {len(epochs) - 1} more" if len(epochs) > 1 else ""
    return f"{name} is NaN or infinite in epoch {epochs[0]}{more}." if epochs else ""


def _numbers(values: Sequence[Any]) -> list[float]:
    return [float(v) for v in values]


def _runs(values: list[float]) -> list[list[tuple[int, float]]]:
    """The finite values in pieces: a curve ends where one is NaN or infinite."""
    runs: list[list[tuple[int, float]]] = [[]]
    for epoch, value in enumerate(values):
        if math.isfinite(value):
            runs[-1].append((epoch, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def nice_ticks(low: float, high: float) -> list[float]:
    """Round numbers, evenly spaced: none of the values is below the first or above the last."""
    size = max(abs(low), abs(high))
    if high - low <= size * 1e-9 + 1e-300:  # one value
        half = size / 2 if size > 1e-290 else 0.5
        low, high = low - half, high + half
    raw = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [k * step for k in range(first, last + 1)]
