"""Masking: which timesteps are padding."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import Check, arg, declared
from recurra.engine.layer import Layer

VALUE = Check(
    "a number, or a list of one for each feature,", lambda v: np.asarray(v).dtype.kind in "biuf"
)


@declared
class Masking(Layer):
    """Marks timesteps as padding where all features have one value, and makes them 0.

    Layers behind it that know masks, such as the recurrent ones, skip these timesteps.

    Args:
        mask_value: the value of padding, or a list of one for each feature. NaN marks timesteps
            in which all features are NaN.

    Shapes: (batch, timesteps, features) to the same. Source: Keras's Masking.

    Example:
        >>> Masking(-1.0)([[[2.0, -1.0], [-1.0, -1.0]]]).tolist()
        [[[2.0, -1.0], [0.0, 0.0]]]
    """

    mask_value: Any = arg(
        default=0.0, convert=lambda v: v.tolist() if hasattr(v, "tolist") else v, check=VALUE
    )

    shape_rule = "batch ... features -> same"
    supports_masking = True
    per_sample = True

    def call(self, inputs: Any) -> Any:
        """Make the masked timesteps of (batch, timesteps, features) zero."""
        return jnp.where(self._real(inputs)[..., None], inputs, jnp.zeros_like(inputs))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """True where a timestep is real, (batch, timesteps)."""
        return self._real(inputs)

    def _real(self, inputs: Any) -> Any:
        if isinstance(self.mask_value, float) and math.isnan(self.mask_value):
            return ~jnp.isnan(inputs).all(axis=-1)
        return (inputs != jnp.asarray(self.mask_value, inputs.dtype)).any(axis=-1)
