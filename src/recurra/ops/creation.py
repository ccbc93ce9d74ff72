"""New arrays. Floats are of the process's float type, float32 unless that was changed."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.config import floatx
from recurra.ops.making import named, op


@op
def zeros(shape: Any, dtype: Any = None) -> Any:
    """Zeros of a shape."""
    return jnp.zeros(shape, dtype or floatx())


@op
def ones(shape: Any, dtype: Any = None) -> Any:
    """Ones of a shape."""
    return jnp.ones(shape, dtype or floatx())


@op
def empty(shape: Any, dtype: Any = None) -> Any:
    """An array of a shape whose values do not matter; they are zeros."""
    return jnp.zeros(shape, dtype or floatx())


@op
def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """One value everywhere."""
    return jnp.full(shape, fill_value, dtype or floatx())


@op
def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix with ones on the kth diagonal."""
    return jnp.eye(N, M, k, dtype or floatx())


@op
def identity(n: int, dtype: Any = None) -> Any:
    """A square matrix with ones on its diagonal."""
    return jnp.identity(n, dtype or floatx())


@op
def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix with ones on and below the kth diagonal."""
    return jnp.tri(N, M, k, dtype or floatx())


@op
def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Numbers from start up to below stop."""
    return jnp.arange(start, stop, step, dtype)


@op
def array(x: Any, dtype: Any = None) -> Any:
    """An array of any nested list of numbers."""
    return jnp.array(x, dtype)


_LIKE = "x, dtype=None"
zeros_like = op(jnp.zeros_like, _LIKE, "Zeros in the shape of x.")
ones_like = op(jnp.ones_like, _LIKE, "Ones in the shape of x.")
empty_like = op(jnp.empty_like, _LIKE, "An array in the shape of x whose values do not matter.")
full_like = op(jnp.full_like, "x, fill_value, dtype=None", "One value in the shape of x.")
copy = op(jnp.copy, "x", "The same values.")
_SPAN = "start, stop, num=50, endpoint=True, "
linspace = op(
    jnp.linspace, _SPAN + "retstep=False, dtype=None, axis=0", "Numbers at equal distances."
)
logspace = op(
    jnp.logspace, _SPAN + "base=10, dtype=None, axis=0", "Numbers whose logarithms are so."
)
geomspace = op(jnp.geomspace, _SPAN + "dtype=None, axis=0", "Numbers at equal ratios.")
vander = op(jnp.vander, "x, N=None, increasing=False", "The powers of x, one in each column.")
bartlett = op(lambda x: jnp.bartlett(x), "x", "Bartlett's window of x values.")
blackman = op(lambda x: jnp.blackman(x), "x", "Blackman's window of x values.")
hamming = op(lambda x: jnp.hamming(x), "x", "Hamming's window of x values.")
hanning = op(lambda x: jnp.hanning(x), "x", "Hann's window of x values.")
kaiser = op(lambda x, beta: jnp.kaiser(x, beta), "x, beta", "Kaiser's window of x values.")


@op
def meshgrid(*x: Any, indexing: str = "xy") -> Any:
    """A grid of coordinates from those along each axis."""
    return jnp.meshgrid(*x, indexing=indexing)


@op
def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """1 at the place of each class number and 0 elsewhere, along a new axis."""
    return jax.nn.one_hot(x, num_classes, dtype=dtype or floatx(), axis=axis)


@op
def multi_hot(
    inputs: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """1 at the places of all class numbers of a sample and 0 elsewhere."""
    hot = jax.nn.one_hot(inputs, num_classes, dtype=dtype or floatx(), axis=axis)
    return hot.max(axis=1 if np.ndim(inputs) > 1 else 0)


named(globals())
