"""Counts of right and wrong positives and negatives, and what is made from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import COUNT, INTEGER, Check, arg, declared, optional
from recurra.engine.names import unique_name
from recurra.training.losses.base import divide_no_nan
from recurra.training.losses.functions import as_float, same_rank
from recurra.training.metrics.base import (
    Metric,
    combined_weight,
    dtype_argument,
    name_argument,
    registry,
    weigh,
)


class Counts(NamedTuple):
    """Weighted counts for each threshold, each (thresholds,) or (thresholds, labels)."""

    true_positives: Any
    false_positives: Any
    true_negatives: Any
    false_negatives: Any


def count(y_true: Any, y_pred: Any, weight: Any, thresholds: np.ndarray) -> Counts:
    """Count rights and wrongs, where a prediction above a threshold means positive.

    Args:
        y_true: 0 or 1, (n, labels).
        y_pred: (n, labels).
        weight: (n, labels) or None.
        thresholds: (thresholds,), ascending.

    Returns:
        Counts of shape (thresholds, labels).
    """
    positive = (y_true != 0).astype(y_pred.dtype)
    negative = 1 - positive
    if weight is not None:
        positive, negative = weigh(positive, weight), weigh(negative, weight)
    below = jnp.sum(y_pred[..., None] > thresholds.astype(y_pred.dtype), axis=-1)  # (n, labels)
    labels = jnp.broadcast_to(jnp.arange(y_pred.shape[1]), below.shape)

    def above(each: Any) -> Any:
        """Sums of what exceeds each threshold, (thresholds, labels)."""
        zeros = jnp.zeros((len(thresholds) + 1, y_pred.shape[1]), each.dtype)
        by_number = zeros.at[below, labels].add(each)
        return jnp.flip(jnp.cumsum(jnp.flip(by_number[1:], 0), 0), 0)

    tp, fp = above(positive), above(negative)
    return Counts(tp, fp, jnp.sum(negative, 0) - fp, jnp.sum(positive, 0) - tp)


def aligned(metric: Metric, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
    """Targets, predictions and weights of one shape, (batch, ..., labels); weights may be None."""
    mask_holder, y_pred = y_pred, as_float(y_pred).astype(metric.dtype)
    y_true, y_pred = same_rank(jnp.asarray(y_true).astype(metric.dtype), y_pred)
    if y_pred.ndim == 1:
        y_true, y_pred = y_true[:, None], y_pred[:, None]
    weight = combined_weight(metric, mask_holder, y_pred, sample_weight)
    return y_true, y_pred, None if weight is None else jnp.broadcast_to(weight, y_pred.shape)


def columns(y_true: Any, y_pred: Any, weight: Any, labels: int = 1) -> tuple[Any, Any, Any]:
    """All three as (n, labels)."""
    shape = (-1, labels)
    weight = None if weight is None else weight.reshape(shape)
    return y_true.reshape(shape), y_pred.reshape(shape), weight


#: Below every prediction and every threshold: such a prediction is never positive.
_NEVER = -1e10

# Precision and recall ---------------------------------------------------------------------------


_THRESHOLDS = Check(
    "a number from 0 to 1, or a list of them,",
    lambda v: v is None or bool(np.all((np.asarray(v) >= 0) & (np.asarray(v) <= 1))),
)


@declared
class _AtThresholds(Metric):
    """Counts at given thresholds, or of the top k."""

    second: str
    thresholds: float | Sequence[float] | None
    top_k: int | None
    class_id: int | None

    def __post_init__(self) -> None:
        self.name = self.name or unique_name(type(self).__name__)
        default = 0.5 if self.top_k is None else _NEVER
        given = np.atleast_1d(default if self.thresholds is None else self.thresholds)
        self._sorted, self._order = np.sort(given), np.argsort(np.argsort(given))
        self.true_positives = self.add_variable(given.shape, name="true_positives")
        self.others = self.add_variable(given.shape, name=self.second)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: 0 or 1, (batch, ...).
            y_pred: from 0 to 1, of the same shape.
            sample_weight: a factor for each sample or each value.
        """
        y_true, y_pred, weight = aligned(self, y_true, y_pred, sample_weight)
        if self.top_k is not None:
            best = jax.lax.top_k(y_pred, self.top_k)[1]
            chosen = jnp.any(jax.nn.one_hot(best, y_pred.shape[-1], dtype=bool), axis=-2)
            y_pred = jnp.where(chosen, y_pred, _NEVER)
        if self.class_id is not None:
            y_true, y_pred, weight = (
                a if a is None else a[..., self.class_id] for a in (y_true, y_pred, weight)
            )
        counts = count(*columns(y_true, y_pred, weight), self._sorted)
        self.true_positives.assign_add(counts.true_positives[self._order, 0])
        self.others.assign_add(getattr(counts, self.second)[self._order, 0])

    def result(self) -> Any:
        """The share so far: a scalar, or one for each threshold of a list."""
        right = self.true_positives.value
        share = divide_no_nan(right, right + self.others.value)
        return share[0] if len(self._order) == 1 else share


@registry.add
@declared
class Precision(_AtThresholds):
    """The share of those predicted positive that are positive.

    Args:
        thresholds: above it a prediction is positive, 0.5 by default; a list gives one result each.
        top_k: positive are the k largest predictions of a row instead.
        class_id: the only column that counts.
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(Precision()([1, 0, 1], [0.9, 0.8, 0.1]))
        0.5
    """

    second = "false_positives"
    thresholds: float | Sequence[float] | None = arg(default=None, check=_THRESHOLDS)
    top_k: int | None = arg(default=None, check=optional(COUNT))
    class_id: int | None = arg(default=None, check=optional(INTEGER))
    name: str | None = name_argument(None)  # type: ignore[assignment]
    dtype: Any = dtype_argument()


@registry.add
@declared
class Recall(_AtThresholds):
    """The share of the positive that are predicted positive; arguments as `Precision`.

    Example:
        >>> float(Recall()([1, 0, 1, 1], [0.9, 0.8, 0.1, 0.6]).round(4))
        0.666700005531311
    """

    second = "false_negatives"
    thresholds: float | Sequence[float] | None = arg(default=None, check=_THRESHOLDS)
    top_k: int | None = arg(default=None, check=optional(COUNT))
    class_id: int | None = arg(default=None, check=optional(INTEGER))
    name: str | None = name_argument(None)  # type: ignore[assignment]
    dtype: Any = dtype_argument()
