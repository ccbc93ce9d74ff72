"""Constraints: what a weight is made to fulfil after each update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from recurra.engine import config
from recurra.engine.arguments import FRACTION, NOT_NEGATIVE, arg, config_of, declared
from recurra.engine.registries import CONSTRAINTS as registry
from recurra.engine.suggestions import names_of as _names_of


class Constraint:
    """A projection: called with a weight, it returns the nearest allowed weight.

    A plain function of an array does as well; a class can also be saved.
    """

    def __call__(self, w: Any) -> Any:
        """The weight that is allowed, of the same shape."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return config_of(self) if hasattr(self, "_arguments") else {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """Make one from what `get_config` returned."""
        return cls(**config)


def _norms(w: Any, axis: int | Sequence[int]) -> Any:
    axes = axis if isinstance(axis, int) else tuple(axis)
    return jnp.sqrt(jnp.sum(jnp.square(w), axis=axes, keepdims=True))


@registry.add
@declared
class MinMaxNorm(Constraint):
    r"""Scale vectors so that their norms lie in an interval.

    \(w \leftarrow w (r \cdot \text{clip}(|w|, min, max) + (1 - r) |w|) / |w|\)

    Args:
        min_value: the smallest norm.
        max_value: the largest norm.
        rate: r, how far a vector is moved towards the interval in one update, up to 1.
        axis: the axis, or axes, that a vector lies along: 0 for the kernel of a Dense layer.

    Example:
        >>> MinMaxNorm(max_value=2.0)([[3.0], [4.0]]).round(3).tolist()
        [[1.2000000476837158], [1.600000023841858]]
    """

    min_value: float = arg(default=0.0, check=NOT_NEGATIVE)
    max_value: float = arg(default=1.0, check=NOT_NEGATIVE)
    rate: float = arg(default=1.0, check=FRACTION)
    axis: int | Sequence[int] = arg(default=0)

    def __call__(self, w: Any) -> Any:
        """The scaled weight."""
        w = jnp.asarray(w)
        norms = _norms(w, self.axis)
        wanted = jnp.clip(norms, self.min_value, self.max_value)
        wanted = self.rate * wanted + (1 - self.rate) * norms
        return w * (wanted / (config.epsilon() + norms))


@registry.add
@declared
class MaxNorm(Constraint):
    """Scale vectors down so that their norms are at most `max_value`.

    Args:
        max_value: the largest norm.
        axis: the axis, or axes, that a vector lies along: 0 for the kernel of a Dense layer.
    """

    max_value: float = arg(default=2, check=NOT_NEGATIVE)
    axis: int | Sequence[int] = arg(default=0)

    def __call__(self, w: Any) -> Any:
        """The scaled weight."""
        w = jnp.asarray(w)
        norms = _norms(w, self.axis)
        return w * (jnp.clip(norms, 0, self.max_value) / (config.epsilon() + norms))


@registry.add
@declared
class UnitNorm(Constraint):
    """Scale vectors to norm 1.

    Args:
        axis: the axis, or axes, that a vector lies along: 0 for the kernel of a Dense layer.
    """

    axis: int | Sequence[int] = arg(default=0)

    def __call__(self, w: Any) -> Any:
        """The scaled weight."""
        w = jnp.asarray(w)
        return w / (config.epsilon() + _norms(w, self.axis))


@registry.add
@declared
class NonNeg(Constraint):
    """Make negative weights zero.

    Example:
        >>> NonNeg()([-1.0, 2.0]).tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Any:
        """The weight without its negative values."""
        return jnp.maximum(jnp.asarray(w), 0)


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__getattr__ = _names_of(__name__)
