"""Losses for numbers."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
from jax import nn

from recurra.engine.arguments import INTEGER, POSITIVE, arg, declared
from recurra.engine.config import epsilon
from recurra.training.losses.base import registry
from recurra.training.losses.functions import (
    FunctionLoss,
    dtype_argument,
    loss_function,
    name_argument,
    reduction_argument,
)


@loss_function("MSE", "mse")
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}((y - \hat y)^2)\) over the last axis.

    Args:
        y_true: targets, (batch, ..., n).
        y_pred: predictions, (batch, ..., n).

    Returns:
        (batch, ...).

    Raises:
        ShapeError: where the two have different shapes.

    Example:
        >>> mean_squared_error([[1.0, 2.0]], [[1.0, 4.0]]).tolist()
        [2.0]
    """
    return jnp.mean(jnp.square(y_true - y_pred), axis=-1)


@loss_function("MAE", "mae")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}(|y - \hat y|)\) over the last axis; see `mean_squared_error`."""
    return jnp.mean(jnp.abs(y_true - y_pred), axis=-1)


@loss_function("MAPE", "mape")
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    r"""\(100 \cdot \text{mean}(|y - \hat y| / |y|)\) over the last axis."""
    return 100 * jnp.mean(
        jnp.abs((y_true - y_pred) / jnp.maximum(jnp.abs(y_true), epsilon())), axis=-1
    )


@loss_function("MSLE", "msle")
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}((\log(1 + y) - \log(1 + \hat y))^2)\), negative numbers taken for 0."""
    log_pred, log_true = (jnp.log(jnp.maximum(y, epsilon()) + 1) for y in (y_pred, y_true))
    return jnp.mean(jnp.square(log_pred - log_true), axis=-1)


@loss_function("logcosh")
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}(\log \cosh(\hat y - y))\): squared where small, absolute where large."""
    error = y_pred - y_true
    return jnp.mean(error + nn.softplus(-2 * error) - math.log(2), axis=-1)


@loss_function()
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    r"""Half the square up to an error of `delta`, beyond it \(\delta |e| - \delta^2 / 2\)."""
    error = jnp.abs(y_pred - y_true)
    values = jnp.where(error <= delta, 0.5 * jnp.square(error), delta * error - 0.5 * delta**2)
    return jnp.mean(values, axis=-1)


@loss_function()
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    r"""\(-\cos(y, \hat y)\) along an axis: -1 for the same direction, 1 for opposite ones."""
    return -jnp.sum(unit(y_true, axis) * unit(y_pred, axis), axis=axis)


def unit(x: Any, axis: int) -> Any:
    """Vectors along an axis scaled to length 1."""
    squares = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
    return x / jnp.sqrt(jnp.maximum(squares, epsilon() ** 2))


@registry.add
@declared
class MeanSquaredError(FunctionLoss):
    r"""\(\text{mean}((y - \hat y)^2)\).

    Args:
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.

    Example:
        >>> float(MeanSquaredError()([[1.0], [2.0]], [[1.0], [4.0]]))
        2.0
    """

    function = staticmethod(mean_squared_error)
    reduction: str | None = reduction_argument()
    name: str = name_argument("mean_squared_error")
    dtype: Any = dtype_argument()


@registry.add
@declared
class MeanAbsoluteError(FunctionLoss):
    r"""\(\text{mean}(|y - \hat y|)\); arguments as `MeanSquaredError`."""

    function = staticmethod(mean_absolute_error)
    reduction: str | None = reduction_argument()
    name: str = name_argument("mean_absolute_error")
    dtype: Any = dtype_argument()


@registry.add
@declared
class MeanAbsolutePercentageError(FunctionLoss):
    r"""\(100 \cdot \text{mean}(|y - \hat y| / |y|)\); arguments as `MeanSquaredError`."""

    function = staticmethod(mean_absolute_percentage_error)
    reduction: str | None = reduction_argument()
    name: str = name_argument("mean_absolute_percentage_error")
    dtype: Any = dtype_argument()


@registry.add
@declared
class MeanSquaredLogarithmicError(FunctionLoss):
    r"""\(\text{mean}((\log(1 + y) - \log(1 + \hat y))^2)\); arguments as `MeanSquaredError`."""

    function = staticmethod(mean_squared_logarithmic_error)
    reduction: str | None = reduction_argument()
    name: str = name_argument("mean_squared_logarithmic_error")
    dtype: Any = dtype_argument()


@registry.add
@declared
class LogCosh(FunctionLoss):
    r"""\(\text{mean}(\log \cosh(\hat y - y))\); arguments as `MeanSquaredError`."""

    function = staticmethod(log_cosh)
    reduction: str | None = reduction_argument()
    name: str = name_argument("log_cosh")
    dtype: Any = dtype_argument()


@registry.add
@declared
class Huber(FunctionLoss):
    r"""Half the squared error up to `delta`, the absolute error beyond it.

    Args:
        delta: where the two meet.
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.

    Source: Huber, https://doi.org/10.1214/aoms/1177703732
    """

    function = staticmethod(huber)
    delta: float = arg(default=1.0, check=POSITIVE)
    reduction: str | None = reduction_argument()
    name: str = name_argument("huber_loss")
    dtype: Any = dtype_argument()


@registry.add
@declared
class CosineSimilarity(FunctionLoss):
    r"""\(-\cos(y, \hat y)\).

    Args:
        axis: along which the vectors lie.
        reduction: see `Loss`.
        name: of the loss.
        dtype: the float type to compute in.
    """

    function = staticmethod(cosine_similarity)
    axis: int = arg(default=-1, check=INTEGER)
    reduction: str | None = reduction_argument()
    name: str = name_argument("cosine_similarity")
    dtype: Any = dtype_argument()
