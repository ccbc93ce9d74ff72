"""What `fit`, `evaluate` and `predict` show of their progress: a bar, or a line an epoch."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import IO, Any

from recurra.engine.errors import ArgumentError

#: Seconds between two drawings of the bar.
INTERVAL = 0.1

Logs = Mapping[str, Any]


class Progress:
    """Shows how far training, evaluation or prediction is, and never disturbs it.

    Use it as a context manager, so that the terminal is left in order after Ctrl-C or an error.
    What cannot be shown, because the output was closed or lacks a character, is left out.

    Args:
        epochs: how many there are; with 1 the epoch is not named.
        steps: an epoch, None where that is not known.
        verbose: 1 a bar, 2 a line an epoch, 0 nothing; `"auto"` is 1. Where the output is no
            terminal, lines take the place of the bar.
        stream: where to write, by default the standard output.
        clock: tells the time in seconds.

    Raises:
        ArgumentError: for another `verbose`.

    Example:
        >>> with Progress(2, steps=3, verbose=2, clock=iter(range(9)).__next__) as progress:
        ...     progress.epoch_begin(0)
        ...     progress.step(1, {"loss": 0.75})
        ...     progress.step(3, {"loss": 0.5})
        ...     progress.epoch_end({"loss": 0.5})
        Epoch 1/2 - 3 steps - 3.0s - 1.0 s/step - loss: 0.5000
    """

    def __init__(
        self,
        epochs: int = 1,
        steps: int | None = None,
        verbose: Any = "auto",
        *,
        stream: IO[str] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if verbose not in ("auto", 0, 1, 2):
            raise ArgumentError(
                f"verbose={verbose!r}: 0 (nothing), 1 (a bar), 2 (a line an epoch) or 'auto' "
                "is needed."
            )
        self.epochs, self.steps = epochs, steps
        self._stream = sys.stdout if stream is None else stream
        self._clock = clock
        self._shown = bool(verbose) and self._stream is not None
        self._wants_bar = self._shown and verbose != 2 and _can_redraw(self._stream)
        self._bar: Bar | None = None
        self._epoch, self._done = 0, 0
        self._began = self._drawn = 0.0
        self._first: tuple[float, int] | None = None
        self._ended: float | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    # What is told --------------------------------------------------------------------------------

    def epoch_begin(self, epoch: int) -> None:
        """An epoch begins, counted from 0."""
        self._epoch, self._done = epoch, 0
        self._first, self._ended = None, None
        self._began = self._drawn = self._clock()
        if self._wants_bar and self.steps != 1:  # a bar of one step would only say that it is over
            self._guarded(self._open)

    def step(self, done: int, logs: Logs | Callable[[], Logs] | None = None) -> None:
        """So many steps of the epoch are done.

        Args:
            done: how many since the epoch began.
            logs: metrics by name, or a function that fetches them. It is called only where they
                are drawn, at most ten times a second.
        """
        now = self._clock()
        self._done = done
        self._first = self._first or (now, done)
        if self._bar is not None and now - self._drawn >= INTERVAL:
            self._drawn = now
            values = logs() if callable(logs) else logs
            self._guarded(self._draw, self._parts(now, values or {}, over=False))

    def steps_end(self) -> None:
        """The results of all steps are there; the time from here on is not theirs."""
        self._ended = self._clock()

    def epoch_end(self, logs: Logs | None = None) -> None:
        """The epoch and its validation are over.

        Args:
            logs: metrics by name.
        """
        if not self._shown:
            return
        parts = self._parts(self._clock(), logs or {}, over=True)
        if self._bar is not None:
            self.steps = self.steps or self._done
            self._guarded(self._draw, parts)
            self._close()
        elif self._shown:
            line = " - ".join([self._label(), *parts] if self._label() else parts)
            self._guarded(lambda: print(line, file=self._stream, flush=True))

    # How it looks --------------------------------------------------------------------------------

    def _label(self) -> str:
        return f"Epoch {self._epoch + 1}/{self.epochs}" if self.epochs > 1 else ""

    def _parts(self, now: float, logs: Logs, over: bool) -> list[str]:
        """All that stands beside the bar, or after the epoch's number in a line."""
        parts = [self._count()]
        spent = self._seconds_a_step(self._ended or now)
        if over:
            parts.append(duration(now - self._began))
        elif self.steps and spent is not None:
            parts.append(f"ETA {duration(max(self.steps - self._done, 0) * spent)}")
        if spent is not None:
            parts.append(per_step(spent))
        return [*parts, *(metric(name, value) for name, value in logs.items())]

    def _count(self) -> str:
        if self._bar is not None and self.steps:
            return f"{self._done}/{self.steps}"
        return f"{self._done} step" + "s" * (self._done != 1)

    def _seconds_a_step(self, now: float) -> float | None:
        """The mean since the first report, before which the program is compiled."""
        if self._first is None:
            return None
        began, before = self._first if self._first[1] < self._done else (self._began, 0)
        return (now - began) / max(self._done - before, 1)

    # The bar -------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._bar = Bar(self._stream, self._label())
        self._draw(self._parts(self._began, {}, over=False))

    def _draw(self, parts: list[str]) -> None:
        if self._bar is not None:
            self._bar.draw(self._done, self.steps, parts)

    def _close(self) -> None:
        bar, self._bar = self._bar, None
        if bar is not None:
            self._guarded(bar.close)

    def _guarded(self, draw: Callable[..., None], *args: Any) -> None:
        """Draw, or show nothing from here on: a closed pipe is no reason to stop training."""
        try:
            draw(*args)
        except (OSError, ValueError):
            self._shown = self._wants_bar = False
            self._close()


class Bar:
    """A line of the terminal that is drawn again and again: label, bar, text."""

    def __init__(self, stream: IO[str], label: str) -> None:
        from rich.console import Console
        from rich.live import Live

        self._label = label
        console = Console(file=stream)
        console.on_broken_pipe = _broken_pipe  # type: ignore[method-assign]
        # Nothing is drawn in between, by a thread: the bar changes when a step is done.
        self._live = Live(console=console, auto_refresh=False)
        self._live.start()

    def draw(self, done: int, steps: int | None, parts: list[str]) -> None:
        """Show so many steps of all as a bar, and the parts of the text beside it."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        columns = self._live.console.width
        width = min(24, columns // 5)
        text = wrapped(parts, columns - width - len(self._label) - 3)
        row = Table.grid(padding=(0, 1))
        cells = [Text(self._label, style="bold")] if self._label else []
        row.add_row(*cells, ProgressBar(total=steps, completed=done, width=width), Text(text))
        self._live.update(row, refresh=True)

    def close(self) -> None:
        """Leave the last drawing as it is and give the terminal back."""
        self._live.stop()


def _broken_pipe() -> None:
    """Rich would end the program here."""
    raise BrokenPipeError


def _can_redraw(stream: IO[str]) -> bool:
    """Whether a line can be drawn again: in a terminal, or in a notebook with widgets."""
    if "ipykernel" in sys.modules:
        return importlib.util.find_spec("ipywidgets") is not None
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # not quite a file, or closed
        return False


def wrapped(parts: list[str], width: int) -> str:
    """Parts joined by dashes, in as many lines as are needed; no part is broken."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 3 <= width:
            lines[-1] += f" - {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """`0.42s`, `4.2s`, `42s`, `1:05` or `1:02:03`."""
    if seconds < 59.5:
        digits = 2 if seconds < 0.995 else 1 if seconds < 9.95 else 0
        return f"{seconds:.{digits}f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def per_step(seconds: float) -> str:
    """`0.34 ms/step`, `3.4 ms/step`, `34 ms/step` or `3.4 s/step`."""
    if seconds >= 0.9995:
        return f"{seconds:.1f} s/step"
    milliseconds = seconds * 1000
    digits = 0 if milliseconds >= 9.95 else 1 if milliseconds >= 0.995 else 2
    return f"{milliseconds:.{digits}f} ms/step"


def metric(name: str, value: Any) -> str:
    """`loss: 0.6931`, with an exponent where four digits after the point would say nothing."""
    if not isinstance(value, (int, float)):
        return f"{name}: {value}"
    small = 0 < abs(value) < 1e-3
    return f"{name}: {value:.4e}" if small else f"{name}: {value:.4f}"
