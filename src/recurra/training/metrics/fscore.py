"""The harmonic mean of precision and recall."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import POSITIVE, Check, arg, declared, one_of
from recurra.engine.config import epsilon
from recurra.engine.errors import ShapeError
from recurra.engine.shapes import Shape
from recurra.engine.variable import Variable
from recurra.training.metrics.base import (
    Metric,
    dtype_argument,
    name_argument,
    registry,
    weigh,
)
from recurra.training.metrics.confusion import aligned

_THRESHOLD = Check("a number above 0 and up to 1, or None,", lambda v: v is None or 0 < v <= 1)
_AVERAGE = one_of(None, "micro", "macro", "weighted")


class _FScore(Metric):
    """Counts of each class, and the score made of them."""

    average: str | None
    beta: float
    threshold: float | None
    _kept: list[Variable]

    def __post_init__(self) -> None:
        self._kept: list[Variable] = []

    def build(self, y_shape: Any, output_shape: Any) -> None:
        """Make the counts, one for each class."""
        if self._kept:
            return
        if len(output_shape) != 2:
            problem = f"{self.name} is of outputs (batch, classes), not of {Shape(output_shape)}."
            expected = "(batch, classes)"
            raise ShapeError(
                self.name, "y_pred", str(Shape(output_shape)), expected, problem=problem
            )
        shape = () if self.average == "micro" else (output_shape[-1],)
        names = ("true_positives", "false_positives", "false_negatives", "positives")
        self._kept = [self.add_variable(shape, name=name) for name in names]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: 0 or 1, (batch, classes).
            y_pred: from 0 to 1, (batch, classes).
            sample_weight: a factor for each sample.
        """
        y_true, y_pred, weight = aligned(self, y_true, y_pred, sample_weight)
        self.build(y_true.shape, y_pred.shape)
        if self.threshold is None:
            largest = y_pred >= jnp.max(y_pred, axis=-1, keepdims=True)
            positive = (largest & (jnp.abs(y_pred) > 1e-9)).astype(self.dtype)
        else:
            positive = (y_pred > self.threshold).astype(self.dtype)
        axis = None if self.average == "micro" else 0
        products = (positive * y_true, positive * (1 - y_true), (1 - positive) * y_true, y_true)
        for variable, values in zip(self._kept, products, strict=True):
            values = values if weight is None else weigh(values, weight)
            variable.assign_add(jnp.sum(values, axis=axis))

    def result(self) -> Any:
        """The score so far: a scalar, or one for each class."""
        tp, fp, fn, positives = (v.value for v in self._kept)
        precision, recall = tp / (tp + fp + epsilon()), tp / (tp + fn + epsilon())
        square = self.beta**2
        score = (1 + square) * precision * recall / (square * precision + recall + epsilon())
        if self.average == "weighted":
            return jnp.sum(score * positives / (jnp.sum(positives) + epsilon()))
        return score if self.average is None else jnp.mean(score)


@registry.add
@declared
class FBetaScore(_FScore):
    r"""\((1 + \beta^2) \cdot precision \cdot recall / (\beta^2 precision + recall)\) per class.

    Args:
        average: None for one score a class, `"micro"` for one over all, `"macro"` for their mean,
            `"weighted"` for their mean weighted by how often a class occurs.
        beta: how much more recall counts than precision.
        threshold: above it a prediction is positive; None takes the largest of each row.
        name: of the metric.
        dtype: the float type of its variables.
    """

    average: str | None = arg(default=None, check=_AVERAGE)
    beta: float = arg(default=1.0, check=POSITIVE)
    threshold: float | None = arg(default=None, check=_THRESHOLD)
    name: str = name_argument("fbeta_score")
    dtype: Any = dtype_argument()


@registry.add
@declared
class F1Score(_FScore):
    r"""\(2 \cdot precision \cdot recall / (precision + recall)\) per class.

    Args:
        average: None for one score a class, `"micro"` for one over all, `"macro"` for their mean,
            `"weighted"` for their mean weighted by how often a class occurs.
        threshold: above it a prediction is positive; None takes the largest of each row.
        name: of the metric.
        dtype: the float type of its variables.
    """

    beta = 1.0
    average: str | None = arg(default=None, check=_AVERAGE)
    threshold: float | None = arg(default=None, check=_THRESHOLD)
    name: str = name_argument("f1_score")
    dtype: Any = dtype_argument()
