"""What networks are made of: activations, convolution, pooling, normalization, losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from recurra import activations
from recurra.engine.config import epsilon as small
from recurra.ops.creation import multi_hot as multi_hot
from recurra.ops.creation import one_hot as one_hot
from recurra.ops.linalg import normalize as normalize
from recurra.ops.making import named, op, plain

# Activations ------------------------------------------------------------------------------------

celu = plain(activations.celu)
elu = plain(activations.elu)
glu = plain(activations.glu)
hard_shrink = plain(activations.hard_shrink)
hard_sigmoid = plain(activations.hard_sigmoid)
hard_silu = plain(activations.hard_silu)
hard_tanh = plain(activations.hard_tanh)
leaky_relu = plain(activations.leaky_relu)
log_sigmoid = plain(activations.log_sigmoid)
log_softmax = plain(activations.log_softmax)
relu = plain(activations.relu)
relu6 = plain(activations.relu6)
selu = plain(activations.selu)
sigmoid = plain(activations.sigmoid)
silu = plain(activations.silu)
soft_shrink = plain(activations.soft_shrink)
softmax = plain(activations.softmax)
softplus = plain(activations.softplus)
softsign = plain(activations.softsign)
sparse_plus = plain(activations.sparse_plus)
sparse_sigmoid = plain(activations.sparse_sigmoid)
squareplus = plain(activations.squareplus)
tanh_shrink = plain(activations.tanh_shrink)
swish = plain(activations.swish)
hard_swish = plain(activations.hard_swish)
gelu = op(jax.nn.gelu, "x, approximate=True", "x times the normal distribution's share below x.")
threshold = op(
    lambda x, limit, value: jnp.where(x > limit, x, value),
    "x, threshold, default_value",
    "x where it is above the threshold, and the default value elsewhere.",
)


# Convolution and pooling ------------------------------------------------------------------------


def _each(value: Any, count: int) -> tuple[int, ...]:
    """One number for each axis over which a window moves."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * count


def _layout(data_format: str | None, rank: int) -> tuple[bool, tuple[str, str, str]]:
    """Whether channels come first, and JAX's names of the axes of input, kernel and output."""
    space = "DHW"[3 - (rank - 2) :]
    first = data_format == "channels_first"
    sides = f"NC{space}" if first else f"N{space}C"
    return first, (sides, f"{space}IO", sides)


@op
def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The sum of a window of (batch, ..., channels) times a kernel (..., channels, filters)."""
    first, layout = _layout(data_format, inputs.ndim)
    moved = inputs.ndim - 2
    return lax.conv_general_dilated(
        inputs,
        kernel,
        window_strides=_each(strides, moved),
        padding=padding.upper(),
        rhs_dilation=_each(dilation_rate, moved),
        dimension_numbers=layout,
        feature_group_count=inputs.shape[1 if first else -1] // kernel.shape[-2],
    )


@op
def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The same for each channel by itself; the kernel is (..., channels, filters per channel)."""
    kernel = kernel.reshape((*kernel.shape[:-2], 1, kernel.shape[-2] * kernel.shape[-1]))
    return conv.pure(inputs, kernel, strides, padding, data_format, dilation_rate)  # type: ignore[attr-defined]


@op
def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A depthwise convolution, then one that mixes the channels of each place."""
    x = depthwise_conv.pure(  # type: ignore[attr-defined]
        inputs, depthwise_kernel, strides, padding, data_format, dilation_rate
    )
    return conv.pure(x, pointwise_kernel, 1, "valid", data_format, 1)  # type: ignore[attr-defined]


def _pool(x: Any, start: float, function: Any, window: Any, strides: Any, how: tuple) -> Any:
    padding, data_format = how
    sizes = _each(window, x.ndim - 2)
    moves = sizes if strides is None else _each(strides, x.ndim - 2)
    sizes, moves = (
        (1, 1, *v) if data_format == "channels_first" else (1, *v, 1) for v in (sizes, moves)
    )
    return lax.reduce_window(x, np.asarray(start, x.dtype), function, sizes, moves, padding.upper())


@op
def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The largest value of each window of (batch, ..., channels)."""
    how = padding, data_format
    return _pool(inputs, -np.inf, lax.max, pool_size, strides, how)


@op
def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The mean of each window of (batch, ..., channels), of what lies inside the input."""
    how = padding, data_format
    total = _pool(inputs, 0.0, lax.add, pool_size, strides, how)
    return total / _pool(jnp.ones_like(inputs), 0.0, lax.add, pool_size, strides, how)


# Normalization and attention --------------------------------------------------------------------


@op
def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Any:
    """Mean and variance over axes."""
    axes = tuple(axes) if isinstance(axes, (list, tuple)) else axes
    return x.mean(axes, keepdims=keepdims), x.var(axes, keepdims=keepdims)


def _along(value: Any, axes: Sequence[int], x: Any) -> Any:
    """A value for some axes of x in a shape that broadcasts against it."""
    own = {a % x.ndim for a in axes}
    return jnp.reshape(value, [s if k in own else 1 for k, s in enumerate(x.shape)])


@op
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 0.001,
) -> Any:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, each for the places of an axis."""
    mean, variance = _along(mean, [axis], x), _along(variance, [axis], x)
    factor = lax.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * _along(scale, [axis], x)
    shifted = (x - mean) * factor
    return shifted if offset is None else shifted + _along(offset, [axis], x)


@op
def layer_normalization(
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Any = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Any:
    """X with mean 0 and variance 1 along axes, times gamma plus beta."""
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    y = (x - mean) * lax.rsqrt(variance + (small() if epsilon is None else epsilon))
    y = y if gamma is None else y * _along(gamma, axes, x)
    return y if beta is None else y + _along(beta, axes, x)


@op
def rms_normalization(x: Any, scale: Any = None, axis: Any = -1, epsilon: Any = None) -> Any:
    """X divided by the root of its mean square along axes, times scale."""
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)
    squares = jnp.square(x).mean(axes, keepdims=True)
    y = x * lax.rsqrt(squares + (small() if epsilon is None else epsilon))
    return y if scale is None else y * scale


@op
def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Any:
    """Values (batch, steps, heads, size) weighted by the softmax of query times key."""
    return jax.nn.dot_product_attention(
        query, key, value, bias=bias, mask=mask, scale=scale, is_causal=is_causal
    )


# Losses -----------------------------------------------------------------------------------------


@op
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """Minus the log probability of each target 0 or 1."""
    if from_logits:
        yes, no = jax.nn.log_sigmoid(output), jax.nn.log_sigmoid(-output)
    else:
        output = jnp.clip(output, small(), 1.0 - small())
        yes, no = jnp.log(output), jnp.log(1.0 - output)
    return -(target * yes + (1.0 - target) * no)


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return jax.nn.log_softmax(output, axis)
    shares = output / output.sum(axis, keepdims=True)
    return jnp.log(jnp.clip(shares, small(), 1.0 - small()))


@op
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """Minus the log probability of the class that is 1 in the target."""
    return -(target * _log_probabilities(output, from_logits, axis)).sum(axis)


@op
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """Minus the log probability of the class that the target numbers."""
    target = jnp.asarray(target).astype("int32")
    if target.ndim == output.ndim and target.shape[-1] == 1:
        target = target[..., 0]
    hot = jax.nn.one_hot(target, output.shape[axis], dtype=output.dtype, axis=axis)
    return -(hot * _log_probabilities(output, from_logits, axis)).sum(axis)


named(globals())
