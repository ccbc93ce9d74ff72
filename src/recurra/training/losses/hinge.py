"""Losses for margins: targets are -1 or 1 (0 or 1 are taken for those)."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import declared
from recurra.training.losses.base import registry
from recurra.training.losses.functions import (
    FunctionLoss,
    dtype_argument,
    loss_function,
    name_argument,
    reduction_argument,
)


def _signs(y_true: Any) -> Any:
    """Targets as -1 and 1, where all are 0 or 1; otherwise as they are."""
    binary = jnp.all((y_true == 0) | (y_true == 1))
    return jnp.where(binary, 2 * y_true - 1, y_true)


@loss_function()
def hinge(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}(\max(1 - y \hat y, 0))\) over the last axis.

    Args:
        y_true: -1 or 1, (batch, ..., n).
        y_pred: scores, of the same shape.

    Returns:
        (batch, ...).

    Example:
        >>> hinge([[1.0]], [[0.25]]).tolist()
        [0.75]
    """
    return jnp.mean(jnp.maximum(1 - _signs(y_true) * y_pred, 0), axis=-1)


@loss_function()
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}(\max(1 - y \hat y, 0)^2)\) over the last axis."""
    return jnp.mean(jnp.square(jnp.maximum(1 - _signs(y_true) * y_pred, 0)), axis=-1)


@loss_function()
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    r"""\(\max(\max_{k \ne y} \hat y_k - \hat y_y + 1, 0)\); targets are one-hot rows."""
    right = jnp.sum(y_true * y_pred, axis=-1)
    wrong = jnp.max((1 - y_true) * y_pred, axis=-1)
    return jnp.maximum(wrong - right + 1, 0)


@registry.add
@declared
class Hinge(FunctionLoss):
    r"""\(\text{mean}(\max(1 - y \hat y, 0))\).

    Args:
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.
    """

    function = staticmethod(hinge)
    reduction: str | None = reduction_argument()
    name: str = name_argument("hinge")
    dtype: Any = dtype_argument()


@registry.add
@declared
class SquaredHinge(FunctionLoss):
    r"""\(\text{mean}(\max(1 - y \hat y, 0)^2)\); arguments as `Hinge`."""

    function = staticmethod(squared_hinge)
    reduction: str | None = reduction_argument()
    name: str = name_argument("squared_hinge")
    dtype: Any = dtype_argument()


@registry.add
@declared
class CategoricalHinge(FunctionLoss):
    r"""\(\max(\max_{k \ne y} \hat y_k - \hat y_y + 1, 0)\); arguments as `Hinge`."""

    function = staticmethod(categorical_hinge)
    reduction: str | None = reduction_argument()
    name: str = name_argument("categorical_hinge")
    dtype: Any = dtype_argument()
