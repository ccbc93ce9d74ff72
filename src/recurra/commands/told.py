"""What commands print: notes, scores and the first rows of a table, as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def scores(found: Mapping[str, Mapping[str, float]]) -> str:
    """The errors of the forecast and of each baseline, a row each."""
    from recurra.forecasting.baselines import KINDS

    measures = list(dict.fromkeys(m for row in found.values() for m in row))
    rows = [["", *measures]]
    for name, row in found.items():
        rows.append([KINDS.get(name, name), *(_score(m, row.get(m)) for m in measures)])
    return table(rows)


def head(frame: Any, what: str) -> str:
    """The first rows of a table."""
    import narwhals.stable.v2 as nw

    frame = nw.from_native(frame)
    names, count = frame.columns, len(frame)
    first = frame.head(SHOWN)
    rows = [names, *([_cell(v) for v in row] for row in first.iter_rows())]
    some = f", the first {SHOWN} of {count:,} rows" if count > SHOWN else ""
    numbers = [frame[name].dtype.is_numeric() for name in names]
    return f"{what}{some}:\n{table(rows, numbers)}"


def table(rows: Sequence[Sequence[str]], numbers: Sequence[bool] | None = None) -> str:
    """Rows of text in columns, numbers to the right; the first column is a name by default."""
    width = len(rows[0])
    right = numbers or [False] + [True] * (width - 1)
    sizes = [max(len(row[k]) for row in rows) for k in range(width)]
    lines = []
    for row in rows:
        cells = [c.rjust(s) if r else c.ljust(s) for c, s, r in zip(row, sizes, right)]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def _score(measure: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{100 * value:.1f} %" if measure.startswith("coverage") else f"{value:.4g}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return " ".join(text.split()) or repr(text)
