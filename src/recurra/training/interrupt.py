"""Ctrl-C while training: the step that runs is finished, so the model stays usable."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any


class Interrupt:
    """Within the block, the first Ctrl-C waits for `check`; a second one acts at once.

    A step hands the weights' memory to the device and gets new ones back. Stopping in between
    would leave the model without weights.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            if callable(self._before):
                signal.signal(signal.SIGINT, self._ask)
        return self

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            self._before(number, frame)
        self._asked = True

    def check(self) -> None:
        """Stop here if Ctrl-C was pressed."""
        if self._asked:
            raise KeyboardInterrupt

    def __exit__(self, *exc: object) -> None:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._before)
