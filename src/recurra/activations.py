"""Activations: functions of one array that a layer applies to what it computed.

Each takes an array, a `Variable` or a symbolic tensor of any shape and returns the same shape.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import nn

from recurra.engine.apply import apply
from recurra.engine.registry import Registry
from recurra.engine.suggestions import names_of as _names_of

registry = Registry("activation", "activations")


def _activation(*aliases: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function of arrays take variables and symbolic tensors too, and register it."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def activation(x: Any, *args: Any, **kwargs: Any) -> Any:
            return apply(function, x, *args, **kwargs)

        return registry.add(activation, *aliases)

    return register


@_activation()
def linear(x: Any) -> Any:
    """The identity: x."""
    return x


@_activation()
def relu(
    x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Any:
    r"""Rectified linear unit: \(\max(x, 0)\).

    Args:
        x: array of any shape.
        negative_slope: slope below the threshold.
        max_value: the largest value it gives.
        threshold: below it, the result is `negative_slope * (x - threshold)`.

    Returns:
        An array of x's shape.

    Example:
        >>> relu([-2.0, 3.0]).tolist()
        [0.0, 3.0]
    """
    x = jnp.asarray(x)
    above = nn.relu(x) if threshold == 0 else jnp.where(x > threshold, x, 0)
    if max_value is not None:
        above = nn.relu6(x) if max_value == 6 and threshold == 0 else jnp.clip(above, 0, max_value)
    if negative_slope == 0:
        return above
    return above - negative_slope * nn.relu(threshold - x)


@_activation()
def relu6(x: Any) -> Any:
    r"""\(\min(\max(x, 0), 6)\)."""
    return nn.relu6(jnp.asarray(x))


@_activation()
def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    r"""\(x\) above 0, \(negative\_slope \cdot x\) below."""
    return nn.leaky_relu(jnp.asarray(x), negative_slope)


@_activation()
def elu(x: Any, alpha: float = 1.0) -> Any:
    r"""Exponential linear unit: \(x\) above 0, \(\alpha (e^x - 1)\) below."""
    return nn.elu(jnp.asarray(x), alpha)


@_activation()
def selu(x: Any) -> Any:
    r"""Scaled exponential linear unit: \(1.0507\) times `elu` with \(\alpha = 1.6733\)."""
    return nn.selu(jnp.asarray(x))


@_activation()
def celu(x: Any, alpha: float = 1.0) -> Any:
    r"""\(\max(x, 0) + \min(0, \alpha (e^{x / \alpha} - 1))\)."""
    return nn.celu(jnp.asarray(x), alpha)


@_activation()
def gelu(x: Any, approximate: bool = False) -> Any:
    r"""Gaussian error linear unit: \(x \Phi(x)\), with tanh for \(\Phi\) if `approximate`."""
    return nn.gelu(jnp.asarray(x), approximate)


@_activation()
def glu(x: Any, axis: int = -1) -> Any:
    r"""Gated linear unit: \(a \sigma(b)\) where a and b are the halves of x along `axis`."""
    return nn.glu(jnp.asarray(x), axis)


@_activation("swish")
def silu(x: Any) -> Any:
    r"""\(x \sigma(x)\), also called swish."""
    return nn.silu(jnp.asarray(x))


@_activation()
def softplus(x: Any) -> Any:
    r"""\(\log(1 + e^x)\)."""
    return nn.softplus(jnp.asarray(x))


@_activation()
def softsign(x: Any) -> Any:
    r"""\(x / (1 + |x|)\)."""
    return nn.soft_sign(jnp.asarray(x))


@_activation()
def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """X moved towards 0 by the threshold, 0 within it."""
    x = jnp.asarray(x)
    return jnp.sign(x) * nn.relu(jnp.abs(x) - threshold)


@_activation()
def squareplus(x: Any, b: float = 4) -> Any:
    r"""\((x + \sqrt{x^2 + b}) / 2\)."""
    return nn.squareplus(jnp.asarray(x), b)


@_activation()
def sparse_plus(x: Any) -> Any:
    r"""0 below -1, \((x + 1)^2 / 4\) between, \(x\) above 1."""
    return nn.sparse_plus(jnp.asarray(x))


@_activation()
def sparse_sigmoid(x: Any) -> Any:
    r"""\((x + 1) / 2\) clipped to 0..1."""
    return nn.sparse_sigmoid(jnp.asarray(x))


@_activation()
def tanh(x: Any) -> Any:
    """Hyperbolic tangent, from -1 to 1."""
    return jnp.tanh(jnp.asarray(x))


@_activation()
def tanh_shrink(x: Any) -> Any:
    r"""\(x - \tanh(x)\)."""
    x = jnp.asarray(x)
    return x - jnp.tanh(x)


@_activation()
def sigmoid(x: Any) -> Any:
    r"""\(1 / (1 + e^{-x})\), from 0 to 1."""
    return nn.sigmoid(jnp.asarray(x))


@_activation()
def hard_sigmoid(x: Any) -> Any:
    r"""\(x / 6 + 1 / 2\) clipped to 0..1."""
    return nn.hard_sigmoid(jnp.asarray(x))


@_activation("hard_swish")
def hard_silu(x: Any) -> Any:
    r"""\(x\) times `hard_sigmoid` of x, also called hard swish."""
    return nn.hard_silu(jnp.asarray(x))


@_activation()
def hard_tanh(x: Any) -> Any:
    """X clipped to -1..1."""
    return nn.hard_tanh(jnp.asarray(x))


@_activation()
def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """X outside the threshold, 0 within it."""
    x = jnp.asarray(x)
    return jnp.where(jnp.abs(x) > threshold, x, 0)


@_activation()
def exponential(x: Any) -> Any:
    r"""\(e^x\)."""
    return jnp.exp(jnp.asarray(x))


@_activation()
def mish(x: Any) -> Any:
    r"""\(x \tanh(\log(1 + e^x))\)."""
    x = jnp.asarray(x)
    return x * jnp.tanh(nn.softplus(x))


@_activation()
def softmax(x: Any, axis: int = -1) -> Any:
    r"""\(e^{x_i} / \sum_j e^{x_j}\) along `axis`: positive numbers that add up to 1."""
    return nn.softmax(jnp.asarray(x), axis)


@_activation()
def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of `softmax`."""
    return nn.log_softmax(jnp.asarray(x), axis)


@_activation()
def log_sigmoid(x: Any) -> Any:
    """The logarithm of `sigmoid`."""
    return nn.log_sigmoid(jnp.asarray(x))


swish = silu
hard_swish = hard_silu


def get(identifier: Any) -> Callable[..., Any]:
    """The activation of a name, a configuration or a function; `linear` for None.

    Raises:
        ArgumentError: with the nearest name, where there is none of that name.
    """
    return linear if identifier is None else registry.get(identifier)


def name_of(function: Any) -> str | None:
    """The name of one of these functions; None for any other."""
    name = getattr(function, "__name__", "")
    return name if registry.names.get(name) is function else None


serialize = registry.serialize
deserialize = registry.deserialize

__getattr__ = _names_of(__name__)
