"""Normalization: mean 0 and variance 1, over a batch or within each sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from recurra.engine.arguments import (
    BOOL,
    FRACTION,
    INTEGER,
    POSITIVE,
    arg,
    declared,
    one_of,
)
from recurra.engine.config import epsilon as small
from recurra.engine.layer import Layer
from recurra.engine.shapes import Shape
from recurra.layers.arguments import AXES, constraint, initializer, regularizer
from recurra.layers.checks import check_mask, check_sizes, known_size, refuse


class Normalizing(Layer):
    """What the kinds of normalization have in common."""

    shape_rule = "batch ... features -> same"
    supports_masking = True

    axis: Any
    center: bool
    scale: bool

    gamma: Any = None
    beta: Any = None
    #: The rank and the sizes of the normalized axes that the weights were made for.
    _made_for: tuple[int, dict[int, int]] | None = None

    def axes_of(self, shape: Sequence[Any]) -> list[int]:
        """The normalized axes of an array of that shape, counted from 0."""
        axes = self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]
        rank = len(shape)
        if any(not -rank <= a < rank for a in axes):
            refuse(
                self,
                Shape(shape),
                f"an input that has the axis {self.axis}",
                f"{self.label} normalizes axis={self.axis}, and its input {Shape(shape)} has the "
                f"axes 0 to {rank - 1}.",
            )
        return sorted(a % rank for a in axes)

    def keep_sizes(self, input_shape: Any) -> tuple[int, ...]:
        """Remember for which sizes of the axes the layer is made; returns these."""
        axes = self.axes_of(input_shape)
        shape = tuple(known_size(self, input_shape, a, "weights") for a in axes)
        self._made_for = len(input_shape), dict(zip(axes, shape))
        return shape

    def make_weights(self, input_shape: Any) -> tuple[int, ...]:
        """Make scale and offset; returns their shape."""
        shape = self.keep_sizes(input_shape)
        for part, wanted in (("gamma", self.scale), ("beta", self.center)):
            if wanted:
                weight = self.add_weight(
                    name=part,
                    shape=shape,
                    initializer=getattr(self, f"{part}_initializer"),
                    regularizer=getattr(self, f"{part}_regularizer"),
                    constraint=getattr(self, f"{part}_constraint"),
                )
                setattr(self, part, weight)
        return shape

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs of other sizes than those the weights were made for."""
        if self._made_for is None:
            super().check_input(inputs, argument)
        else:
            check_sizes(self, inputs, argument, *self._made_for)

    def scaled(self, x: Any, mean: Any, variance: Any, epsilon: float) -> Any:
        """The normalized array, scaled and offset; mean and variance broadcast against it."""
        axes = self.axes_of(x.shape)
        beside = [size if k in axes else 1 for k, size in enumerate(x.shape)]
        factor = lax.rsqrt(variance + epsilon)
        if self.gamma is not None:
            factor = factor * self.gamma.value.reshape(beside)
        shifted = (x - mean) * factor
        return shifted if self.beta is None else shifted + self.beta.value.reshape(beside)


@declared
class BatchNormalization(Normalizing):
    r"""Normalizes each feature over the batch.

    \(y = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta\). In training \(\mu\) and
    \(\sigma^2\) are those of the batch, without masked timesteps; otherwise, and where the layer is
    not `trainable`, they are the moving ones that training has left.

    Args:
        axis: the axis of the features.
        momentum: the share of the moving statistics that a training step keeps.
        epsilon: added to the variance.
        center: whether \(\beta\) is there.
        scale: whether \(\gamma\) is there.
        renorm: batch renormalization, which is not available.
        renorm_clipping: belongs to it.
        renorm_momentum: belongs to it.
        synchronized: statistics over several devices, which are always taken of the whole batch.

    Shapes: any to the same; the weights gamma, beta, moving_mean, moving_variance are (features,).
    Source: Ioffe and Szegedy 2015; Keras's BatchNormalization.

    Example:
        >>> import numpy as np
        >>> layer = BatchNormalization(epsilon=1e-9)
        >>> np.asarray(layer(np.array([[1.0], [3.0]]), training=True)).round(3).tolist()
        [[-1.0], [1.0]]
    """

    axis: int = arg(default=-1, check=INTEGER, convert=lambda a: _only(a))
    momentum: float = arg(default=0.99, check=FRACTION)
    epsilon: float = arg(default=0.001, check=POSITIVE)
    center: bool = arg(default=True, check=BOOL)
    scale: bool = arg(default=True, check=BOOL)
    beta_initializer: Any = initializer("zeros", old=("beta_init",))
    gamma_initializer: Any = initializer("ones", old=("gamma_init",))
    moving_mean_initializer: Any = initializer("zeros")
    moving_variance_initializer: Any = initializer("ones")
    beta_regularizer: Any = regularizer()
    gamma_regularizer: Any = regularizer()
    beta_constraint: Any = constraint()
    gamma_constraint: Any = constraint()
    renorm: bool = arg(default=False, check=one_of(False))
    renorm_clipping: Any = arg(default=None)
    renorm_momentum: float = arg(default=0.99, check=FRACTION)
    synchronized: bool = arg(default=False, check=BOOL)

    def build(self, input_shape: Any) -> None:
        """Make scale, offset and moving statistics."""
        shape = self.make_weights(input_shape)
        self.moving_mean, self.moving_variance = (
            self.add_weight(
                name=part,
                shape=shape,
                initializer=getattr(self, f"{part}_initializer"),
                trainable=False,
            )
            for part in ("moving_mean", "moving_variance")
        )

    def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
        """Normalize.

        Args:
            inputs: (batch, ..., features).
            training: whether the statistics are the batch's and change the moving ones.
            mask: (batch, ...) without the features, True where a position counts.

        Returns:
            The inputs' shape.
        """
        x = self.cast(inputs)
        kept = self.axes_of(x.shape)
        beside = [size if k in kept else 1 for k, size in enumerate(x.shape)]
        if not (training and self.trainable):
            mean, variance = self.moving_mean.value, self.moving_variance.value
            return self.scaled(x, mean.reshape(beside), variance.reshape(beside), self.epsilon)
        over = tuple(k for k in range(x.ndim) if k not in kept)
        mean, variance = self._moments(x, over, mask)
        for moving, now in ((self.moving_mean, mean), (self.moving_variance, variance)):
            old = moving.value
            moving.assign(old * self.momentum + now.reshape(old.shape) * (1.0 - self.momentum))
        return self.scaled(x, mean, variance, self.epsilon)

    def _moments(self, x: Any, over: tuple[int, ...], mask: Any) -> tuple[Any, Any]:
        """Mean and variance over axes, of the positions where the mask is True."""
        if mask is None:
            return x.mean(over, keepdims=True), x.var(over, keepdims=True)
        real = jnp.broadcast_to(check_mask(self, mask, x, x.ndim - 1)[..., None], x.shape)
        count = real.astype(x.dtype).sum(over, keepdims=True) + small()
        mean = jnp.where(real, x, 0.0).sum(over, keepdims=True) / count
        squares = jnp.where(real, jnp.square(x - mean), 0.0)
        return mean, squares.sum(over, keepdims=True) / count


@declared
class LayerNormalization(Normalizing):
    r"""Normalizes within each sample and timestep.

    \(y = \gamma (x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta\).

    Args:
        axis: the axis, or axes, over which \(\mu\) and \(\sigma^2\) are taken.
        epsilon: added to the variance.
        center: whether \(\beta\) is there.
        scale: whether \(\gamma\) is there.

    Shapes: any to the same; the weights gamma and beta have the sizes of the axes.
    Source: Ba et al. 2016; Keras's LayerNormalization.

    Example:
        >>> import numpy as np
        >>> layer = LayerNormalization(epsilon=1e-9)
        >>> np.asarray(layer(np.array([[1.0, 3.0]]))).round(3).tolist()
        [[-1.0, 1.0]]
    """

    axis: Any = arg(
        default=-1,
        convert=lambda a: _only(a),
        check=AXES,
    )
    epsilon: float = arg(default=0.001, check=POSITIVE)
    center: bool = arg(default=True, check=BOOL)
    scale: bool = arg(default=True, check=BOOL)
    beta_initializer: Any = initializer("zeros")
    gamma_initializer: Any = initializer("ones")
    beta_regularizer: Any = regularizer()
    gamma_regularizer: Any = regularizer()
    beta_constraint: Any = constraint()
    gamma_constraint: Any = constraint()
    rms_scaling: bool = arg(default=False, check=one_of(False), kw_only=True, hidden=True)

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Unless it normalizes over the samples."""
        axes = self._made_for[1] if self._made_for else self.axis
        return 0 not in (axes if isinstance(axes, (dict, list, tuple)) else [axes])

    def build(self, input_shape: Any) -> None:
        """Make scale and offset."""
        self.make_weights(input_shape)

    def call(self, inputs: Any) -> Any:
        """Normalize (batch, ...)."""
        x = self.cast(inputs)
        over = tuple(self.axes_of(x.shape))
        mean, variance = x.mean(over, keepdims=True), x.var(over, keepdims=True)
        return self.scaled(x, mean, variance, self.epsilon)


def _only(axis: Any) -> Any:
    """The axis itself, also from the list of one that earlier versions wrote."""
    return axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
