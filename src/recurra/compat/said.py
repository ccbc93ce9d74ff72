"""Say once what an old spelling is called today."""

from __future__ import annotations

from typing import Any

from recurra.engine.origin import warn

_said: set[str] = set()


class OldSpelling(FutureWarning):
    """A script uses a name of earlier years. It is understood; the message says today's name."""


def say(text: str) -> None:
    """Warn at the user's line, once for each text."""
    if text in _said:
        return
    _said.add(text)
    warn(text, OldSpelling)


def forget() -> None:
    """Say everything anew, as in a new process."""
    _said.clear()


def shown(value: Any) -> str:
    """A value as it stands in code, or `...` where that would be long or is no plain value."""
    plain = isinstance(value, (bool, int, float, str, type(None))) or (
        isinstance(value, (tuple, list)) and all(shown(v) != "..." for v in value)
    )
    return repr(value) if plain and len(repr(value)) <= 60 else "..."
