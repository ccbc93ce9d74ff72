"""Tables drawn with box characters, as Keras draws its summaries."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """A column: its heading, its share of the line, and how its cells are aligned."""

    heading: str
    share: float
    align: str = "left"


def draw(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> str:
    """A table; cells are wrapped between words, and columns grow where a word is longer.

    Args:
        columns: of the table.
        rows: one text for each column.
        width: of a line, where no word needs more.
    """
    headings = [c.heading for c in columns]
    widths = [
        max(room, *(len(word) for row in [headings, *rows] for word in row[k].split()))
        for k, room in enumerate(_rooms([c.share for c in columns], width))
    ]

    def cells(row: Sequence[str], bar: str) -> str:
        wrapped = [_wrap(text, w) for text, w in zip(row, widths, strict=True)]
        lines = []
        for k in range(max(map(len, wrapped))):
            texts = [w[k] if k < len(w) else "" for w in wrapped]
            padded = [_align(t, w, c.align) for t, w, c in zip(texts, widths, columns, strict=True)]
            lines.append(f"{bar} " + f" {bar} ".join(padded) + f" {bar}")
        return "\n".join(lines)

    def rule(left: str, line: str, middle: str, right: str) -> str:
        return left + middle.join(line * (w + 2) for w in widths) + right

    body = f"\n{rule('├', '─', '┼', '┤')}\n".join(cells(row, "│") for row in rows)
    return "\n".join(
        [
            rule("┏", "━", "┳", "┓"),
            cells(headings, "┃"),
            rule("┡", "━", "╇", "┩"),
            *([body] if rows else []),
            rule("└", "─", "┴", "┘"),
        ]
    )


def _rooms(shares: Sequence[float], width: int) -> list[int]:
    """The room for text in each column; bars and spaces are taken evenly from all columns."""
    ends = [int(sum(shares[: k + 1]) * width) for k in range(len(shares))]
    rooms = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    excess = sum(rooms) + 2 * len(rooms) + len(rooms) + 1 - width
    for k in range(len(rooms)):
        taken = round(excess / (len(rooms) - k))
        rooms[k] -= taken
        excess -= taken
    return rooms


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _align(text: str, width: int, align: str) -> str:
    if align == "center":
        return (" " * ((width - len(text)) // 2) + text).ljust(width)
    return text.rjust(width) if align == "right" else text.ljust(width)
