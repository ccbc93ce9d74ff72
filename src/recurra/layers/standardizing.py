"""Normalization by a mean and a variance that are known before training."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import BOOL, arg, declared
from recurra.engine.config import epsilon
from recurra.engine.errors import ArgumentError
from recurra.layers.arguments import AXES
from recurra.layers.normalization import Normalizing


def _numbers(values: Any) -> Any:
    return None if values is None else np.asarray(values, np.float64).tolist()


def _axes(axis: Any) -> tuple[int, ...]:
    return () if axis is None else tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)


@declared
class Normalization(Normalizing):
    r"""Shifts and scales each feature by a mean and a variance that training does not change.

    \(y = (x - \mu) / \sigma\), or with `invert` \(y = \mu + \sigma x\). So the units of the data
    belong to the model and stand in its file.

    Args:
        axis: the axis, or axes, that have a mean and a variance for each of their entries; None
            for one of each for all numbers.
        mean: \(\mu\), one number for each entry of the axes, or one for all. Without it `adapt`
            takes mean and variance from data.
        variance: \(\sigma^2\), of the same shape.
        invert: from normalized numbers back to the unit of the data.

    Shapes: any to the same. Source: Keras's Normalization.

    Example:
        >>> import numpy as np
        >>> data = np.array([[0.0, 1.0], [2.0, 5.0]])
        >>> layer = Normalization()
        >>> layer.adapt(data)
        >>> np.asarray(layer(data)).tolist()
        [[-1.0, -1.0], [1.0, 1.0]]
        >>> Normalization(mean=[1.0, 3.0], variance=[1.0, 4.0], invert=True)([[1.0, -1.0]]).tolist()
        [[2.0, 1.0]]
    """

    axis: Any = arg(default=-1, convert=_axes, check=AXES)
    _mean: Any = arg(default=None, alias="mean", convert=_numbers)
    _variance: Any = arg(default=None, alias="variance", convert=_numbers)
    invert: bool = arg(default=False, check=BOOL)

    shape_rule = "batch ... -> same"
    per_sample = True

    def __post_init__(self) -> None:
        super().__post_init__()
        mean, variance = (v if v is None else np.shape(v) for v in (self._mean, self._variance))
        if mean != variance:
            raise ArgumentError(
                f"{self.label}: `mean` has the shape {mean} and `variance` {variance}; both are "
                "needed, of one shape, or none of the two."
            )

    @property
    def mean(self) -> Any:
        r"""\(\mu\), of the sizes of the axes; known when the layer is built."""
        return self._current("mean")

    @property
    def variance(self) -> Any:
        r"""\(\sigma^2\), of the sizes of the axes; known when the layer is built."""
        return self._current("variance")

    def _current(self, name: str) -> Any:
        given = getattr(self, f"_{name}")
        if given is None:
            return getattr(self, f"adapt_{name}").value
        sizes = tuple((self._made_for or (0, {}))[1].values())
        return jnp.broadcast_to(jnp.asarray(given, self.compute_dtype), sizes)

    def build(self, input_shape: Any) -> None:
        """Make mean and variance where they are not given."""
        shape = self.keep_sizes(input_shape)
        if self._mean is None:
            self.adapt_mean = self.add_weight("mean", shape, "zeros", trainable=False)
            self.adapt_variance = self.add_weight("variance", shape, "ones", trainable=False)
            self.count = self.add_weight("count", (), "zeros", dtype="int32", trainable=False)
            return
        came = np.shape(self._mean)
        if len(came) > len(shape) or any(a not in (1, b) for a, b in zip(came[::-1], shape[::-1])):
            raise ArgumentError(
                f"{self.label}: `mean` and `variance` have the shape {came}, and the normalized "
                f"axes of its input have {shape}."
            )

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data, of the training part alone. NaN does not count.

        Args:
            data: (samples, ..., features).
        """
        data = np.asarray(data, np.float64)
        if not self.built:
            self.build(data.shape)
        if self._mean is not None:
            raise ArgumentError(f"{self.label} was given mean and variance; adapt changes neither.")
        self.check_input(data, "data")
        kept = self.axes_of(data.shape)
        over = tuple(k for k in range(data.ndim) if k not in kept)
        self.adapt_mean.assign(np.nanmean(data, axis=over))
        self.adapt_variance.assign(np.nanvar(data, axis=over))

    def call(self, inputs: Any) -> Any:
        """Normalize (batch, ..., features), or undo it."""
        x = self.cast(inputs)
        kept = self.axes_of(x.shape)
        beside = [size if k in kept else 1 for k, size in enumerate(x.shape)]
        mean = self.mean.reshape(beside)
        spread = jnp.maximum(jnp.sqrt(self.variance.reshape(beside)), epsilon())
        return x * spread + mean if self.invert else (x - mean) / spread
