"""A value of the wrong kind that plainly stands for another one: `'10'`, `[32]`, `15.0`, 50 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def repaired(
    value: Any, convert: Callable[[Any], Any] | None, ok: Callable[[Any], bool]
) -> list[Any]:
    """The first value that was probably meant and would be accepted, or nothing.

    Args:
        value: what was given.
        convert: makes the stored value from it.
        ok: whether a stored value will do.
    """
    for candidate in _candidates(value):
        try:
            if ok(convert(candidate) if convert else candidate):
                return [candidate]
        except (ValueError, TypeError):
            continue
    return []


_WORDS = {"true": True, "false": False, "none": None}


def _candidates(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        if value.lower() in _WORDS:
            yield _WORDS[value.lower()]
        for kind in (int, float):
            try:
                yield kind(value)
            except ValueError:
                continue
        yield value.lower()
    elif isinstance(value, (list, tuple)) and len(value) == 1:
        yield value[0]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if float(value).is_integer():
            yield int(value)
        if value in (0, 1):
            yield bool(value)
        if 2 < value <= 100:  # per cent
            yield value / 100
