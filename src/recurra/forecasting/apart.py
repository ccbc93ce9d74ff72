"""`fit(X, y)` with features and targets apart, as scikit-learn has them, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import validate_data

from recurra.forecasting.frames import Frame
from recurra.forecasting.roles import find_time
from recurra.forecasting.table import Table


@dataclass
class Apart:
    """Which columns of X and y are what.

    Args:
        features: the columns of X, which are known of the future too.
        targets: those of y.
        flat: whether y had one axis.
        given: the roles that the user named: time, by, ...
    """

    features: list[str]
    targets: list[str]
    flat: bool
    given: dict[str, Any]

    @classmethod
    def of(cls, estimator: Any, X: Any, y: Any) -> tuple[Apart, dict[str, np.ndarray]]:
        """What X and y are called, and one table of both; they are checked as scikit-learn does."""
        named = getattr(y, "columns", None)
        named = [getattr(y, "name", None)] if named is None else named
        if _is_frame(X):
            validate_data(estimator, X, skip_check_array=True)
        else:
            X, y = validate_data(
                estimator, X, y, y_numeric=True, multi_output=True, ensure_min_samples=2
            )
        columns, y = _columns(X), np.asarray(y)
        answers = y.reshape(len(y), -1).T
        if named == [None] or len(named) != len(answers):
            named = ["y"] if len(answers) == 1 else [f"y{k}" for k in range(len(answers))]
        targets = [f"{n}_target" if str(n) in columns else str(n) for n in named]
        given = estimator._roles()
        if "time" not in given and _is_frame(X):
            named = _several([*given.values()])
            found = find_time(Frame(X, "Forecaster"), [n for n in columns if n not in named])
            given |= {} if found is None else {"time": found}
        apart = cls(list(columns), targets, y.ndim < 2, given)
        return apart, columns | dict(zip(targets, answers))

    def roles(self) -> dict[str, Any]:
        """The roles of the columns of both together."""
        taken = {self.given.get("time"), self.given.get("by")}
        for role in ("past", "static"):
            taken |= set(_several(self.given.get(role, ())))
        known = [n for n in self.features if n not in taken]
        return {"time": None} | self.given | {"target": self.targets, "known": known}

    def rows(self, estimator: Any, X: Any) -> dict[str, np.ndarray]:
        """Rows of X whose targets are to be forecast."""
        if _is_frame(X):
            validate_data(estimator, X, skip_check_array=True, reset=False)
        else:
            X = validate_data(estimator, X, reset=False)
        return _columns(X)

    def in_order(self, table: Table, made: np.ndarray, rows: int) -> np.ndarray:
        """Forecasts in the order of the rows of X.

        Args:
            table: the history and below it the rows of X.
            made: (series, steps, targets), what follows the history.
            rows: of X.

        Returns:
            (rows,) or (rows, targets).
        """
        first = table.source_rows.max() + 1 - rows
        found = np.full((rows, made.shape[2]), np.nan)
        for k, forecast in enumerate(made):
            end = table.rows(k).stop
            places = table.source_rows[end - int(table.future_rows[k]) : end] - first
            new = places >= 0
            found[places[new]] = forecast[: len(places)][new]
        return found[:, 0] if self.flat else found


def _several(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(name for part in value for name in _several(part))


def _is_frame(X: Any) -> bool:
    named = hasattr(X, "columns") or hasattr(X, "column_names")
    return named or (isinstance(X, dict) and not issparse(X))  # one sparse matrix is a dict, too


def _columns(X: Any) -> dict[str, np.ndarray]:
    if isinstance(X, dict):
        return {str(n): np.asarray(v) for n, v in X.items()}
    if _is_frame(X):
        frame = nw.from_native(X, eager_only=True)
        return {str(column.name): column.to_numpy() for column in frame.iter_columns()}
    return {f"x{k}": column for k, column in enumerate(X.T)}
