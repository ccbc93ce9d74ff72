"""A page, and all of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_MATCHES = re.compile(r"^<!-- matches: (.+) -->$", re.MULTILINE)


class Page(NamedTuple):
    """What there is to say about one kind of error.

    Args:
        id: the file's name.
        title: one line.
        patterns: of the messages it explains.
        text: Markdown, with the title.
    """

    id: str
    title: str
    patterns: tuple[re.Pattern[str], ...]
    text: str


@cache
def pages() -> dict[str, Page]:
    """All pages by id."""
    files = sorted(Path(__file__).parent.glob("*.md"))
    return {file.stem: _read(file.stem, file.read_text(encoding="utf-8")) for file in files}


def _read(name: str, source: str) -> Page:
    patterns = tuple(re.compile(p, re.IGNORECASE) for p in _MATCHES.findall(source))
    text = _MATCHES.sub("", source).strip()
    text = re.sub(r"\n{3,}", "\n\n", text)
    return Page(name, text.partition("\n")[0].removeprefix("# "), patterns, text)
