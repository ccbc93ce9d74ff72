"""Conv1D: the same weights at every place of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

from recurra.engine.arguments import BOOL, COUNT, arg, declared
from recurra.engine.errors import ArgumentError
from recurra.engine.shapes import Shape
from recurra.layers.arguments import (
    activation,
    constraint,
    data_format,
    initializer,
    padding,
    regularizer,
    steps,
)
from recurra.layers.checks import known_size, refuse
from recurra.layers.windows import Windowed

#: Up to so many features and weights a convolution is a sum of products: with 1 feature, 3 weights
#: and 133,906 steps that takes 0.1 ms instead of 17 on a CPU, with the gradient 4 instead of 22.
FEW_FEATURES, FEW_WEIGHTS = 2, 16


def _sum_of_products(x: Any, kernel: Any, dilation: int, padding: str) -> Any:
    """Sum over k of x, k dilated steps on, times kernel[k]; by single steps."""
    span = (len(kernel) - 1) * dilation
    before = {"valid": 0, "same": span // 2, "causal": span}[padding]
    behind = span - before if padding == "same" else 0
    x = jnp.pad(x, ((0, 0), (before, behind), (0, 0)))
    steps = x.shape[1] - span
    return sum(x[:, k * dilation : k * dilation + steps] @ kernel[k] for k in range(len(kernel)))


@declared
class Conv1D(Windowed):
    r"""Weighs each window of timesteps: \(y_t = \phi(\sum_k x_{st + dk} W_k + b)\).

    Args:
        filters: the number of outputs at each timestep.
        kernel_size: the number of timesteps in a window.
        strides: s, how far the window moves.
        padding: "valid" lets the window stay inside the sequence, "same" reach over both ends,
            "causal" over the start only, so that no output sees later inputs.
        data_format: "channels_last" for (batch, timesteps, features), "channels_first" for
            (batch, features, timesteps).
        dilation_rate: d, the distance between the timesteps in a window.
        groups: how many parts features and filters are split into, each for itself.
        activation: \(\phi\), by default none.
        use_bias: whether b is there.

    Shapes: (batch, timesteps, features) to (batch, new timesteps, filters); `kernel` is
    (kernel_size, features / groups, filters), `bias` (filters,). Source: Keras's Conv1D.

    Example:
        >>> import numpy as np
        >>> Conv1D(4, 3)(np.ones((2, 10, 1))).shape
        (2, 8, 4)
    """

    filters: int = arg(check=COUNT, old=("nb_filter",))
    kernel_size: tuple[int] = steps(old=("filter_length",))
    strides: tuple[int] = steps(default=1, old=("subsample_length",))
    padding: str = padding("causal")
    data_format: str = data_format()
    dilation_rate: tuple[int] = steps(default=1, old=("atrous_rate",))
    groups: int = arg(default=1, check=COUNT)
    activation: Any = activation()
    use_bias: bool = arg(default=True, check=BOOL, old=("bias",))
    kernel_initializer: Any = initializer("glorot_uniform", old=("init",))
    bias_initializer: Any = initializer("zeros")
    kernel_regularizer: Any = regularizer(old=("W_regularizer",))
    bias_regularizer: Any = regularizer(old=("b_regularizer",))
    kernel_constraint: Any = constraint(old=("W_constraint",))
    bias_constraint: Any = constraint(old=("b_constraint",))

    makes = "filters"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.filters % self.groups:
            raise ArgumentError(
                f"Conv1D: filters={self.filters} cannot be split into groups={self.groups}."
            )
        if self.strides[0] > 1 and self.dilation_rate[0] > 1:
            raise ArgumentError(
                f"Conv1D: strides={self.strides[0]} and dilation_rate={self.dilation_rate[0]} "
                "cannot both be above 1."
            )

    @property
    def span(self) -> int:
        """How many timesteps the kernel covers."""
        return self.dilation_rate[0] * (self.kernel_size[0] - 1) + 1

    def too_short(self, steps: int, features: int | None) -> Sequence[str]:
        """What to type where the kernel is longer than the sequence."""
        most = (steps - 1) // self.dilation_rate[0] + 1
        fixes = ['padding="same"  # the kernel may reach over the ends']
        if steps:
            fixes.append(f"kernel_size={most}  # at most")
        if steps == 1 and features is not None and features >= self.span:
            # [:, None] was put before the series, not behind it
            why = f"if the {features} features are the values of one series: (batch, timesteps, 1)"
            fixes.insert(0, f"X.transpose(0, 2, 1), input_shape=({features}, 1)  # {why}")
        return fixes

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        features = known_size(self, input_shape, 3 - self.time_axis, "kernel")
        if features % self.groups:
            refuse(
                self,
                Shape(input_shape),
                f"a multiple of {self.groups} features",
                f"{self.label} splits the features into groups={self.groups}, and its input has "
                f"{features} features.",
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(*self.kernel_size, features // self.groups, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """Convolve along the timesteps.

        Args:
            inputs: (batch, timesteps, features).

        Returns:
            (batch, new timesteps, filters).
        """
        x = self.time_first(self.cast(inputs))
        kernel, pad = self.kernel.value, self.padding
        by_one = self.strides == (1,) and self.groups == 1
        if by_one and x.shape[-1] <= FEW_FEATURES and len(kernel) <= FEW_WEIGHTS:
            x = _sum_of_products(x, kernel, self.dilation_rate[0], pad)
        else:
            x = lax.conv_general_dilated(
                x,
                kernel,
                window_strides=self.strides,
                padding=[(self.span - 1, 0)] if pad == "causal" else pad.upper(),
                rhs_dilation=self.dilation_rate,
                dimension_numbers=("NWC", "WIO", "NWC"),
                feature_group_count=self.groups,
            )
        if self.bias is not None:
            x = x + self.bias.value
        return self.time_first(self.activation(x))
