"""Keywords of a call in old spelling become today's, by the rows of a table.

A row is a function of the call and of one keyword's name and value. The rows are made here:
`renamed("epochs")`, `dropped("why")`, `only(False, "what to do instead")`; what needs more is a
function in the file of its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from recurra.compat.said import say, shown
from recurra.engine.errors import ArgumentError


class Call:
    """One call whose keywords are being translated.

    Args:
        name: of the constructor or method, for the messages.
        keywords: what was given.
        known: today's names.
        owner: the class, where a constructor was called.

    Attributes:
        keywords: what is left of it and what was put in place; in the end today's spelling.
    """

    def __init__(
        self,
        name: str,
        keywords: Mapping[str, Any],
        known: Iterable[str],
        owner: type | None = None,
    ) -> None:
        self.name, self.keywords, self.known = name, dict(keywords), set(known)
        self.owner = owner
        self._renamed: list[str] = []
        self._new: dict[str, Any] = {}

    def put(self, old: str, new: str, value: Any) -> None:
        """Give the argument `new` a value in place of what `old` said."""
        if new in self.keywords and new not in self._new:
            raise ArgumentError(
                f"{self.name}: `{old}` is the old name of `{new}`, and both are given.",
                fixes=[f"{self.name}(..., {new}={shown(self.keywords[new])})"],
            )
        self.keywords[new] = value
        self._renamed.append(old)
        self._new[new] = value

    def finish(self) -> dict[str, Any]:
        """Say what was renamed, in one line, and return today's keywords."""
        if self._renamed:
            olds = ", ".join(f"`{old}`" for old in dict.fromkeys(self._renamed))
            news = ", ".join(f"`{new}`" for new in self._new)
            code = ", ".join(f"{new}={shown(value)}" for new, value in self._new.items())
            are = "is" if len(set(self._renamed)) == 1 else "are"
            say(f"{olds} {are} now {news}: {self.name}(..., {code})")
        return self.keywords


Row = Callable[[Call, str, Any], None]


def renamed(new: str, convert: Callable[[Any], Any] | None = None) -> Row:
    """The same argument under another name; `convert` makes today's value from the old one."""

    def row(call: Call, old: str, value: Any) -> None:
        call.put(old, new, convert(value) if convert else value)

    return row


def dropped(why: str = "") -> Row:
    """An argument that nothing takes the place of; without `why` nothing is said."""

    def row(call: Call, old: str, value: Any) -> None:
        if why and value is not None:
            say(f"`{old}` is gone from {call.name}: {why}")

    return row


def only(allowed: Any, instead: str) -> Row:
    """An argument of which one value still means what it meant; others are refused."""

    def row(call: Call, old: str, value: Any) -> None:
        if value != allowed and value is not None:
            raise ArgumentError(
                f"{call.name} does not take `{old}`={shown(value)}.", fixes=[instead]
            )

    return row


def translate(call: Call, rows: Mapping[str, Row]) -> dict[str, Any]:
    """Apply the rows to the keywords that are not today's.

    Returns:
        The keywords in today's spelling; unknown ones stay, for the caller to refuse.
    """
    for old in [k for k in call.keywords if k not in call.known and k in rows]:
        if old in call.keywords:  # a row may have taken several keywords at once
            rows[old](call, old, call.keywords.pop(old))
    return call.finish()
