"""Activation, and the activations that are layers of their own."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from recurra import activations
from recurra.engine.arguments import NOT_NEGATIVE, NUMBER, Check, arg, declared, optional
from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.layers.arguments import AXES, constraint, initializer, regularizer
from recurra.layers.checks import check_sizes, known_size


class Elementwise(Layer):
    """A layer whose output has the shape of its input."""

    shape_rule = "batch ... -> same"
    supports_masking = True
    per_sample = True


@declared
class Activation(Elementwise):
    """Applies an activation.

    Args:
        activation: a name such as "relu", or a function of an array.

    Shapes: any to the same. Source: Keras's Activation.

    Example:
        >>> Activation("relu")([[-1.0, 2.0]]).tolist()
        [[0.0, 2.0]]
    """

    activation: Any = arg(convert=activations.get, serialize=activations.serialize)

    def call(self, inputs: Any) -> Any:
        """Apply it to (batch, ...)."""
        return self.activation(self.cast(inputs))


@declared
class ReLU(Elementwise):
    r"""\(\max(x, 0)\), with a slope below and a limit above if wanted.

    Args:
        max_value: the largest value it gives.
        negative_slope: slope below the threshold.
        threshold: below it, the result is `negative_slope * (x - threshold)`.

    Shapes: any to the same. Source: Keras's ReLU.

    Example:
        >>> ReLU(max_value=1)([[-1.0, 2.0]]).tolist()
        [[0.0, 1.0]]
    """

    max_value: float | None = arg(default=None, check=optional(NOT_NEGATIVE))
    negative_slope: float = arg(default=0.0, check=NOT_NEGATIVE)
    threshold: float = arg(default=0.0, check=NOT_NEGATIVE)

    def call(self, inputs: Any) -> Any:
        """Apply it to (batch, ...)."""
        return activations.relu(
            self.cast(inputs), self.negative_slope, self.max_value, self.threshold
        )


@declared
class LeakyReLU(Elementwise):
    r"""\(x\) above 0, \(s x\) below.

    Args:
        negative_slope: s.

    Shapes: any to the same. Source: Keras's LeakyReLU.

    Example:
        >>> LeakyReLU(0.5)([[-1.0, 2.0]]).tolist()
        [[-0.5, 2.0]]
    """

    negative_slope: float = arg(default=0.3, check=NOT_NEGATIVE, old=("alpha",))

    def call(self, inputs: Any) -> Any:
        """Apply it to (batch, ...)."""
        return activations.leaky_relu(self.cast(inputs), self.negative_slope)


@declared
class ELU(Elementwise):
    r"""\(x\) above 0, \(\alpha (e^x - 1)\) below.

    Args:
        alpha: minus the value it goes to on the left.

    Shapes: any to the same. Source: Keras's ELU.

    Example:
        >>> ELU()([[0.0, 2.0]]).tolist()
        [[0.0, 2.0]]
    """

    alpha: float = arg(default=1.0, check=NUMBER)

    def call(self, inputs: Any) -> Any:
        """Apply it to (batch, ...)."""
        return activations.elu(self.cast(inputs), self.alpha)


def _axes(value: Any) -> Any:
    return value if value is None or hasattr(value, "__iter__") else [value]


@declared
class PReLU(Elementwise):
    r"""\(x\) above 0, \(\alpha x\) below, with a learned \(\alpha\) for each position.

    Args:
        shared_axes: axes along which all positions share one slope, such as [1] for timesteps.

    Shapes: any to the same; `alpha` is (timesteps, features), 1 at shared axes.
    Source: Keras's PReLU.

    Example:
        >>> PReLU(alpha_initializer="ones")([[-1.0, 2.0]]).tolist()
        [[-1.0, 2.0]]
    """

    alpha_initializer: Any = initializer("zeros", old=("init",))
    alpha_regularizer: Any = regularizer()
    alpha_constraint: Any = constraint()
    shared_axes: Any = arg(
        default=None,
        convert=_axes,
        check=Check(
            "axes from 1 on", lambda v: all(hasattr(a, "__index__") and a > 0 for a in v or ())
        ),
    )

    def build(self, input_shape: Any) -> None:
        """Make the slopes."""
        self.alpha = self.add_weight(
            name="alpha",
            shape=[
                1 if k in self._shared else known_size(self, input_shape, k, "alpha")
                for k in range(1, len(input_shape))
            ],
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs of other sizes than those the slopes were made for."""
        super().check_input(inputs, argument)
        if self.built:
            own = {k: size for k, size in enumerate(self.alpha.shape, 1) if k not in self._shared}
            check_sizes(self, inputs, argument, self.alpha.ndim + 1, own)

    @property
    def _shared(self) -> Any:
        return self.shared_axes or ()

    def call(self, inputs: Any) -> Any:
        """Apply it to (batch, ...)."""
        x = self.cast(inputs)
        return activations.relu(x) - self.alpha.value * activations.relu(-x)


@declared
class Softmax(Elementwise):
    r"""\(e^{x_i} / \sum_j e^{x_j}\) along an axis.

    Args:
        axis: the axis, or several, whose values add up to 1.

    Shapes: any to the same. Source: Keras's Softmax.

    Example:
        >>> Softmax()([[0.0, 0.0]]).tolist()
        [[0.5, 0.5]]
    """

    axis: Any = arg(default=-1, check=AXES)

    @property
    def _axes(self) -> tuple[int, ...]:
        return tuple(self.axis) if isinstance(self.axis, (list, tuple)) else (self.axis,)

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Unless samples share the 1 among them."""
        return 0 not in self._axes

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs that have not the axis."""
        super().check_input(inputs, argument)
        rank = len(inputs.shape)
        if any(not -rank <= a < rank for a in self._axes):
            raise ArgumentError(f"{self.label}: there is no axis={self.axis} in {rank} axes.")

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Share out 1 along the axis.

        Args:
            inputs: (batch, ...).
            mask: of the inputs' shape; where it is False the share is 0. A mask of timesteps only
                travels on.

        Returns:
            The inputs' shape.
        """
        x, axis = self.cast(inputs), self._axes
        if mask is None or mask.ndim < x.ndim:
            return jax.nn.softmax(x, axis)
        mask = mask.astype(bool)
        lowest = -3e4 if x.dtype == jnp.float16 else -1e9
        return jnp.where(mask, jax.nn.softmax(jnp.where(mask, x, lowest), axis), 0.0)
