"""The area under a curve over all thresholds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine import allowance
from recurra.engine.arguments import BOOL, COUNT, Check, arg, declared, one_of, optional
from recurra.engine.config import epsilon
from recurra.engine.errors import ArgumentError
from recurra.engine.names import unique_name
from recurra.training.losses.base import divide_no_nan
from recurra.training.metrics.base import Metric, dtype_argument, name_argument, registry
from recurra.training.metrics.confusion import Counts, aligned, columns, count

_MANY = Check("a whole number of at least 2", lambda v: COUNT.ok(v) and v > 1)


@registry.add
@declared
class AUC(Metric):
    """The area under the ROC or the precision-recall curve: 1 is perfect, ROC 0.5 is chance.

    Args:
        num_thresholds: how finely the curve is drawn.
        curve: `"ROC"`, or `"PR"` for precision over recall.
        summation_method: the height between two points: `"interpolation"`, `"minoring"` (the lower
            one) or `"majoring"` (the higher one).
        name: of the metric.
        dtype: the float type of its variables.
        thresholds: those to use instead, between 0 and 1.
        multi_label: whether each column has a curve of its own; the result is their mean.
        num_labels: how many columns, with `multi_label`.
        label_weights: the weight of each column.
        from_logits: whether predictions are logits.

    Example:
        >>> float(AUC(num_thresholds=3)([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
        0.75

    Source: Davis and Goadrich, https://doi.org/10.1145/1143844.1143874 (interpolation of PR)
    """

    num_thresholds: int = arg(default=200, check=_MANY)
    curve: str = arg(default="ROC", convert=lambda c: str(c).upper(), check=one_of("ROC", "PR"))
    summation_method: str = arg(
        default="interpolation",
        convert=lambda m: str(m).lower(),
        check=one_of("interpolation", "minoring", "majoring"),
    )
    name: str | None = name_argument(None)  # type: ignore[assignment]
    dtype: Any = dtype_argument()
    thresholds: Sequence[float] | None = arg(default=None)
    multi_label: bool = arg(default=False, check=BOOL)
    num_labels: int | None = arg(default=None, check=optional(COUNT))
    label_weights: Sequence[float] | None = arg(default=None)
    from_logits: bool = arg(default=False, check=BOOL)

    def __post_init__(self) -> None:
        self.name = self.name or unique_name("AUC")
        if self.num_labels and not self.multi_label:
            raise ArgumentError("AUC: num_labels is for multi_label=True only.")
        allowance.take((self.num_thresholds,))
        inner = np.linspace(0, 1, self.num_thresholds)[1:-1]
        if self.thresholds is not None:
            inner = np.sort(np.asarray(self.thresholds, float))
            self.num_thresholds = len(inner) + 2
        # the ends lie outside, so that every prediction is above the first and none above the last
        self._at = np.concatenate([[-epsilon()], inner, [1 + epsilon()]])
        self._kept: list[Any] = []
        if self.num_labels or not self.multi_label:
            self._make(self.num_labels)

    def _make(self, labels: int | None) -> None:
        shape = (len(self._at), *([labels] if self.multi_label else []))
        self._kept = [self.add_variable(shape, name=name) for name in Counts._fields]

    def build(self, y_shape: Any, output_shape: Any) -> None:
        """Make the counts of each column, where their number was not given."""
        if not self._kept:
            self._make(output_shape[-1])

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: 0 or 1, (batch, ...).
            y_pred: from 0 to 1, of the same shape.
            sample_weight: a factor for each sample or each value.
        """
        y_true, y_pred, weight = aligned(self, y_true, y_pred, sample_weight)
        self.build(y_true.shape, y_pred.shape)
        y_pred = jnp.clip(jax.nn.sigmoid(y_pred) if self.from_logits else y_pred, 0, 1)
        if self.label_weights is not None and not self.multi_label:
            by_label = jnp.broadcast_to(jnp.asarray(self.label_weights, self.dtype), y_pred.shape)
            weight = by_label if weight is None else weight * by_label
        labels = y_pred.shape[-1] if self.multi_label else 1
        counts = count(*columns(y_true, y_pred, weight, labels), self._at)
        for variable, value in zip(self._kept, counts, strict=True):
            variable.assign_add(value.reshape(variable.shape))

    def result(self) -> Any:
        """The area so far."""
        counts = Counts(*(v.value for v in self._kept))
        interpolate = self.curve == "PR" and self.summation_method == "interpolation"
        parts = _interpolated_pr(counts) if interpolate else self._rectangles(counts)
        areas = jnp.sum(parts, axis=0)
        if self.label_weights is None or not self.multi_label:
            return jnp.mean(areas)
        weights = jnp.asarray(self.label_weights, self.dtype)
        return divide_no_nan(jnp.sum(areas * weights), jnp.sum(weights))

    def _rectangles(self, counts: Counts) -> Any:
        tp, fp, tn, fn = counts
        recall = divide_no_nan(tp, tp + fn)
        if self.curve == "ROC":
            x, y = divide_no_nan(fp, fp + tn), recall
        else:
            x, y = recall, divide_no_nan(tp, tp + fp)
        height: dict[str, Callable[[Any, Any], Any]] = {
            "interpolation": lambda a, b: (a + b) / 2,
            "minoring": jnp.minimum,
            "majoring": jnp.maximum,
        }
        return (x[:-1] - x[1:]) * height[self.summation_method](y[:-1], y[1:])


def _interpolated_pr(counts: Counts) -> Any:
    r"""Areas between neighbouring thresholds, where true positives grow in line with positives.

    With \(TP = a + s P\) between two points, precision is \(s + a / P\), and its integral over
    recall is \(s (\Delta TP + a \log(P_0 / P_1)) / (TP + FN)\).
    """
    tp, positives = counts.true_positives, counts.true_positives + counts.false_positives
    step = tp[:-1] - tp[1:]
    slope = divide_no_nan(step, jnp.maximum(positives[:-1] - positives[1:], 0))
    intercept = tp[1:] - slope * positives[1:]
    both = (positives[:-1] > 0) & (positives[1:] > 0)
    ratio = jnp.where(both, divide_no_nan(positives[:-1], positives[1:]), 1)
    area = slope * (step + intercept * jnp.log(ratio))
    return divide_no_nan(area, tp[1:] + counts.false_negatives[1:])
