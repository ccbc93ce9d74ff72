"""Which series each row of a table belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.forecasting.tables.frames import Frame


def series_of(frame: Frame, by: str | None) -> tuple[np.ndarray, list[Any]]:
    """Which series each row belongs to.

    Args:
        frame: the user's table.
        by: the column of series ids, None for one series.

    Returns:
        The number of each row's series (rows,), and the ids in their order.

    Raises:
        DataError: with the row, for a missing id.
    """
    if by is None:
        return np.zeros(len(frame), np.int64), [None]
    column = frame.column(by)
    if column.missing.any():
        row = int(column.missing.argmax())
        raise DataError(
            f"{frame.who}: {frame.place(row)} belongs to no series: `{by}` is missing.",
            fixes=[
                frame.code(
                    by,
                    f"fill in `{by}`, or leave such rows out",
                    pandas=f"df = df.dropna(subset=[{by!r}])",
                    polars=f"df = df.drop_nulls({by!r})",
                )
            ],
        )
    values = column.objects
    try:
        seen = dict.fromkeys(values)
    except TypeError:
        raise DataError(
            f"{frame.who}: `{by}` holds values that cannot be ids of series: {frame.place(0)} is "
            f"{values[0]!r}.",
            expected="text, numbers, dates or tuples",
        ) from None
    try:
        ids = sorted(seen)
    except (TypeError, ValueError):  # ids of several types
        ids = sorted(seen, key=_by_type)
    if any(isinstance(v, frozenset) for v in seen):  # which have no order
        ids = sorted(seen, key=_by_type)
    place = {v: k for k, v in enumerate(ids)}
    return np.fromiter(map(place.__getitem__, values), np.int64, len(values)), ids


def _by_type(value: Any) -> tuple[str, str]:
    return type(value).__name__, repr(value)
