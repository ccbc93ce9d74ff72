"""Regularizers: what is added to the training loss for the size of weights or outputs."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import Check, arg, config_of, declared, one_of
from recurra.engine.errors import ShapeError
from recurra.engine.registries import REGULARIZERS as registry
from recurra.engine.suggestions import names_of as _names_of

_FACTOR = Check("a finite number of at least 0", lambda v: math.isfinite(v) and v >= 0)


def _factor(default: float) -> Any:
    """An argument that takes a penalty's factor; None is the default."""
    return arg(default=default, check=_FACTOR, convert=lambda v: default if v is None else float(v))


class Regularizer:
    """A penalty: called with an array, it returns a number that is added to the loss.

    A plain function of an array does as well; a class can also be saved.
    """

    def __call__(self, x: Any) -> Any:
        """The penalty of an array."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return config_of(self) if hasattr(self, "_arguments") else {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """Make one from what `get_config` returned."""
        return cls(**config)


@registry.add
@declared
class L1(Regularizer):
    r"""\(l_1 \sum |x|\): drives single weights to zero.

    Args:
        l1: the factor.

    Example:
        >>> float(L1(0.5)([1.0, -3.0]))
        2.0
    """

    l1: float = _factor(0.01)

    def __call__(self, x: Any) -> Any:
        """The penalty of an array."""
        return self.l1 * jnp.sum(jnp.abs(jnp.asarray(x)))


@registry.add
@declared
class L2(Regularizer):
    r"""\(l_2 \sum x^2\): keeps weights small.

    Args:
        l2: the factor.

    Example:
        >>> float(L2(0.5)([1.0, -3.0]))
        5.0
    """

    l2: float = _factor(0.01)

    def __call__(self, x: Any) -> Any:
        """The penalty of an array."""
        return self.l2 * jnp.sum(jnp.square(jnp.asarray(x)))


@registry.add
@declared
class L1L2(Regularizer):
    r"""\(l_1 \sum |x| + l_2 \sum x^2\). The name `"l1_l2"` gives 0.01 for both.

    Args:
        l1: the factor of the absolute values.
        l2: the factor of the squares.
    """

    l1: float = _factor(0.0)
    l2: float = _factor(0.0)

    def __call__(self, x: Any) -> Any:
        """The penalty of an array."""
        x = jnp.asarray(x)
        return self.l1 * jnp.sum(jnp.abs(x)) + self.l2 * jnp.sum(jnp.square(x))


@registry.add
@declared
class OrthogonalRegularizer(Regularizer):
    r"""\(factor \cdot\) mean over pairs of \(|\cos(w_i, w_j)|\): makes rows or columns orthogonal.

    Args:
        factor: of the mean.
        mode: whether `"rows"` or `"columns"` of the matrix are compared.

    Raises:
        ShapeError: when called with an array that is no matrix.
    """

    factor: float = _factor(0.01)
    mode: str = arg(default="rows", check=one_of("rows", "columns"))

    def __call__(self, x: Any) -> Any:
        """The penalty of a matrix."""
        x = jnp.asarray(x)
        if x.ndim != 2:
            raise ShapeError("OrthogonalRegularizer", "x", x.shape, "a matrix")
        vectors = x if self.mode == "rows" else x.T  # (vectors, size)
        squares = jnp.sum(jnp.square(vectors), axis=1, keepdims=True)
        vectors = vectors / jnp.sqrt(jnp.maximum(squares, 1e-24))
        cosines = jnp.abs(vectors @ vectors.T)
        pairs = len(vectors) * (len(vectors) - 1) / 2
        return self.factor * jnp.sum(jnp.triu(cosines, 1)) / pairs


registry.names["l1_l2"] = L1L2(l1=0.01, l2=0.01)

l1, l2, l1_l2 = L1, L2, L1L2
orthogonal_regularizer = OrthogonalRegularizer

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__getattr__ = _names_of(__name__)
