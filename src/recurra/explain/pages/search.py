"""From the text of an error to its page, and what the numbers in the text say."""

from __future__ import annotations

import re

from recurra.explain.pages.page import Page, pages
from recurra.explain.pages.reading import READERS

_SPACE = re.compile(r"\s+")


def explain_text(text: str) -> str | None:
    """What an error means, as Markdown.

    Args:
        text: the message, or a whole traceback.

    Returns:
        What its numbers say, where they can be read, and its page; None where no page matches.

    Example:
        >>> print(explain_text("expected ndim=3, found ndim=2").partition("\\n")[0])
        # A layer needs another number of axes
    """
    found = find_page(text)
    if found is None:
        return None
    page, match = found
    reader = READERS.get(page.id)
    said = reader(match) if reader else None
    if not said:
        return page.text
    title, _, rest = page.text.partition("\n")
    return f"{title}\n\n**In your message:** {said}\n{rest}"


def find_page(text: str) -> tuple[Page, re.Match[str]] | None:
    """The page whose pattern is found last in the text, where an error's own words stand."""
    flat = _SPACE.sub(" ", text)
    hits = [
        (match, page)
        for page in pages().values()
        for pattern in page.patterns
        for match in pattern.finditer(flat)
    ]
    if not hits:
        return None
    match, page = max(hits, key=lambda hit: (hit[0].end() - hit[0].start(), hit[0].start()))
    return page, match
