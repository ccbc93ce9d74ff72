"""Which line of the user's program made something."""

from __future__ import annotations

import linecache
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import jax

#: recurra's own files, Python's importer, and JAX, which calls layers back to evaluate shapes.
_NOT_THE_USERS = (
    str(Path(__file__).resolve().parents[1]),
    "<frozen importlib",
    str(Path(jax.__file__).parent),
)


class Origin(NamedTuple):
    """A place in the user's program: `train.py:12  LSTM(32, return_sequences=True)`."""

    filename: str
    line: int

    @property
    def place(self) -> str:
        """`train.py:12`."""
        return f"{Path(self.filename).name}:{self.line}"

    @property
    def source(self) -> str:
        """What stands there: `LSTM(32, return_sequences=True)`; empty if it cannot be read."""
        return linecache.getline(self.filename, self.line).strip()

    def __str__(self) -> str:
        return f"{self.place}  {self.source}".rstrip()


def is_internal(filename: str) -> bool:
    """Whether a file belongs to recurra, JAX or Python's importer."""
    return filename.startswith(_NOT_THE_USERS)


def at(layer: Any) -> str:
    """`LSTM 'lstm' (train.py:12)`: a layer and the line it was made in, where that is known."""
    origin = getattr(layer, "origin", None)
    return layer.label + (f" ({origin.place})" if origin else "")


def user_line() -> Origin | None:
    """The innermost frame outside recurra, which is the user's line that called into it."""
    frame = sys._getframe(1)
    while frame is not None and is_internal(frame.f_code.co_filename):
        frame = frame.f_back  # type: ignore[assignment]
    return Origin(frame.f_code.co_filename, frame.f_lineno) if frame else None


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line of the user's program that called into recurra."""
    origin = user_line()
    filename, line = origin or ("<unknown>", 0)
    warnings.warn_explicit(message, category, filename, line)
