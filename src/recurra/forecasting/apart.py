"""`fit(X, y)` with features and targets apart, as scikit-learn has them, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from sklearn.utils.validation import validate_data


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
    def of(cls, estimator: Any, X: Any, y: Any) -> Apart:
        """What X and y are called; both are checked as scikit-learn does it."""
        given = estimator._roles()
        if not _is_frame(X):
            validate_data(estimator, X, y, y_numeric=True, multi_output=True, ensure_min_samples=2)
        features = _names(X)
        flat = np.ndim(y) < 2
        named = getattr(y, "name", None) if flat else getattr(y, "columns", None)
        if flat:
            targets = [str(named) if named is not None else "y"]
        else:
            width = np.shape(y)[1]
            targets = [str(n) for n in (named if named is not None else range(width))]
            targets = targets if named is not None else [f"y{k}" for k in range(width)]
        targets = [t if t not in features else f"{t}_target" for t in targets]
        return cls(features, targets, flat, given)

    def roles(self) -> dict[str, Any]:
        """The roles of the columns of both together."""
        taken = {self.given.get("time"), self.given.get("by")}
        for role in ("past", "static"):
            taken |= set(_several(self.given.get(role, ())))
        known = [n for n in self.features if n not in taken]
        return {"time": None} | self.given | {"target": self.targets, "known": known}

    def together(self, X: Any, y: Any) -> dict[str, np.ndarray]:
        """One table of both."""
        columns = np.asarray(y).reshape(len(X), -1)
        return _columns(X) | {n: columns[:, k] for k, n in enumerate(self.targets)}

    def rows(self, estimator: Any, X: Any) -> dict[str, np.ndarray]:
        """Rows of X whose targets are to be forecast."""
        if not _is_frame(X):
            X = validate_data(estimator, X, reset=False)
        return _columns(X)


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _is_frame(X: Any) -> bool:
    return hasattr(X, "columns") or hasattr(X, "column_names") or isinstance(X, dict)


def _names(X: Any) -> list[str]:
    if isinstance(X, dict):
        return [str(n) for n in X]
    if _is_frame(X):
        return [str(n) for n in nw.from_native(X, eager_only=True).columns]
    return [f"x{k}" for k in range(np.shape(X)[1])]


def _columns(X: Any) -> dict[str, np.ndarray]:
    if isinstance(X, dict):
        return {str(n): np.asarray(v) for n, v in X.items()}
    if _is_frame(X):
        frame = nw.from_native(X, eager_only=True)
        return {str(n): frame[n].to_numpy() for n in frame.columns}
    return {f"x{k}": column for k, column in enumerate(np.asarray(X).T)}
