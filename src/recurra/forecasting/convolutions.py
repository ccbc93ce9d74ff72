"""Convolutions over time that look back only, twice as far each, until they see all of it."""

from __future__ import annotations

from typing import Any

from jax import lax

from recurra import layers
from recurra.saving import register_keras_serializable

#: Timesteps that a kernel sees.
KERNEL = 3


@register_keras_serializable("recurra")
class CausalConv1D(layers.Conv1D):
    """A convolution that looks back only, so that padding behind a sequence stays behind it."""

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the timesteps where the kernel's last weight lies, (batch, timesteps)."""
        if previous_mask is None:
            return None
        jump = (1, *self.strides)  # as in the convolution, also where the length is not known
        return lax.reduce_window(previous_mask, False, lax.bitwise_or, (1, 1), jump, "VALID")


def convolutions(x: Any, units: int, timesteps: int) -> Any:
    """Causal convolutions with residual connections.

    Args:
        x: sequences (batch, timesteps, features), masked or not.
        units: features of the result.
        timesteps: how many the last timestep of the result has to see. The last convolution alone
            reaches over most of them, which forecasts better than just enough convolutions.

    Returns:
        (batch, timesteps, units).

    Source: Bai, Kolter and Koltun 2018.
    """
    x = layers.Dense(units)(x)
    dilation = 1
    while dilation < timesteps:
        seen = CausalConv1D(
            units, (KERNEL,), padding="causal", dilation_rate=(dilation,), activation="relu"
        )(x)
        x = layers.Add()([x, seen])
        dilation *= 2
    return x
