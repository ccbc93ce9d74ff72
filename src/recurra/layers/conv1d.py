"""Conv1D: the same weights at every place of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
            fixes.insert(0, f"X[..., None], input_shape=({features}, 1)  # {why}")
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
        pad: Any = self.padding.upper()
        if self.padding == "causal":
            pad = [(self.span - 1, 0)]
        x = lax.conv_general_dilated(
            x,
            self.kernel.value,
            window_strides=self.strides,
            padding=pad,
            rhs_dilation=self.dilation_rate,
            dimension_numbers=("NWC", "WIO", "NWC"),
            feature_group_count=self.groups,
        )
        if self.bias is not None:
            x = x + self.bias.value
        return self.time_first(self.activation(x))
