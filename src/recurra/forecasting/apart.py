"""`fit(X, y)` with features and targets apart, as scikit-learn has them, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _num_samples, check_consistent_length, validate_data

from recurra.engine.errors import ArgumentError
from recurra.forecasting.tables.frames import Frame
from recurra.forecasting.tables.roles import find_time
from recurra.forecasting.tables.table import Table


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
    def of(cls, estimator: Any, X: Any, y: Any) -> tuple[Apart, Any]:
        """What X and y are called, and one table of both; they are checked as scikit-learn does.

        The table is of the kind of X, a dict for a NumPy array.
        """
        called = getattr(y, "columns", None)
        called = [getattr(y, "name", None)] if called is None else list(called)
        from_array = not _is_frame(X)
        if not from_array:
            _check_names(estimator, X, reset=True)
        else:
            _check_axes("fit", X=X, y=y)
            X, y = validate_data(
                estimator, X, y, y_numeric=True, multi_output=True, ensure_min_samples=2
            )
            X = _columns(X)
        frame, y = Frame(X, "Forecaster"), np.asarray(y)
        answers = y.reshape(len(y), -1).T
        if called == [None] or len(called) != len(answers):
            called = ["y"] if len(answers) == 1 else [f"y{k}" for k in range(len(answers))]
        targets = [f"{n}_target" if str(n) in frame.names else str(n) for n in called]
        given = estimator._roles()
        named = _several([*given.values()])
        if "time" not in given and not from_array:
            found = find_time(frame, [n for n in frame.names if n not in named])
            given |= {} if found is None else {"time": found}
        apart = cls(frame.names, targets, y.ndim < 2, given)
        return apart, _with_columns(X, dict(zip(targets, answers)))

    def roles(self) -> dict[str, Any]:
        """The roles of the columns of both together."""
        taken = {self.given.get("time"), self.given.get("by")}
        for role in ("past", "static"):
            taken |= set(_several(self.given.get(role, ())))
        known = [n for n in self.features if n not in taken]
        return {"time": None} | self.given | {"target": self.targets, "known": known}

    def rows(self, estimator: Any, X: Any) -> Any:
        """Rows of X as a table: that of a user, or a dict for a NumPy array."""
        if _is_frame(X):
            _check_names(estimator, X, reset=False)
            return X
        _check_axes("predict", X=X)
        return _columns(validate_data(estimator, X, reset=False))

    def in_order(self, table: Table, made: np.ndarray, X: Any) -> np.ndarray:
        """Forecasts in the order of the rows of X.

        Args:
            table: the history and below it the rows of X.
            made: (series, steps, targets), what follows the history.
            X: the rows.

        Returns:
            (rows,) or (rows, targets).
        """
        rows = len(next(iter(X.values()))) if isinstance(X, dict) else _num_samples(X)
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


def _check_names(estimator: Any, X: Any, reset: bool) -> None:
    """Let scikit-learn see the names of columns; it knows no dicts."""
    if not isinstance(X, dict):
        validate_data(estimator, X, skip_check_array=True, reset=reset)


def _check_axes(method: str, **given: Any) -> None:
    """Refuse arrays of samples, as networks take them: rows are steps in time here.

    Raises:
        ArgumentError: which says how one series is given.
    """
    shapes: dict[str, tuple[int, ...]] = {
        name: getattr(values, "shape", ()) for name, values in given.items()
    }
    deep = [name for name, shape in shapes.items() if len(shape) > 2]
    if not deep:
        return
    one = all(shapes[name][0] == 1 for name in deep)
    parts = [f"{name}[0]" if shape[:1] == (1,) else name for name, shape in shapes.items()]
    verb = "have an axis" if len(deep) > 1 else "has an axis"
    raise ArgumentError(
        f"Forecaster: {' and '.join(deep)} {verb} before the rows, which are steps in time.",
        came=", ".join(f"{name} {shape}" for name, shape in shapes.items()),
        expected="X (rows, columns)" + ", y (rows,) or (rows, targets)" * ("y" in given),
        fixes=[f"forecaster.{method}({', '.join(parts)})  # one series"]
        if one
        else ["one table of all series below each other, and by= the column that says which"],
    )


def _columns(X: np.ndarray) -> dict[str, np.ndarray]:
    return {f"x{k}": column for k, column in enumerate(X.T)}


def _with_columns(table: Any, more: dict[str, np.ndarray]) -> Any:
    """A table with more columns."""
    check_consistent_length(*more.values(), *([] if isinstance(table, dict) else [table]))
    if isinstance(table, dict):
        return table | more
    if hasattr(table, "iloc"):
        return table.assign(**more)
    frame = nw.from_native(table, eager_only=True)
    library: Any = frame.implementation
    made = [nw.new_series(name, values, backend=library) for name, values in more.items()]
    return frame.with_columns(*made).to_native()
