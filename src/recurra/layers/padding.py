"""Layers that make a sequence longer or shorter."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import COUNT, arg, declared
from recurra.engine.layer import Layer
from recurra.layers.arguments import both_ends, data_format
from recurra.layers.checks import check_length
from recurra.layers.windows import OverTime


@declared
class ZeroPadding1D(OverTime):
    """Puts zeros before and after a sequence.

    Args:
        padding: how many timesteps at each end, or (before, after).
        data_format: "channels_last" for (batch, timesteps, features), or "channels_first".

    Shapes: (batch, timesteps, features) to (batch, longer timesteps, features).
    Source: Keras's ZeroPadding1D.

    Example:
        >>> ZeroPadding1D((0, 1))([[[1.0], [2.0]]]).tolist()
        [[[1.0], [2.0], [0.0]]]
    """

    padding: tuple[int, int] = both_ends(1)
    data_format: str = data_format()

    def call(self, inputs: Any) -> Any:
        """Lengthen (batch, timesteps, features)."""
        widths = [(0, 0)] * 3
        widths[self.time_axis] = self.padding
        return jnp.pad(inputs, widths)


@declared
class Cropping1D(Layer):
    """Cuts timesteps off the ends of a sequence.

    Args:
        cropping: how many timesteps at each end, or (before, after).

    Shapes: (batch, timesteps, features) to (batch, fewer timesteps, features).
    Source: Keras's Cropping1D.

    Example:
        >>> Cropping1D((0, 1))([[[1.0], [2.0]]]).tolist()
        [[[1.0]]]
    """

    cropping: tuple[int, int] = both_ends((1, 1))

    shape_rule = "batch timesteps features -> same"
    per_sample = True

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse sequences of which nothing would be left."""
        super().check_input(inputs, argument)
        fixes = ["Cropping1D((0, 1))  # or another smaller cropping"]
        cut = sum(self.cropping)
        check_length(self, inputs, argument, 1, cut + 1, f"cuts off {cut} timesteps", fixes)

    def call(self, inputs: Any) -> Any:
        """Shorten (batch, timesteps, features)."""
        before, after = self.cropping
        return inputs[:, before : inputs.shape[1] - after]


@declared
class UpSampling1D(Layer):
    """Repeats each timestep.

    Args:
        size: how often.

    Shapes: (batch, timesteps, features) to (batch, size * timesteps, features).
    Source: Keras's UpSampling1D.

    Example:
        >>> UpSampling1D(2)([[[1.0], [2.0]]]).tolist()
        [[[1.0], [1.0], [2.0], [2.0]]]
    """

    size: int = arg(default=2, check=COUNT, old=("length",))

    shape_rule = "batch timesteps features -> same"
    per_sample = True

    def call(self, inputs: Any) -> Any:
        """Repeat the timesteps of (batch, timesteps, features)."""
        return jnp.repeat(inputs, self.size, axis=1)
