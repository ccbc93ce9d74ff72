"""What commands print: notes and the first rows of a table, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Rows of a table that are shown.
SHOWN = 10


def notes(sentences: Sequence[str]) -> str:
    """What was done to the data, a line each."""
    from recurra.commands.options import as_options

    found = [f"  {as_options(sentence)}" for sentence in dict.fromkeys(sentences)]
    if not found:
        return "The table was taken as it is."
    return "\n".join(["What was found and done:", *found])


def head(frame: Any, what: str) -> str:
    """The first rows of a table."""
    import narwhals.stable.v2 as nw

    from recurra.forecasting.printed import columns

    frame = nw.from_native(frame)
    names, count = frame.columns, len(frame)
    first = frame.head(SHOWN)
    rows = [names, *([_cell(v) for v in row] for row in first.iter_rows())]
    some = f", the first {SHOWN} of {count:,} rows" if count > SHOWN else ""
    numbers = [frame[name].dtype.is_numeric() for name in names]
    return f"{what}{some}:\n{columns(rows, numbers)}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return " ".join(text.split()) or repr(text)
