"""Two tables of one kind as one, the rows of the second below those of the first."""

from __future__ import annotations

import importlib
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import NarwhalsError

from recurra.engine.errors import DataError
from recurra.forecasting.tables.source import keep_sources

#: Libraries with the interface of pandas, and where they have it.
LIKE_PANDAS = {"pandas": "pandas", "modin": "modin.pandas"}


def joined(first: Any, second: Any) -> Any:
    """One table of the rows of both; columns that the second lacks are missing there.

    Args:
        first: a table that narwhals reads, a dict of arrays or a NumPy array.
        second: the same kind of table. Its columns take the types of the first; where one of them
            has whole numbers and the other has not, neither has.

    Raises:
        DataError: for arrays of different columns, and values that the type of a column in the
            first cannot hold.
    """
    if isinstance(first, np.ndarray):
        if first.shape[1:] != second.shape[1:]:
            raise DataError(
                "Forecaster: the rows that follow the history have other columns.",
                came=f"shape {second.shape}",
                expected=f"shape {('rows', *first.shape[1:])}".replace("'", ""),
            )
        return np.concatenate([first, second])
    if isinstance(first, dict):
        rows = len(next(iter(second.values())))
        return {n: _one_below_other(np.asarray(v), second.get(n), rows) for n, v in first.items()}
    library = type(first).__module__.split(".")[0]
    if library in LIKE_PANDAS:  # whose index may be the time
        concat = importlib.import_module(LIKE_PANDAS[library]).concat
        made = concat(_with_all_categories(first, second))
    else:
        made = _frames(first, second)
    return keep_sources(made, first, second)


def _frames(first: Any, second: Any) -> Any:
    above, below = (nw.from_native(t, eager_only=True, allow_series=True) for t in (first, second))
    one_column = isinstance(above, nw.Series)
    if one_column:
        above, below = above.to_frame(), below.alias(above.name).to_frame()
    names = [n for n in above.columns if n in below.columns]
    types = {n: _common(above[n].dtype, below[n].dtype) for n in names}
    below = below.select([_cast(below[n], dtype) for n, dtype in types.items()])
    above = above.with_columns([_cast(above[n], dtype) for n, dtype in types.items()])
    made = nw.concat([above, below], how="diagonal")
    return made[made.columns[0]].to_native() if one_column else made.to_native()


def _common(above: Any, below: Any) -> Any:
    """The type of a column of both: that of the first, if it holds what comes below."""
    both = (above, below)
    if above == below or not all(t.is_numeric() or t == nw.Boolean for t in both):
        return above
    return nw.Float64() if any(t.is_float() or t.is_decimal() for t in both) else nw.Int64()


def _cast(column: nw.Series[Any], dtype: Any) -> nw.Series[Any]:
    if column.dtype == dtype:
        return column
    try:
        return column.to_frame().select(nw.col(column.name).cast(dtype))[column.name]
    except (NarwhalsError, ValueError, TypeError):
        fixed = isinstance(dtype, nw.Enum)
        raise DataError(
            f"Forecaster: `{column.name}` of the new rows cannot be taken for what it is in the "
            "history.",
            came=f"{column.dtype}, such as {column[0]!r}",
            expected=str(dtype),
            fixes=[f"give `{column.name}` of the history the type String"] if fixed else (),
        ) from None


def _with_all_categories(first: Any, second: Any) -> list[Any]:
    """Two pandas tables whose columns of categories know those of both, and so remain such."""
    if not hasattr(first, "columns"):
        return [first, second]
    for name in first.columns:
        known = getattr(first[name].dtype, "categories", None)
        if known is None or name not in second.columns or not isinstance(name, str):
            continue
        new = [v for v in second[name].dropna().unique() if v not in known]
        dtype = type(first[name].dtype)([*known, *new], first[name].dtype.ordered)
        first, second = (t.assign(**{name: t[name].astype(dtype)}) for t in (first, second))
    return [first, second]


def _one_below_other(above: np.ndarray, below: Any, rows: int) -> np.ndarray:
    """A column of both tables, with missing values where the second has none."""
    if below is not None:
        return np.concatenate([above, np.asarray(below)])
    if above.dtype.kind in "Mm":
        return np.concatenate([above, np.full(rows, "NaT", above.dtype)])
    if above.dtype.kind in "biuf":
        return np.concatenate([above, np.full(rows, np.nan)])
    return np.concatenate([above.astype(object), np.full(rows, None)])
