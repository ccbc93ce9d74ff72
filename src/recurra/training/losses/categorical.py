"""Losses for one class of several."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import nn

from recurra.engine.arguments import BOOL, FRACTION, INTEGER, arg, declared, optional
from recurra.engine.masks import set_mask
from recurra.training.losses.base import registry
from recurra.training.losses.functions import (
    FunctionLoss,
    as_float,
    clip_probabilities,
    dtype_argument,
    lifted,
    loss_function,
    name_argument,
    reduction_argument,
    unlike,
)


def _log_probabilities(y_pred: Any, from_logits: bool, axis: int) -> Any:
    """Logarithms of probabilities that add up to 1 along an axis."""
    if from_logits:
        return nn.log_softmax(y_pred, axis=axis)
    return jnp.log(clip_probabilities(y_pred / jnp.sum(y_pred, axis=axis, keepdims=True)))


@loss_function()
def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    r"""\(-\sum_k y_k \log p_k\) over the classes.

    Args:
        y_true: one-hot rows, or probabilities, (batch, ..., classes).
        y_pred: probabilities, or logits, of the same shape.
        from_logits: whether predictions are logits (no softmax in the model).
        label_smoothing: how far targets are moved towards the uniform distribution, up to 1.
        axis: the axis of the classes.

    Returns:
        (batch, ...).

    Raises:
        ShapeError: where the two have different shapes.
    """
    if label_smoothing:
        y_true = y_true * (1 - label_smoothing) + label_smoothing / y_true.shape[-1]
    return -jnp.sum(y_true * _log_probabilities(y_pred, from_logits, axis), axis=axis)


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Any:
    r"""\(-\log p_y\), where y is the number of the class.

    Args:
        y_true: class numbers from 0, (batch, ...) or (batch, ..., 1).
        y_pred: probabilities, or logits, (batch, ..., classes).
        from_logits: whether predictions are logits (no softmax in the model).
        ignore_class: a number whose samples are left out.
        axis: the axis of the classes.

    Returns:
        (batch, ...). With `ignore_class` it carries a mask.

    Raises:
        ShapeError: where the shapes differ in more than the classes.

    Example:
        >>> sparse_categorical_crossentropy([1], [[0.25, 0.75]]).round(4).tolist()
        [0.28769999742507935]
    """
    y_true, y_pred = jnp.asarray(y_true).astype("int32"), as_float(y_pred)
    if y_true.ndim == y_pred.ndim and y_true.shape[axis] == 1:
        y_true = jnp.squeeze(y_true, axis)
    labels = jnp.expand_dims(y_true, axis)  # as y_pred, with one class
    wanted = list(y_pred.shape)
    wanted[axis] = 1
    if labels.shape != tuple(wanted):
        what = "takes a class number for each row of predictions"
        raise unlike("sparse_categorical_crossentropy", what, y_true, y_pred)
    real = labels != ignore_class if ignore_class is not None else None
    if real is not None:
        y_pred = jnp.where(real, y_pred, 1)
    classes = jax.lax.broadcasted_iota("int32", y_pred.shape, axis % y_pred.ndim)
    log_p = _log_probabilities(y_pred, from_logits, axis)
    values = -jnp.sum(jnp.where(classes == labels, log_p, 0), axis=axis)
    if real is not None:
        real = jnp.squeeze(real, axis)
        values = jnp.where(real, values, 0)
        set_mask(values, real)
    return values


sparse_categorical_crossentropy = registry.add(
    lifted(sparse_categorical_crossentropy, sparse_categorical_crossentropy)
)


@registry.add
@declared
class CategoricalCrossentropy(FunctionLoss):
    r"""\(-\sum_k y_k \log p_k\): for one class of several, given as one-hot rows.

    Args:
        from_logits: whether predictions are logits (no softmax in the model).
        label_smoothing: how far targets are moved towards the uniform distribution, up to 1.
        axis: the axis of the classes.
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.
    """

    function = staticmethod(categorical_crossentropy)
    from_logits: bool = arg(default=False, check=BOOL)
    label_smoothing: float = arg(default=0.0, check=FRACTION)
    axis: int = arg(default=-1, check=INTEGER)
    reduction: str | None = reduction_argument()
    name: str = name_argument("categorical_crossentropy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class SparseCategoricalCrossentropy(FunctionLoss):
    r"""\(-\log p_y\): for one class of several, given as its number.

    Args:
        from_logits: whether predictions are logits (no softmax in the model).
        ignore_class: a number whose samples are left out.
        reduction: see `Loss`.
        axis: the axis of the classes.
        name: of the loss.
        dtype: the float type to compute in.
    """

    function = staticmethod(sparse_categorical_crossentropy)
    from_logits: bool = arg(default=False, check=BOOL)
    ignore_class: int | None = arg(default=None, check=optional(INTEGER))
    reduction: str | None = reduction_argument()
    axis: int = arg(default=-1, check=INTEGER)
    name: str = name_argument("sparse_categorical_crossentropy")
    dtype: Any = dtype_argument()
