"""The arguments' section of a docstring, made from where the arguments are declared."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

#: Sections that come after `Args:` in a docstring.
_AFTER = re.compile(r"^(Attributes|Shapes|Source|Example|Returns|Raises)\b", re.MULTILINE)


def with_arguments(doc: str, arguments: Iterable[Any]) -> str:
    """A docstring in which every declared argument that says what it is stands under `Args:`.

    Args:
        doc: the docstring as written. What it says of an argument itself is kept.
        arguments: declared arguments; `doc` of one may hold `{what}`, the argument's name without
            its last word (`recurrent_initializer`: "recurrent kernel").
    """
    doc = inspect.cleandoc(doc)
    start = re.search(r"^Args:\n", doc, re.MULTILINE)
    written = doc[start.end() :] if start else ""
    end = re.search(r"^\S", written, re.MULTILINE)
    written = written[: end.start()] if end else written
    said = set(re.findall(r"^    (\w+):", written, re.MULTILINE))
    lines = [
        f"    {a.name}: {a.doc.format(what=_what(a.name))}\n"
        for a in arguments
        if a.doc and not a.hidden and a.name not in said
    ]
    if not lines:
        return doc
    if start:
        at = start.end() + len(written.rstrip("\n"))
        return doc[:at] + "\n" + "".join(lines).rstrip("\n") + doc[at:]
    after = _AFTER.search(doc)
    at = after.start() if after else len(doc)
    section = "Args:\n" + "".join(lines)
    return doc[:at] + ("" if after else "\n\n") + section + ("\n" if after else "") + doc[at:]


def _what(name: str) -> str:
    what = name.rpartition("_")[0].replace("_", " ")
    return "recurrent kernel" if what == "recurrent" else what
