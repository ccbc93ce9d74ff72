"""Layers that disturb their input during training only."""

from __future__ import annotations

import math
from typing import Any

import jax

from recurra import random
from recurra.engine.arguments import FRACTION, INTEGER, Check, arg, declared, is_count, optional
from recurra.engine.seeds import step_key
from recurra.layers.activation import Elementwise
from recurra.layers.checks import check_sizes

NOISE_SHAPE = Check(
    "a tuple of whole numbers and None, such as (None, 1, None),",
    lambda v: v is None or (isinstance(v, tuple) and all(n is None or is_count(n) for n in v)),
)


@declared
class Dropout(Elementwise):
    r"""In training, makes a share of the values 0 and divides the others by the share kept.

    Args:
        rate: the share of values that become 0.
        noise_shape: the shape in which values are chosen, 1 where an axis is dropped as a whole:
            (None, 1, None) drops features for all timesteps.
        seed: makes the choice repeatable.

    Shapes: any to the same. Source: Srivastava et al. 2014; Keras's Dropout.

    Example:
        >>> Dropout(0.5)([[1.0, 2.0]]).tolist()
        [[1.0, 2.0]]
        >>> set(Dropout(0.5)([[1.0] * 50], training=True).tolist()[0])
        {0.0, 2.0}
    """

    rate: float = arg(check=FRACTION, old=("p",))
    noise_shape: Any = arg(
        default=None, convert=lambda v: tuple(v) if isinstance(v, list) else v, check=NOISE_SHAPE
    )
    seed: int | None = arg(default=None, check=optional(INTEGER))

    def check_input(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse inputs that the noise shape does not fit."""
        super().check_input(inputs, argument)
        if self.noise_shape is not None:
            sizes = {k: n for k, n in enumerate(self.noise_shape) if n not in (None, 1)}
            check_sizes(self, inputs, argument, len(self.noise_shape), sizes)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drop values of (batch, ...) if `training`."""
        x = self.cast(inputs)
        if not training or self.rate == 0:
            return x
        return random.dropout(x, self.rate, self.noise_shape, step_key(self.seed))


@declared
class SpatialDropout1D(Dropout):
    """Drops whole features: a feature is 0 at all timesteps of a sample, or at none.

    Args:
        rate: the share of features that become 0.
        seed: makes the choice repeatable.

    Shapes: (batch, timesteps, features) to the same. Source: Keras's SpatialDropout1D.

    Example:
        >>> SpatialDropout1D(0.5)([[[1.0, 2.0]]]).tolist()
        [[[1.0, 2.0]]]
    """

    noise_shape: Any = arg(default=(None, 1, None), kw_only=True, config=False, hidden=True)

    shape_rule = "batch timesteps features -> same"

    def get_config(self) -> dict[str, Any]:
        """Without `trainable`, which Keras's SpatialDropout1D does not take."""
        return {k: v for k, v in super().get_config().items() if k != "trainable"}


@declared
class GaussianDropout(Elementwise):
    r"""In training, multiplies by normal noise around 1 of deviation \(\sqrt{r / (1 - r)}\).

    Args:
        rate: r, as for `Dropout`.
        seed: makes the noise repeatable.

    Shapes: any to the same. Source: Srivastava et al. 2014; Keras's GaussianDropout.

    Example:
        >>> GaussianDropout(0.5)([[1.0, 2.0]]).tolist()
        [[1.0, 2.0]]
    """

    rate: float = arg(check=Check("a number from 0 to below 1", lambda v: 0 <= v < 1), old=("p",))
    seed: int | None = arg(default=None, check=optional(INTEGER))

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Disturb (batch, ...) if `training`."""
        x = self.cast(inputs)
        if not training or self.rate == 0:
            return x
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        return x * (1.0 + stddev * jax.random.normal(step_key(self.seed), x.shape, x.dtype))


@declared
class GaussianNoise(Elementwise):
    """In training, adds normal noise around 0.

    Args:
        stddev: the noise's standard deviation.
        seed: makes the noise repeatable.

    Shapes: any to the same. Source: Keras's GaussianNoise.

    Example:
        >>> GaussianNoise(0.1)([[1.0, 2.0]]).tolist()
        [[1.0, 2.0]]
    """

    stddev: float = arg(check=FRACTION, old=("sigma",))
    seed: int | None = arg(default=None, check=optional(INTEGER))

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Disturb (batch, ...) if `training`."""
        x = self.cast(inputs)
        if not training or self.stddev == 0:
            return x
        return x + self.stddev * jax.random.normal(step_key(self.seed), x.shape, x.dtype)
