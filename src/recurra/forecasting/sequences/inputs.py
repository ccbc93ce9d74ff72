"""Sequences as users have them, brought to one array with padding, and checked."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from recurra.data import Windows
from recurra.data.padding import filled
from recurra.engine.errors import DataError, ShapeError
from recurra.forecasting.sequences.held_out import rows_of


@dataclass(frozen=True)
class Sequences:
    """Sequences of numbers.

    Args:
        values: (samples, timesteps, features) float32, or `Windows` of that shape. Behind the end
            of a shorter sequence all features are NaN.
        lengths: the timesteps of each sequence, (samples,); None where all have the same number.
        table: whether they came as a table (samples, timesteps).
    """

    values: Any
    lengths: np.ndarray | None = None
    table: bool = False

    def __len__(self) -> int:
        return len(self.values)

    @property
    def timesteps(self) -> int:
        """Of the longest sequence."""
        return int(self.values.shape[1])

    @property
    def features(self) -> int:
        """Numbers at each timestep."""
        return int(self.values.shape[2])

    def rows(self, samples: np.ndarray) -> np.ndarray:
        """The real timesteps of some samples one below the other, (rows, features)."""
        if isinstance(self.values, Windows):  # each row of the series once
            return self.values.table[rows_of(self.values, samples)]
        values = self.values[samples]
        if self.lengths is None:
            return values.reshape(-1, self.features)
        return values[np.arange(self.timesteps) < self.lengths[samples, None]]


def read_sequences(estimator: Any, X: Any, *, fitted: bool) -> Sequences:
    """Bring `X` of an estimator to sequences, all of them finite numbers.

    Args:
        estimator: it learns, or compares, the number and the names of the columns.
        X: (samples, timesteps, features), (samples, timesteps), `Windows`, or a list of arrays
            (timesteps, features) or (timesteps,) of several lengths.
        fitted: whether the estimator was fitted before, to sequences of these sizes.

    Raises:
        DataError: for NaN, infinity, text and sequences without timesteps, with the place.
        ShapeError: for other numbers of axes, timesteps or features.
    """
    who = type(estimator).__name__
    found = _read(estimator, X, who, fitted)
    if 0 in found.values.shape[1:]:
        raise DataError(f"{who}: the sequences are empty: X is {sizes(found.values)}.")
    _check_finite(found, who)
    if fitted:
        _check_sizes(estimator, found, who)
    else:
        estimator.n_features_in_ = found.timesteps if found.table else found.features
        estimator.features_ = found.features
        estimator.timesteps_ = None if found.lengths is not None else found.timesteps
    return found


def _read(estimator: Any, X: Any, who: str, fitted: bool) -> Sequences:
    if isinstance(X, Windows) and X.ndim == 3:
        return Sequences(X.astype(np.float32) if X.dtype != np.float32 else X)
    if _is_ragged(X):
        return _padded([_one(x, k, who) for k, x in enumerate(X)], who)
    try:
        rank = np.ndim(X) if isinstance(X, (list, tuple)) else getattr(X, "ndim", 2)
        if rank > 3:
            raise _axes(who, "X", np.shape(X), "(samples, timesteps, features)")
        values = check_array(
            X,
            dtype=np.float32,
            ensure_all_finite=False,
            allow_nd=True,
            input_name="X",
            estimator=estimator,
        )
    except ValueError:
        _name_text(X, who)
        raise
    table = values.ndim == 2
    if table and fitted:
        _check_columns(estimator, values, who)
    validate_data(estimator, X, skip_check_array=True, reset=not fitted, ensure_2d=False)  # names
    return Sequences(values[:, :, None] if table else values, table=table)


def _name_text(X: Any, who: str) -> None:
    """Say which sample holds something that is no number, if it is that what is wrong."""
    if not hasattr(X, "__len__") or isinstance(X, str):
        return
    rows = X.to_numpy() if hasattr(X, "to_numpy") else X
    for k, x in enumerate(rows):
        try:
            np.asarray(x, np.float32)
        except (TypeError, ValueError):
            raise _no_number(who, k, x) from None
        if x is None:
            raise _no_number(who, k, x)


def _no_number(who: str, k: int, x: Any) -> DataError:
    return DataError(f"{who}: X[{k}] holds something that is no number: {reprlib.repr(x)}.")


def _is_ragged(X: Any) -> bool:
    """Whether it is a list of sequences, at least one of another length."""
    if isinstance(X, np.ndarray):
        return X.dtype == object and X.ndim == 1 and len(X) > 0 and np.ndim(X[0]) > 0
    if not isinstance(X, (list, tuple)) or not X:
        return False
    try:
        return len({len(x) for x in X}) > 1
    except TypeError:  # numbers
        return False


def _one(x: Any, k: int, who: str) -> np.ndarray:
    """One sequence of a list, (timesteps, features)."""
    try:
        values = np.asarray(x, np.float32)
    except (TypeError, ValueError):
        raise _no_number(who, k, x) from None
    if values.ndim not in (1, 2):
        raise _axes(who, f"X[{k}]", values.shape, "(timesteps, features)")
    if not len(values):
        raise DataError(
            f"{who}: X[{k}] is a sequence without timesteps.",
            fixes=["keep = [len(x) > 0 for x in X]  # and leave out those of X and y without"],
        )
    return values.reshape(len(values), -1)


def _axes(who: str, name: str, shape: tuple[int, ...], expected: str) -> ShapeError:
    problem = f"{who}: {name} has {len(shape)} axes."
    return ShapeError(who, name, shape, expected, problem=problem)


def _padded(parts: list[np.ndarray], who: str) -> Sequences:
    """Sequences of several lengths, with NaN behind their ends."""
    features = parts[0].shape[1]
    for k, x in enumerate(parts):
        if x.shape[1] != features:
            raise DataError(
                f"{who}: X[0] has {features} feature{'s' * (features != 1)} and X[{k}] has "
                f"{x.shape[1]}: every sequence needs the same."
            )
        if not np.isfinite(x).all():  # before NaN stands for padding
            _refuse(~np.isfinite(x), np.isnan(x), who, k)
    lengths = np.array([len(x) for x in parts])
    return Sequences(filled(parts, int(lengths.max()), np.nan), lengths)


def _check_finite(found: Sequences, who: str) -> None:
    if found.lengths is None and not isinstance(found.values, Windows):
        bad = ~np.isfinite(found.values)
        if bad.any():
            _refuse(bad, np.isnan(found.values), who)


def _refuse(bad: np.ndarray, nan: np.ndarray, who: str, sample: int | None = None) -> None:
    """Name the first place that holds no number."""
    at = tuple(int(k) for k in np.unravel_index(int(bad.argmax()), bad.shape))
    kind = "NaN" if nan[at] else "infinity"
    sample, step, feature = at if sample is None else (sample, *at)
    raise DataError(
        f"{who}: X holds {kind} at sample {sample}, timestep {step}, feature {feature}, and in "
        f"{int(bad.sum())} of {bad.size:,} places{'' if bad.ndim == 3 else ' of that sample'}.",
        expected="numbers; sequences may differ in length, as a list of arrays",
        fixes=[
            "keep = [np.isfinite(x).all() for x in X]  # and leave out those of X and y without"
        ],
    )


def _check_columns(estimator: Any, values: np.ndarray, who: str) -> None:
    """Refuse a table with another number of timesteps, in the words that scikit-learn expects."""
    wanted = estimator.timesteps_
    if estimator.features_ == 1 and wanted not in (None, values.shape[1]):
        raise DataError(
            f"X has {values.shape[1]} features, but {who} is expecting {wanted} features as "
            "input: each column is a timestep.",
            fixes=["fit a list of sequences of several lengths, if lengths differ"],
        )


def _check_sizes(estimator: Any, found: Sequences, who: str) -> None:
    """Refuse sequences of other sizes than those that the estimator was fitted to."""
    steps, features = estimator.timesteps_, estimator.features_
    if found.features != features:
        raise DataError(
            f"{who} was fitted to {features} feature{'s' * (features != 1)} a timestep, and X has "
            f"{found.features}.",
            came=f"X {sizes(found.values)}",
            expected=f"(samples, {steps or 'timesteps'}, {features})",
        )
    other = found.lengths is not None or found.timesteps != steps
    if steps is not None and other:
        longest = f"up to {found.timesteps}" if found.lengths is not None else found.timesteps
        raise DataError(
            f"{who} was fitted to sequences of {steps} timesteps, and X has {longest}.",
            came=f"X {sizes(found.values)}",
            expected=f"(samples, {steps}, {features})",
            fixes=["fit a list of sequences of several lengths, if lengths differ"],
        )


def sizes(values: Any) -> str:
    """The shape of sequences in words."""
    return f"(samples={values.shape[0]}, timesteps={values.shape[1]}, features={values.shape[2]})"
