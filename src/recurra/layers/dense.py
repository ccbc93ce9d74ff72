"""Dense: every output from every feature."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import BOOL, COUNT, arg, declared
from recurra.engine.layer import Layer
from recurra.layers.arguments import activation, constraint, initializer, regularizer
from recurra.layers.checks import known_size


@declared
class Dense(Layer):
    r"""A layer that mixes features: \(y = \phi(x W + b)\), for each position alike.

    Args:
        units: the size of the output's last axis.
        activation: \(\phi\), by default none.
        use_bias: whether b is there.

    Shapes: (batch, ..., features) to (batch, ..., units); `kernel` is (features, units), `bias`
    (units,). Source: Keras's Dense.

    Example:
        >>> import numpy as np
        >>> Dense(3)(np.ones((2, 5, 4))).shape
        (2, 5, 3)
    """

    units: int = arg(check=COUNT, old=("output_dim",))
    activation: Any = activation()
    use_bias: bool = arg(default=True, check=BOOL, old=("bias",))
    kernel_initializer: Any = initializer("glorot_uniform", old=("init",))
    bias_initializer: Any = initializer("zeros")
    kernel_regularizer: Any = regularizer(old=("W_regularizer",))
    bias_regularizer: Any = regularizer(old=("b_regularizer",))
    kernel_constraint: Any = constraint(old=("W_constraint",))
    bias_constraint: Any = constraint(old=("b_constraint",))

    shape_rule = "batch ... features -> batch ... units"
    supports_masking = True
    per_sample = True

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        self.kernel = self.add_weight(
            name="kernel",
            shape=(known_size(self, input_shape, -1, "kernel"), self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """Mix the features.

        Args:
            inputs: (batch, ..., features).

        Returns:
            (batch, ..., units).
        """
        outputs = self.cast(inputs) @ self.kernel.value
        if self.bias is not None:
            outputs = outputs + self.bias.value
        return self.activation(outputs)
