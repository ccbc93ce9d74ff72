"""Losses for distributions and counts."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import declared
from recurra.engine.config import epsilon
from recurra.training.losses.base import registry
from recurra.training.losses.functions import (
    FunctionLoss,
    dtype_argument,
    loss_function,
    name_argument,
    reduction_argument,
)


@loss_function("KLD", "kld", "kullback_leibler_divergence")
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    r"""\(\sum_k y_k \log(y_k / p_k)\) over the last axis."""
    y_true, y_pred = (jnp.clip(y, epsilon(), 1) for y in (y_true, y_pred))
    return jnp.sum(y_true * jnp.log(y_true / y_pred), axis=-1)


@loss_function()
def poisson(y_true: Any, y_pred: Any) -> Any:
    r"""\(\text{mean}(\hat y - y \log \hat y)\) over the last axis: for counts."""
    return jnp.mean(y_pred - y_true * jnp.log(y_pred + epsilon()), axis=-1)


@registry.add
@declared
class KLDivergence(FunctionLoss):
    r"""\(\sum_k y_k \log(y_k / p_k)\); arguments as `MeanSquaredError`."""

    function = staticmethod(kl_divergence)
    reduction: str | None = reduction_argument()
    name: str = name_argument("kl_divergence")
    dtype: Any = dtype_argument()


@registry.add
@declared
class Poisson(FunctionLoss):
    r"""\(\text{mean}(\hat y - y \log \hat y)\): for counts; arguments as `MeanSquaredError`."""

    function = staticmethod(poisson)
    reduction: str | None = reduction_argument()
    name: str = name_argument("poisson")
    dtype: Any = dtype_argument()
