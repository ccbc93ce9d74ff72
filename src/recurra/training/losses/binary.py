"""Losses for yes or no."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import nn

from recurra.engine.arguments import BOOL, FRACTION, INTEGER, NOT_NEGATIVE, arg, declared
from recurra.training.losses.base import registry
from recurra.training.losses.functions import (
    FunctionLoss,
    clip_probabilities,
    dtype_argument,
    loss_function,
    name_argument,
    reduction_argument,
)


@loss_function("BCE", "bce")
def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    r"""\(-\text{mean}(y \log p + (1 - y) \log(1 - p))\) over an axis.

    Args:
        y_true: 0 or 1, or probabilities, (batch, ..., n).
        y_pred: probabilities, or logits, of the same shape.
        from_logits: whether predictions are logits (no sigmoid in the model).
        label_smoothing: how far targets are moved towards 0.5, up to 1.
        axis: the axis of the mean.

    Returns:
        (batch, ...).

    Raises:
        ShapeError: where the two have different shapes.

    Example:
        >>> binary_crossentropy([[1.0]], [[0.5]]).round(4).tolist()
        [0.6930999755859375]
    """
    if label_smoothing:
        y_true = y_true * (1 - label_smoothing) + 0.5 * label_smoothing
    return jnp.mean(_binary(y_true, y_pred, from_logits), axis=axis)


def _binary(y_true: Any, y_pred: Any, from_logits: bool) -> Any:
    if from_logits:
        log_p, log_not_p = nn.log_sigmoid(y_pred), nn.log_sigmoid(-y_pred)
    else:
        p = clip_probabilities(y_pred)
        log_p, log_not_p = jnp.log(p), jnp.log(1 - p)
    return -(y_true * log_p + (1 - y_true) * log_not_p)


@loss_function()
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    r"""`binary_crossentropy` times \((1 - p_t)^\gamma\): less weight on what is easy.

    Args:
        y_true: 0 or 1, (batch, ..., n).
        y_pred: probabilities, or logits, of the same shape.
        apply_class_balancing: whether to weigh ones by alpha and zeros by 1 - alpha.
        alpha: the weight of ones.
        gamma: how much less weight.
        from_logits: whether predictions are logits.
        label_smoothing: how far targets are moved towards 0.5, up to 1.
        axis: the axis of the mean.

    Source: Lin et al., https://arxiv.org/abs/1708.02002
    """
    if label_smoothing:
        y_true = y_true * (1 - label_smoothing) + 0.5 * label_smoothing
    p = nn.sigmoid(y_pred) if from_logits else y_pred
    of_the_target = y_true * p + (1 - y_true) * (1 - p)
    values = _binary(y_true, p, False) * jnp.power(1 - of_the_target, gamma)
    if apply_class_balancing:
        values = values * (y_true * alpha + (1 - y_true) * (1 - alpha))
    return jnp.mean(values, axis=axis)


@registry.add
@declared
class BinaryCrossentropy(FunctionLoss):
    r"""\(-\text{mean}(y \log p + (1 - y) \log(1 - p))\): for yes or no.

    Args:
        from_logits: whether predictions are logits (no sigmoid in the model).
        label_smoothing: how far targets are moved towards 0.5, up to 1.
        axis: the axis of the mean.
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.

    Example:
        >>> float(BinaryCrossentropy(from_logits=True)([[1.0]], [[0.0]]).round(4))
        0.6930999755859375
    """

    function = staticmethod(binary_crossentropy)
    from_logits: bool = arg(default=False, check=BOOL)
    label_smoothing: float = arg(default=0.0, check=FRACTION)
    axis: int = arg(default=-1, check=INTEGER)
    reduction: str | None = reduction_argument()
    name: str = name_argument("binary_crossentropy")
    dtype: Any = dtype_argument()


@registry.add
@declared
class BinaryFocalCrossentropy(FunctionLoss):
    r"""Binary cross-entropy with less weight on what is easy.

    Args:
        apply_class_balancing: whether to weigh ones by alpha and zeros by 1 - alpha.
        alpha: the weight of ones.
        gamma: how much less weight.
        from_logits: whether predictions are logits.
        label_smoothing: how far targets are moved towards 0.5, up to 1.
        axis: the axis of the mean.
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.
    """

    function = staticmethod(binary_focal_crossentropy)
    apply_class_balancing: bool = arg(default=False, check=BOOL)
    alpha: float = arg(default=0.25, check=FRACTION)
    gamma: float = arg(default=2.0, check=NOT_NEGATIVE)
    from_logits: bool = arg(default=False, check=BOOL)
    label_smoothing: float = arg(default=0.0, check=FRACTION)
    axis: int = arg(default=-1, check=INTEGER)
    reduction: str | None = reduction_argument()
    name: str = name_argument("binary_focal_crossentropy")
    dtype: Any = dtype_argument()
