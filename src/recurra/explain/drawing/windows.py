"""How windows are cut from a series, and which values are their targets."""

from __future__ import annotations

import os
from collections.abc import Sequence

from recurra.engine.arguments import is_count
from recurra.engine.errors import ArgumentError
from recurra.explain.drawing.parts import SMALL, Rect, text_width
from recurra.explain.drawing.picture import Picture, finish
from recurra.explain.drawing.scene import Scene

#: The width of the series in the picture, and the most that one value takes of it.
WIDTH, WIDEST = 720.0, 34.0
HEIGHT, STEP = 26.0, 36.0
#: The gap where the middle of a long series is left out.
BREAK = 48.0
#: So many windows are all drawn; of more, the first four and the last.
ALL = 6


def windows(
    steps: int,
    lookback: int,
    horizon: int = 1,
    stride: int = 1,
    path: str | os.PathLike[str] | None = None,
) -> Picture:
    """Draw how windows are cut from a series: what goes in, and which values are the targets.

    Args:
        steps: the number of values in the series.
        lookback: how many values go in: the timesteps of a sample.
        horizon: how many values behind them are the target.
        stride: how far a window begins behind the one before.
        path: of an SVG or PNG file to write.

    Returns:
        The picture; a notebook shows it.

    Raises:
        ArgumentError: where not one window fits into the series.

    Example:
        >>> windows(steps=100, lookback=20, horizon=5).scene.name
        '76 windows over a series of 100 values'
    """
    given = {"steps": steps, "lookback": lookback, "horizon": horizon, "stride": stride}
    for name, value in given.items():
        if not is_count(value):
            raise ArgumentError(
                f"windows: `{name}`={value!r} has to be a whole number of at least 1."
            )
    count = (steps - lookback - horizon) // stride + 1
    if lookback + horizon > steps:
        raise ArgumentError(
            f"windows: {lookback} values that go in and {horizon} to forecast are "
            f"{lookback + horizon}, and the series has {steps}.",
            fixes=[f"lookback={steps - horizon}  # at most"] if steps > horizon else [],
        )
    plural = "window" + "s" * (count != 1)
    scene = Scene(f"{count:,} {plural} over a series of {steps:,} values")
    shown = list(range(count)) if count <= ALL else [0, 1, 2, 3, None, count - 1]
    starts = [None if k is None else k * stride for k in shown]
    line = _Line(steps, lookback + horizon, starts)
    _series(scene, line)
    for row, (number, start) in enumerate(zip(shown, starts)):
        y = HEIGHT + 36 + row * STEP
        if number is None or start is None:
            scene.text(line.at(steps) / 2, y + HEIGHT / 2, "⋮", "muted", 18.0)
            continue
        end = start + lookback
        _part(scene, line, f"X[{number}]", start, end, "input", y, 0)
        _part(scene, line, f"y[{number}]", end, end + horizon, "target", y, 1)
    rest = steps - (lookback + horizon + (count - 1) * stride)
    left = f" The last {rest} value{'s are' if rest != 1 else ' is'} in no window." if rest else ""
    scene.title(
        f"{count:,} {plural} from {steps:,} values",
        f"lookback={lookback}: the values that go in. horizon={horizon}: the values to forecast. "
        f"stride={stride}: how far each window begins behind the one before.",
    )
    scene.caption(
        f"({steps} - {lookback} - {horizon}) // {stride} + 1 = {count} {plural}.{left}",
        f"X (windows={count}, timesteps={lookback}, features), y (windows={count}, "
        f"horizon={horizon}).",
    )
    return finish(scene, path)


class _Line:
    """Where each value of the series is; the middle is left out with the windows that lie there.

    Args:
        steps: the number of values.
        size: of a window.
        starts: of the windows that are drawn.
    """

    def __init__(self, steps: int, size: int, starts: Sequence[int | None]) -> None:
        self.steps = steps
        first = [s for s in starts[:4] if s is not None]
        self.head, self.tail = first[-1] + size + 1, (starts[-1] or 0) - 1
        self.whole = None not in starts or self.tail - self.head < steps * 0.2
        drawn = steps if self.whole else self.head + steps - self.tail
        self.pitch = min(WIDEST, WIDTH / drawn)

    def at(self, value: int) -> float:
        """The left edge of a value."""
        left_out = 0 if self.whole or value < self.tail else self.tail - self.head
        return (value - left_out) * self.pitch + (BREAK if left_out else 0)


def _series(scene: Scene, line: _Line) -> None:
    """The series, value by value where there is room."""
    pieces = [(0, line.steps)] if line.whole else [(0, line.head), (line.tail, line.steps)]
    for start, end in pieces:
        if line.pitch >= text_width(str(line.steps - 1), SMALL, True) + 4:
            for k in range(start, end):
                scene.box(Rect(line.at(k), 0, line.pitch, HEIGHT), [str(k)], size=SMALL)
            continue
        width = (end - start) * line.pitch
        words = f"series[{start}:{end}]"
        room = text_width(words, SMALL, True) < width - 6
        scene.box(Rect(line.at(start), 0, width, HEIGHT), [words] if room else [], size=SMALL)
    if not line.whole:
        middle = (line.head * line.pitch + line.at(line.tail)) / 2
        scene.text(middle, HEIGHT / 2, "…", "muted", 18.0)
    words = f"series, {line.steps:,} values"
    scene.text(line.at(line.steps) + 18, HEIGHT / 2, words, "ink", SMALL, anchor="start")


def _part(
    scene: Scene, line: _Line, name: str, start: int, end: int, role: str, y: float, column: int
) -> None:
    """What goes in or the target of one window under the series, and its place in code."""
    width = (end - start) * line.pitch
    words = [name] if text_width(name, SMALL, True) < width - 6 else []
    scene.box(Rect(line.at(start), y, width, HEIGHT), words, role, size=SMALL)
    digits = str(line.steps)
    widest = text_width(f"X[{digits}] = series[{digits}:{digits}]", SMALL) + 14
    x = line.at(line.steps) + 18 + column * widest
    code = f"{name} = series[{start}:{end}]"
    scene.text(x, y + HEIGHT / 2, code, role, SMALL, anchor="start")
