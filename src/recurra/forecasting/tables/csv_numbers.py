"""Numbers as people write them in tables: 1.234,50 and 5 %, with marks such as n/a between them."""

from __future__ import annotations

from typing import Any

from recurra.engine.words import amount

#: What stands for a missing value among numbers, in small letters.
MISSING = ("na", "n/a", "n.a.", "#n/a", "#na", "null", "none", "nan", "-", "--", "?", ".")
_SIGNS = "$€£¥%"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
#: Text that may be a number; where one of the first values is other text, no further is looked at.
_LIKE = rf"^[{_SIGNS}]?\s*[+-]?[\d.,' \u00a0\u202f]+([eE][+-]?\d+)?\s*[{_SIGNS}]?$"
_FIRST = 1000
#: What may part thousands, and the decimal mark that goes with it.
_WAYS = (
    (",", "."),
    (".", ","),
    (" ", "."),
    (" ", ","),
    ("'", "."),
    ("\u00a0", ","),
    ("\u202f", ","),
)


def as_numbers(column: Any, decimal_comma: bool) -> tuple[Any, list[str]]:
    """A column of text as numbers, where all of it is numbers and it is clear which.

    `1,234` may be a thousand and more or a little more than one: it is a number only beside values
    that tell, such as 1,234.50.

    Args:
        column: a polars series of text.
        decimal_comma: whether the other columns have decimal commas.

    Returns:
        The numbers, or the column as it was, and sentences about what was assumed.
    """
    import polars as pl

    first = column.head(_FIRST).str.strip_chars().drop_nulls()
    first = first.filter(~first.str.to_lowercase().is_in(["", *MISSING]))
    if not first.str.contains(_LIKE).all():
        return column, []
    text = column.str.strip_chars()
    marks = text.str.to_lowercase().is_in(MISSING)
    count = int(marks.sum())
    text = pl.select(pl.when(~marks & (text != "")).then(text)).to_series().rename(column.name)
    there = text.drop_nulls()
    if not len(there) or there.str.contains(r"^[+-]?0\d").any():  # 007 is a name
        return column, []
    told = []
    signs = there.str.extract(f"([{_SIGNS}])").unique()
    sign = signs[0] if len(signs) == 1 else None
    if sign is not None:
        text = text.str.replace(sign, "", literal=True).str.strip_chars()
        there = text.drop_nulls()
        told.append(f"`{column.name}` is written with {sign}, which is left out.")
    if not there.str.contains(r"^[+-]?\d+$" if decimal_comma else _NUMBER).all():
        way = _way(there, decimal_comma)
        if way is None:
            return column, []
        thousands, point = way
        example = there.filter(there.str.contains(rf"[{thousands}{point}]"))[0]
        text = text.str.replace_all(thousands, "", literal=True)
        text = text.str.replace(point, ".", literal=True)
        first = text.drop_nulls().filter(there == example)[0]
        told.append(f"`{column.name}` is written such that {example} means {first}.")
    if count:
        shown = column.filter(marks)[0].strip()
        told.append(f"{shown!r} in `{column.name}` is read as missing, in {amount(count, 'row')}.")
    return text.cast(pl.Float64), told


def _way(there: Any, decimal_comma: bool) -> tuple[str, str] | None:
    """What parts thousands and what is the decimal mark, where only one way makes sense."""
    found = []
    for thousands, point in _WAYS:
        t, p = ("\\" + mark if mark == "." else mark for mark in (thousands, point))
        pattern = rf"^[+-]?(\d{{1,3}}({t}\d{{3}})+|\d+)({p}\d+)?$"
        if not there.str.contains(pattern).all():
            continue
        told = rf"{t}\d{{3}}({t}\d{{3}})+|{t}\d{{3}}{p}"  # two marks in one number
        told += rf"|{t}" if thousands not in ",." else rf"|{p}(\d{{1,2}}|\d{{4,}})$|^[+-]?0\d*{p}"
        if there.str.contains(told).any() or (point == "," and decimal_comma):
            found.append((thousands, point))
    return found[0] if len(found) == 1 else None
