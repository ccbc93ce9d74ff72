"""What a command is doing, on stderr: one line that moves in a terminal, else a line a stage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from time import monotonic
from types import TracebackType
from typing import Any

#: How often it is told how far reading is, where nobody watches.
SECONDS = 2.0


class Stages:
    """Shows which stage a command is in, and how far the training is.

    Example:
        >>> import contextlib
        >>> with contextlib.redirect_stderr(sys.stdout), Stages() as stages:
        ...     stages.begin("Learning")
        Learning ...
    """

    def __init__(self) -> None:
        self._stage = ""
        self._last = 0.0
        self._status: Any = None
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(file=sys.stderr).status("")

    def __enter__(self) -> Stages:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def begin(self, words: str) -> None:
        """A stage begins."""
        self._stage, self._last = words, monotonic()
        if self._status is None:
            print(f"{words} ...", file=sys.stderr, flush=True)
        else:
            self._show(words)

    def reading(self, words: str) -> Callable[[float], None]:
        """A file begins to be read; of a long one it is told now and then how much has been."""
        self.begin(words)
        begun = self._last = monotonic()

        def told(share: float) -> None:
            now = monotonic()
            if now - self._last < (SECONDS if self._status is None else 0.2) or share >= 1:
                return
            self._last = now
            left = (now - begun) * (1 - share) / max(share, 1e-9)
            done = f"{words}: {100 * share:.0f} %, {left:.0f} s to go"
            if self._status is None:
                print(done, file=sys.stderr, flush=True)
            else:
                self._show(done)

        return told

    def epoch(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """An epoch of a training has ended, counted from 0."""
        loss = (logs or {}).get("val_loss")
        error = "" if loss is None else f", error {loss:.4g} on the held-out part"
        words = f"{self._stage}: epoch {epoch + 1}{error}"
        if self._status is not None:
            self._show(words)
        elif monotonic() - self._last >= 5 * SECONDS:
            self._last = monotonic()
            print(words, file=sys.stderr, flush=True)

    def training(self, words: str) -> Any:
        """A callback that begins a stage when a training begins, and tells of its epochs."""
        from recurra.training.callbacks import LambdaCallback

        def begin(logs: Any) -> None:
            if self._stage != words:
                self.begin(words)

        return LambdaCallback(on_train_begin=begin, on_epoch_end=self.epoch)

    def _show(self, words: str) -> None:
        from rich.text import Text

        self._status.update(Text(words))
