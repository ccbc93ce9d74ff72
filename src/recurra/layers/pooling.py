"""Pooling: the largest or mean value of each feature, in windows or over all timesteps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from recurra.engine.arguments import BOOL, arg, declared
from recurra.layers.arguments import data_format, padding, steps
from recurra.layers.checks import check_mask
from recurra.layers.windows import OverTime, Windowed


class Pooling1D(Windowed):
    """One value of each feature from each window of timesteps."""

    pool_size: tuple[int]
    strides: tuple[int]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.strides = self.strides or self.pool_size

    @property
    def span(self) -> int:
        """How many timesteps a window covers."""
        return self.pool_size[0]

    def too_short(self, steps: int, features: int | None) -> Sequence[str]:
        """What to type where a window is longer than the sequence."""
        fewer = "fewer layers before it that shorten the sequence, or a longer one"
        smaller = [f"pool_size={steps}  # at most"] if steps else []
        return ['padding="same"  # the window may reach over the end', *smaller, fewer]

    def _reduce(self, x: Any, start: float, function: Any) -> Any:
        """One value from each window of (batch, timesteps, features)."""
        window, moves = (1, *self.pool_size, 1), (1, *self.strides, 1)
        zero = np.asarray(start, x.dtype)
        return lax.reduce_window(x, zero, function, window, moves, self.padding.upper())


@declared
class MaxPooling1D(Pooling1D):
    """The largest value of each feature in each window of timesteps.

    Args:
        pool_size: the number of timesteps in a window.
        strides: how far the window moves; by default its size.
        padding: "valid" leaves out a last incomplete window, "same" takes it.
        data_format: "channels_last" for (batch, timesteps, features), or "channels_first".

    Shapes: (batch, timesteps, features) to (batch, new timesteps, features).
    Source: Keras's MaxPooling1D.

    Example:
        >>> MaxPooling1D(2)([[[1.0], [2.0], [3.0], [4.0]]]).tolist()
        [[[2.0], [4.0]]]
    """

    pool_size: tuple[int] = steps(default=2, old=("pool_length",))
    strides: tuple[int] = steps(default=None, old=("stride",))
    padding: str = padding()
    data_format: str = data_format()

    def call(self, inputs: Any) -> Any:
        """Take the largest of each window of (batch, timesteps, features)."""
        x = self.time_first(self.cast(inputs))
        return self.time_first(self._reduce(x, -np.inf, lax.max))


@declared
class AveragePooling1D(Pooling1D):
    """The mean of each feature in each window of timesteps.

    Args:
        pool_size: the number of timesteps in a window.
        strides: how far the window moves; by default its size.
        padding: "valid" leaves out a last incomplete window, "same" takes the mean of what it has.
        data_format: "channels_last" for (batch, timesteps, features), or "channels_first".

    Shapes: (batch, timesteps, features) to (batch, new timesteps, features).
    Source: Keras's AveragePooling1D.

    Example:
        >>> AveragePooling1D(2)([[[1.0], [2.0], [3.0], [4.0]]]).tolist()
        [[[1.5], [3.5]]]
    """

    pool_size: tuple[int] = steps(default=2, old=("pool_length",))
    strides: tuple[int] = steps(default=None, old=("stride",))
    padding: str = padding()
    data_format: str = data_format()

    def call(self, inputs: Any) -> Any:
        """Take the mean of each window of (batch, timesteps, features)."""
        x = self.time_first(self.cast(inputs))
        ones = jnp.ones((1, x.shape[1], 1), x.dtype)
        total, count = (self._reduce(v, 0.0, lax.add) for v in (x, ones))
        return self.time_first(total / count)


class GlobalPooling1D(OverTime):
    """One value of each feature from all timesteps."""

    keepdims: bool

    @property
    def shape_rule(self) -> str:  # type: ignore[override]
        """The timesteps are gone, unless `keepdims`."""
        before = self._in_order("features")
        return f"{before} -> {'same' if self.keepdims else 'batch features'}"


@declared
class GlobalMaxPooling1D(GlobalPooling1D):
    """The largest value of each feature.

    Args:
        data_format: "channels_last" for (batch, timesteps, features), or "channels_first".
        keepdims: whether the timesteps remain as an axis of size 1.

    Shapes: (batch, timesteps, features) to (batch, features). Source: Keras's GlobalMaxPooling1D.

    Example:
        >>> GlobalMaxPooling1D()([[[1.0, 5.0], [3.0, 4.0]]]).tolist()
        [[3.0, 5.0]]
    """

    data_format: str = data_format()
    keepdims: bool = arg(default=False, check=BOOL)

    def call(self, inputs: Any) -> Any:
        """Take the largest of (batch, timesteps, features) over the timesteps."""
        return self.cast(inputs).max(axis=self.time_axis, keepdims=self.keepdims)


@declared
class GlobalAveragePooling1D(GlobalPooling1D):
    """The mean of each feature over the timesteps that no mask leaves out.

    Args:
        data_format: "channels_last" for (batch, timesteps, features), or "channels_first".
        keepdims: whether the timesteps remain as an axis of size 1.

    Shapes: (batch, timesteps, features) to (batch, features); 0 where all timesteps are masked.
    Source: Keras's GlobalAveragePooling1D.

    Example:
        >>> GlobalAveragePooling1D()([[[1.0, 5.0], [3.0, 4.0]]]).tolist()
        [[2.0, 4.5]]
    """

    data_format: str = data_format()
    keepdims: bool = arg(default=False, check=BOOL)

    supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Take the mean of (batch, timesteps, features) over the timesteps.

        Args:
            inputs: (batch, timesteps, features).
            mask: (batch, timesteps), True where a step is real.

        Returns:
            (batch, features).
        """
        x, axis = self.cast(inputs), self.time_axis
        if mask is None:
            return x.mean(axis=axis, keepdims=self.keepdims)
        real = check_mask(self, mask, self.time_first(x))
        real = jnp.expand_dims(real, 3 - axis)
        total = jnp.where(real, x, 0.0).sum(axis=axis, keepdims=self.keepdims)
        count = real.astype(x.dtype).sum(axis=axis, keepdims=self.keepdims)
        return total / jnp.maximum(count, 1.0)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """None: there are no timesteps left."""
        return None
