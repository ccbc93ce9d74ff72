"""Scalers: an offset and a spread for each column, measured on the training part alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from recurra.engine.errors import DataError
from recurra.engine.origin import warn

#: A column whose range is so many times the precision of its largest number is constant.
ROUNDING = 8


def mean_and_deviation(values: Any) -> tuple[float, float]:
    """Mean and standard deviation of the finite values of a column, by which it is scaled.

    Args:
        values: (rows,) numbers.

    Returns:
        Both; a deviation of 1 for a constant column, and (0, 1) for one without values.

    Example:
        >>> mean_and_deviation([1.0, 3.0, np.nan]), mean_and_deviation([5.0, 5.0])
        ((2.0, 1.0), (5.0, 1.0))
    """
    values = np.asarray(values)
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    mean = float(known.mean(dtype=np.float64))
    return mean, 1.0 if is_constant(known) else float(known.std(dtype=np.float64))


def is_constant(values: np.ndarray) -> bool:
    """Whether numbers differ by no more than what rounding leaves."""
    exact = ROUNDING * float(np.finfo(values.dtype).eps) if values.dtype.kind == "f" else 0.0
    low, high = float(values.min()), float(values.max())
    return high - low <= exact * max(abs(low), abs(high))


class Scaler:
    r"""Brings each column to a common size: \((x - \text{offset}) / \text{spread}\).

    Made from the rows of the training part, and from no others. NaN does not count and stays NaN. A
    column that is constant there is shifted and not scaled, which a warning says.

    Args:
        rows: the training part, (rows, columns) or (samples, timesteps, columns), or (rows,) of a
            single column.

    Attributes:
        offset: (columns,), or () for a single column.
        spread: of the same shape, above 0.
        constant: the numbers of the columns that do not vary, or have no value.

    Raises:
        DataError: for infinity, and where there are no rows.
    """

    offset: Any
    spread: Any
    constant: tuple[int, ...]

    def __init__(self, rows: Any) -> None:
        rows = np.asarray(rows)
        single = rows.ndim == 1
        table = rows.reshape(-1, 1 if single else rows.shape[-1])
        if table.dtype.kind not in "biuf":
            raise DataError(f"{type(self).__name__}: values of type {rows.dtype} are no numbers.")
        if not len(table):
            raise DataError(f"{type(self).__name__}: there are no rows to measure.")
        found = [self._column(table[:, k], k) for k in range(table.shape[1])]
        self.constant = tuple(k for k, (_, spread) in enumerate(found) if not spread > 0)
        offset, spread = np.array(found, np.float64).reshape(-1, 2).T
        spread = np.where(spread > 0, spread, 1.0)
        self.offset, self.spread = (offset[0], spread[0]) if single else (offset, spread)
        if self.constant:
            several = len(self.constant) > 1
            warn(
                f"{type(self).__name__}: column{'s' if several else ''} "
                f"{', '.join(map(str, self.constant))} {'are' if several else 'is'} constant in "
                "the training part, so shifted and not scaled."
            )

    def _column(self, values: np.ndarray, number: int) -> tuple[float, float]:
        """Offset and spread of one column, a spread of 0 where it is constant."""
        values = values[~np.isnan(values)]
        if np.isinf(values).any():
            raise DataError(
                f"{type(self).__name__}: column {number} holds infinity.",
                fixes=["x[np.isinf(x)] = np.nan  # not known"],
            )
        if not len(values):
            return 0.0, 0.0
        if is_constant(values):
            return float(values[0]), 0.0
        return self._measure(values.astype(np.float64))

    def _measure(self, values: np.ndarray) -> tuple[float, float]:
        """Offset and spread of the known values of a column, which vary."""
        raise NotImplementedError

    def transform(self, x: Any) -> np.ndarray:
        """Scaled values.

        Args:
            x: (..., columns), or of any shape for a single column.

        Returns:
            Of the same shape, float32. The offset is taken away before anything is rounded.
        """
        x, scaled = np.asarray(x), np.empty(np.shape(x), np.float32)
        for part, offset, spread in self._columns(x):  # one by one, for the sake of memory
            scaled[part] = (x[part] - offset) / spread
        return scaled

    def inverse(self, x: Any) -> np.ndarray:
        """Values in the unit of the data from scaled ones.

        Args:
            x: (..., columns), or of any shape for a single column.

        Returns:
            Of the same shape, float64.
        """
        x, back = np.asarray(x), np.empty(np.shape(x))
        for part, offset, spread in self._columns(x):
            back[part] = x[part] * spread + offset
        return back

    def _columns(self, x: np.ndarray) -> Iterator[tuple[Any, float, float]]:
        if not np.ndim(self.offset):
            yield ..., self.offset, self.spread
            return
        if x.shape[-1:] != self.offset.shape:
            raise DataError(
                f"{type(self).__name__}: it has measured {len(self.offset)} columns, and the data "
                f"{x.shape} have {x.shape[-1] if x.ndim else 'none'}.",
                fixes=["scaler[2].inverse(y)  # of the third column alone"],
            )
        for k, (offset, spread) in enumerate(zip(self.offset, self.spread)):
            yield (..., k), offset, spread

    def __getitem__(self, columns: Any) -> Scaler:
        """The scaler of some of the columns, or of one."""
        part = object.__new__(type(self))
        part.offset, part.spread = self.offset[columns], self.spread[columns]
        kept = np.isin(np.arange(len(self.offset)), self.constant)[columns]
        part.constant = tuple(np.flatnonzero(kept).tolist())
        return part

    @property
    def statistics(self) -> dict[str, Any]:
        """The arguments of a layer that does the same: `layers.Normalization(**statistics)`."""
        return {"mean": self.offset.tolist(), "variance": np.square(self.spread).tolist()}


class Standard(Scaler):
    """Mean 0 and standard deviation 1.

    Example:
        >>> scaler = Standard([[1.0, 5.0], [3.0, 9.0]])
        >>> scaler.transform([[2.0, 9.0]]).tolist(), scaler.inverse([[1.0, 0.0]]).tolist()
        ([[0.0, 1.0]], [[3.0, 7.0]])
    """

    def _measure(self, values: np.ndarray) -> tuple[float, float]:
        return mean_and_deviation(values)


class MinMax(Scaler):
    """From 0 to 1 in the training part.

    Example:
        >>> MinMax([1.0, 5.0]).transform([1.0, 2.0, 9.0]).tolist()
        [0.0, 0.25, 2.0]
    """

    def _measure(self, values: np.ndarray) -> tuple[float, float]:
        return values.min(), values.max() - values.min()


class Robust(Scaler):
    """Median 0, and 1 between the quartiles, which outliers do not move.

    The standard deviation takes the quartiles' place in a column that has one value at both.

    Example:
        >>> Robust([0.0, 1.0, 2.0, 3.0, 1e9]).transform([2.0, 4.0]).tolist()
        [0.0, 1.0]
    """

    def _measure(self, values: np.ndarray) -> tuple[float, float]:
        low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
        return median, high - low or values.std()
