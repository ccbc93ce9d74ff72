"""Numbers that are written as text: read where they are plain, else an error that says how."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.values import Column

_PLAIN = re.compile(r"[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t]*")
#: 1,234,567.8 and 1 234.5
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(?:([,' \u00a0\u202f])\d{3})(?:\1\d{3})*(\.\d+)?\s*")
#: 1.234,5 and 0,5
_COMMA = re.compile(r"\s*[+-]?(\d+|\d{1,3}([. '\u00a0\u202f]\d{3})+),\d+\s*")


def from_text(frame: Frame, name: str, role: str, column: Column) -> tuple[np.ndarray, list[str]]:
    """The numbers of a column that is no column of numbers, where all that is there are numbers.

    Returns:
        Numbers (rows,) with NaN, and what is to be said about it.

    Raises:
        DataError: with the first row that is no number.
    """
    bad = [k for k, v in enumerate(column.values) if v is not None and not _is_number(v)]
    if not bad and column.kind == "text":
        numbers = [np.nan if v is None else float(v) for v in column.values]
        return np.array(numbers), [f"`{name}` holds numbers that are written as text."]
    if column.kind == "time":
        raise DataError(
            f"{frame.who}: `{name}` holds times, and {_a(role)} has to be numbers.",
            fixes=[f"time={name!r}  # if it says when"],
        )
    row = bad[0] if bad else 0
    raise DataError(
        f"{frame.who}: `{name}` is {_a(role)} and has to be numbers; {frame.place(row)} is "
        f"{column.values[row]!r}"
        + (f" ({len(bad):,} rows are no numbers)." if len(bad) > 1 else "."),
        fixes=_fixes(frame, name, role, [column.values[k] for k in bad]),
    )


def first_text(frame: Frame, name: str) -> int | None:
    """The first row of no number in a column of objects, if most of them are numbers."""
    column = frame.column(name)
    given = [(k, _is_number(v)) for k, v in enumerate(column.values) if v is not None]
    numbers = sum(is_number for _, is_number in given)
    if column.kind not in ("text", "other") or not len(given) > numbers > len(given) / 2:
        return None
    return next(k for k, is_number in given if not is_number)


def _a(role: str) -> str:
    return {"target": "the target", "static": "a static column"}.get(role, f"a {role} column")


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    return isinstance(value, (int, float, np.number))


def _fixes(frame: Frame, name: str, role: str, bad: list[Any]) -> list[str]:
    texts = [v for v in bad if isinstance(v, str)]
    comma = all(_COMMA.fullmatch(v) for v in texts) and not all(
        _THOUSANDS.fullmatch(v) for v in texts
    )
    if texts and (comma or all(_THOUSANDS.fullmatch(v) for v in texts)):
        taken, point = (".", ",") if comma else (",", ".")
        found = next((m for v in texts if (m := _THOUSANDS.fullmatch(v))), None)
        taken = found[1] if found and not comma else taken
        return [_convert(frame, name, taken, point)]
    fixes = [
        frame.code(
            name,
            "leave the values that are no numbers empty, so that they are missing",
            pandas=f"df[{name!r}] = pd.to_numeric(df[{name!r}], errors='coerce')"
            f"  # {str(bad[0])!r} becomes missing"
            if bad
            else "",
            polars=f"df = df.with_columns(pl.col({name!r}).cast(pl.Float64, strict=False))"
            f"  # {str(bad[0])!r} becomes null"
            if bad
            else "",
        )
    ]
    return (
        fixes
        if role in ("target", "value")
        else [*fixes, f"categorical=[{name!r}]  # if it is a category"]
    )


def _convert(frame: Frame, name: str, taken: str, point: str) -> str:
    """Code that takes out what separates thousands, and makes the decimal mark a point."""
    example = "1234.5, not " + ("1.234,5" if point == "," else f"1{taken}234.5")
    pandas = f"df[{name!r}].str.replace({taken!r}, '')"
    polars = f"pl.col({name!r}).str.replace_all({taken!r}, '', literal=True)"
    if point == ",":
        pandas += ".str.replace(',', '.')"
        polars += ".str.replace(',', '.', literal=True)"
    return frame.code(
        name,
        f"write numbers as {example}",
        pandas=f"df[{name!r}] = {pandas}.astype(float)",
        polars=f"df = df.with_columns({polars}.cast(pl.Float64))",
    )
