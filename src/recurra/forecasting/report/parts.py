"""Pieces of HTML; every text that comes from outside is escaped here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def text(words: object) -> str:
    """Words as HTML shows them: escaped, without control characters."""
    return escape(_CONTROL.sub("?", str(words)))


def sentences(words: Iterable[str], look: str = "") -> str:
    """A list of sentences; what stands between backticks is code."""
    items = "".join(f"<li>{marked(sentence)}</li>" for sentence in words)
    return f'<ul class="{look}">{items}</ul>' if items else ""


def marked(sentence: str) -> str:
    """A sentence, in which what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text(sentence))


def paragraph(sentence: str) -> str:
    """A paragraph; "" for no words."""
    return f"<p>{marked(sentence)}</p>" if sentence else ""


def table(rows: Sequence[Sequence[object]], strong: Sequence[int] = ()) -> str:
    """A table whose first row is the heading and whose first column is words, the others numbers.

    Args:
        rows: of cells.
        strong: which rows below the heading are set apart.
    """
    head = "".join(f"<th>{text(cell)}</th>" for cell in rows[0])
    body = "".join(
        f'<tr class="strong">{cells}</tr>' if k in strong else f"<tr>{cells}</tr>"
        for k, row in enumerate(rows[1:])
        for cells in ["".join(f"<td>{text(cell)}</td>" for cell in row)]
    )
    inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table>{inside}</table></div>'


def section(name: str, heading: str, *content: str) -> str:
    """A section with a heading; "" where it has no content."""
    inside = "".join(content)
    return f'<section id="{name}"><h2>{text(heading)}</h2>{inside}</section>' if inside else ""


def panel(heading: str, *content: str) -> str:
    """A small heading over charts; no heading where there are no words."""
    head = f"<h3>{text(heading)}</h3>" if heading else ""
    inside = "".join(content)
    return f'<div class="panel">{head}{inside}</div>' if inside else ""


def panels(inside: Sequence[str]) -> str:
    """Several panels, two side by side where the screen is wide."""
    found = [one for one in inside if one]
    look = "panels two" if len(found) > 1 else "panels"
    return f'<div class="{look}">{"".join(found)}</div>' if found else ""
