"""Splits in order of time: training first, then a gap, then the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError


def split(n: int, test: int | float = 0.2, gap: int = 0) -> tuple[slice, slice]:
    """Split rows into a first part to train on and a last part to test on.

    Args:
        n: the number of rows, or of windows, in order of time.
        test: how many rows the test gets, or which share of them, between 0 and 1.
        gap: rows between the two that belong to none. Overlapping windows need
            `lookback + horizon - 1` for no row to be seen in both parts.

    Returns:
        Two slices, of which indexing makes views: `values[train]`, `values[test]`.

    Raises:
        ArgumentError: for a test or gap that is no such number.
        DataError: where a part would be empty.

    Example:
        >>> split(100, test=20, gap=5)
        (slice(0, 75, None), slice(80, 100, None))
    """
    share = isinstance(test, float)
    if not (0 < test < 1 if share else INTEGER.ok(test) and test >= 1):
        raise ArgumentError(
            f"split: test={test!r} has to be a whole number of rows of at least 1, "
            "or a share between 0.0 and 1.0."
        )
    _check(0, "split", gap=gap)
    rows = max(round(n * test), 1) if share else int(test)
    end = n - rows - gap
    if end < 1:
        raise DataError(
            f"split: {n:,} rows leave none to train on after {rows:,} for the test and {gap:,} "
            "for the gap."
        )
    return slice(0, end), slice(n - rows, n)


def rolling_origins(n: int, first: int, horizon: int, stride: int = 1, gap: int = 0) -> np.ndarray:
    r"""The points from which forecasts are tried on what came afterwards.

    At the origin o the rows 0 to o - 1 are known, and the rows \(o + g, \dots, o + g + H - 1\),
    with the gap g and the horizon H, are the test.

    Args:
        n: the number of rows.
        first: the first origin.
        horizon: H.
        stride: rows from one origin to the next.
        gap: g.

    Returns:
        (origins,), as many as fit.

    Raises:
        ArgumentError: for counts that are no whole numbers from 1 on (gap: 0).
        DataError: where not one fits.

    Example:
        >>> rolling_origins(10, first=4, horizon=3, stride=2).tolist()
        [4, 6]
    """
    _check(1, "rolling_origins", first=first, horizon=horizon, stride=stride)
    _check(0, "rolling_origins", gap=gap)
    origins = np.arange(first, n - gap - horizon + 1, stride)
    if not len(origins):
        after = f"{horizon:,} to forecast" + (f" and {gap:,} for the gap" if gap else "")
        raise DataError(
            f"rolling_origins: {n:,} rows are too few for {first:,} to begin with and {after}."
        )
    return origins


@dataclass(frozen=True)
class TimeSplit:
    """Folds for scikit-learn, each trained on what came before its test: `GridSearchCV(cv=...)`.

    The tests are the last `splits * test` times, one part after the other.

    Args:
        splits: how many folds.
        test: times a test.
        gap: times between training and test that belong to none.

    Example:
        >>> for train, test in TimeSplit(2, test=2, gap=1).split(np.zeros(8)):
        ...     print(train.tolist(), test.tolist())
        [0, 1, 2] [4, 5]
        [0, 1, 2, 3, 4] [6, 7]
    """

    splits: int = 5
    test: int = 1
    gap: int = 0

    def __post_init__(self) -> None:
        _check(1, "TimeSplit", splits=self.splits, test=self.test)
        _check(0, "TimeSplit", gap=self.gap)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """The number of folds."""
        return self.splits

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The numbers of the rows to train on and to test on, of one fold after the other.

        Args:
            X: with one row an entry, in order of time if there are no groups.
            y: is not looked at.
            groups: the time of each row, where several series stand in one table: all rows of a
                time fall into the same part.

        Raises:
            DataError: where there are too few times.
        """
        rows = np.arange(len(X)) if groups is None else np.asarray(groups)
        times, numbers = np.unique(rows, return_inverse=True)
        for begin in _begins(len(times), self):
            train = numbers < begin - self.gap
            test = (numbers >= begin) & (numbers < begin + self.test)
            yield np.flatnonzero(train), np.flatnonzero(test)


def _begins(n: int, folds: TimeSplit) -> range:
    """The first time of each test."""
    first = n - folds.splits * folds.test
    if first - folds.gap < 1:
        raise DataError(
            f"TimeSplit: {n:,} times leave none to train on before {folds.splits} tests of "
            f"{folds.test:,} and a gap of {folds.gap:,}."
        )
    return range(first, n, folds.test)


def _check(least: int, who: str, **counts: Any) -> None:
    for name, value in counts.items():
        if not INTEGER.ok(value) or value < least:
            raise ArgumentError(
                f"{who}: `{name}`={value!r}: a whole number of at least {least} is needed."
            )
