"""Tables of plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recurra.forecasting.baselines import KINDS


def columns(rows: Sequence[Sequence[str]], numbers: Sequence[bool] | None = None) -> str:
    """Rows of text in columns, numbers to the right.

    Args:
        rows: cells, the first row the names.
        numbers: which columns are; None for all but the first.
    """
    width = len(rows[0])
    right = numbers or [False] + [True] * (width - 1)
    sizes = [max(len(row[k]) for row in rows) for k in range(width)]
    lines = []
    for row in rows:
        cells = [c.rjust(s) if r else c.ljust(s) for c, s, r in zip(row, sizes, right)]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def scores(found: Mapping[str, Mapping[str, float]]) -> str:
    """The errors of the forecast and of each baseline, a row each."""
    measures = list(dict.fromkeys(m for row in found.values() for m in row))
    rows = [["", *measures]]
    for name, row in found.items():
        rows.append([KINDS.get(name, name), *(_score(m, row.get(m)) for m in measures)])
    return columns(rows)


def _score(measure: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{100 * value:.1f} %" if measure.startswith("coverage") else f"{value:.4g}"
