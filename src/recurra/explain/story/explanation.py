"""An explanation: sections of labelled lines, as text, in colour, or as HTML."""

from __future__ import annotations

import html
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

#: Characters in a line of text, and before the text of a line with a label.
WIDTH, INDENT = 88, 2


class Section(NamedTuple):
    """A heading, and below it lines: each a label (which may be empty) and a text."""

    heading: str
    lines: Sequence[tuple[str, str]]


class Explanation:
    """What `model.explain()` gives: a model told to a person.

    `print` writes plain text, so that it can go through a pipe or into a file; a notebook shows
    HTML; `show()` writes in colour where the output is a terminal.

    Args:
        sections: what there is to say.

    Example:
        >>> print(Explanation([Section("A layer", [("in", "(batch=None, features=1)")])]))
        A layer
          in  (batch=None, features=1)
    """

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = tuple(sections)

    def __str__(self) -> str:
        return "\n\n".join(map(_as_text, self.sections))

    __repr__ = __str__

    def show(self) -> None:
        """Print it, in colour where the output is a terminal."""
        if not sys.stdout.isatty():
            print(self)
            return
        from rich.console import Console

        Console(width=WIDTH, highlight=False).print(self)

    def __rich__(self) -> Any:
        """What `rich` prints."""
        from rich.console import Group
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        parts: list[Any] = []
        for section in self.sections:
            rows = Table.grid(padding=(0, 2))
            for label, text in section.lines:
                rows.add_row(Text(label, style="cyan", no_wrap=True), Text(text))
            below = Padding(rows, (0, 0, 1, INDENT)) if section.lines else Text("")
            parts += [Text(section.heading, style="bold"), below]
        return Group(*parts)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return f'<div style="{_STYLE}">{"".join(map(_as_html, self.sections))}</div>'


def _as_text(section: Section) -> str:
    room = max((len(label) for label, _ in section.lines), default=0)
    lines = [section.heading]
    for label, text in section.lines:
        before = " " * INDENT + label.ljust(room) + "  " * bool(room)
        lines += textwrap.wrap(
            text,
            WIDTH,
            initial_indent=before,
            subsequent_indent=" " * len(before),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


_STYLE = "max-width: 52em; line-height: 1.45"
_CELL = "text-align: left; vertical-align: top; padding: 0"
_LABEL = f"{_CELL} 1em 0 0; white-space: nowrap; font-weight: normal; opacity: 0.65"
_TABLE = "border-collapse: collapse; margin: 0.2em 0 0.9em 1em; font-size: 0.95em"


def _as_html(section: Section) -> str:
    labelled = any(label for label, _ in section.lines)
    rows = "".join(
        '<tr style="background: none">'
        + f'<th style="{_LABEL}">{html.escape(label)}</th>' * labelled
        + f'<td style="{_CELL}">{html.escape(text)}</td></tr>'
        for label, text in section.lines
    )
    table = f'<table style="{_TABLE}">{rows}</table>' if rows else ""
    return f"<div><b>{html.escape(section.heading)}</b></div>{table}"
