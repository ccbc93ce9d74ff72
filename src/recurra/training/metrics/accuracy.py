"""Accuracies: the share of predictions that are right."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import COUNT, NUMBER, arg, declared
from recurra.engine.config import floatx
from recurra.training.losses.functions import as_float, lifted, of_one_shape, unlike
from recurra.training.metrics.base import dtype_argument, name_argument, registry
from recurra.training.metrics.reductions import FunctionMetric


@of_one_shape
def accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where target and prediction are equal, (batch, ...)."""
    return (y_true == y_pred).astype(floatx())


@of_one_shape
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """1 where a target of 0 or 1 is on the prediction's side of the threshold.

    Args:
        y_true: 0 or 1, (batch, ...).
        y_pred: probabilities, of the same shape.
        threshold: above it a prediction means 1.

    Returns:
        0 or 1, of the same shape.
    """
    return (y_true == (y_pred > threshold).astype(y_true.dtype)).astype(floatx())


@of_one_shape
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction is at the target's class.

    Args:
        y_true: one-hot rows, (batch, ..., classes).
        y_pred: probabilities or logits, of the same shape.

    Returns:
        0 or 1, (batch, ...).
    """
    return (jnp.argmax(y_true, axis=-1) == jnp.argmax(y_pred, axis=-1)).astype(floatx())


@of_one_shape
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the target's class is among the k largest predictions, (batch, ...)."""
    return _in_top_k(jnp.argmax(y_true, axis=-1), y_pred, k)


def _of_labels(function: Any) -> Any:
    """Let a function of labels (batch, ...) and floats (batch, ..., classes) take whatever fits."""

    def checked(y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        labels, y_pred = jnp.asarray(y_true).astype("int32"), as_float(y_pred)
        if labels.ndim == y_pred.ndim and labels.shape[-1] == 1:
            labels = labels.reshape(labels.shape[:-1])
        if labels.shape != y_pred.shape[:-1]:
            what = "takes a class number for each row of predictions"
            raise unlike(function.__name__, what, labels, y_pred)
        return function(labels, y_pred, *args, **kwargs)

    return lifted(function, checked)


@_of_labels
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the largest prediction is at the target's class.

    Args:
        y_true: class numbers from 0, (batch, ...) or (batch, ..., 1).
        y_pred: probabilities or logits, (batch, ..., classes).

    Returns:
        0 or 1, (batch, ...).
    """
    return (y_true == jnp.argmax(y_pred, axis=-1)).astype(floatx())


@_of_labels
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the target's class is among the k largest predictions, (batch, ...)."""
    return _in_top_k(y_true, y_pred, k)


def _in_top_k(labels: Any, y_pred: Any, k: int) -> Any:
    of_the_target = jnp.take_along_axis(y_pred, labels[..., None].astype("int32"), axis=-1)
    return (jnp.sum(y_pred > of_the_target, axis=-1) < k).astype(floatx())


@registry.add
@declared
class Accuracy(FunctionMetric):
    """The share of predictions that equal the target exactly: for predicted labels.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
    """

    function = staticmethod(accuracy)
    name: str = name_argument("accuracy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class BinaryAccuracy(FunctionMetric):
    """The share of targets of 0 or 1 that are on the prediction's side of the threshold.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
        threshold: above it a prediction means 1.

    Example:
        >>> float(BinaryAccuracy()([[1], [0]], [[0.7], [0.6]]))
        0.5
    """

    function = staticmethod(binary_accuracy)
    name: str = name_argument("binary_accuracy")
    dtype: Any = dtype_argument()
    threshold: float = arg(default=0.5, check=NUMBER)


@registry.add
@declared
class CategoricalAccuracy(FunctionMetric):
    """The share of one-hot targets whose class has the largest prediction.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
    """

    function = staticmethod(categorical_accuracy)
    name: str = name_argument("categorical_accuracy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class SparseCategoricalAccuracy(FunctionMetric):
    """The share of class numbers that have the largest prediction.

    Args:
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.2, 0.8]]))
        0.5
    """

    function = staticmethod(sparse_categorical_accuracy)
    name: str = name_argument("sparse_categorical_accuracy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class TopKCategoricalAccuracy(FunctionMetric):
    """The share of one-hot targets whose class is among the k largest predictions.

    Args:
        k: how many.
        name: of the metric.
        dtype: the float type of its variables.
    """

    function = staticmethod(top_k_categorical_accuracy)
    k: int = arg(default=5, check=COUNT)
    name: str = name_argument("top_k_categorical_accuracy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class SparseTopKCategoricalAccuracy(FunctionMetric):
    """The share of class numbers that are among the k largest predictions.

    Args:
        k: how many.
        name: of the metric.
        dtype: the float type of its variables.
    """

    function = staticmethod(sparse_top_k_categorical_accuracy)
    k: int = arg(default=5, check=COUNT)
    name: str = name_argument("sparse_top_k_categorical_accuracy")
    dtype: Any = dtype_argument()
