"""Random arrays, under the names of `keras.random`.

Every function takes a `seed`: a whole number gives the same values each time, a `SeedGenerator`
the next ones of its row, None fresh ones. For the same seed the values are those of Keras on JAX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine import scope
from recurra.engine.apply import apply
from recurra.engine.config import floatx
from recurra.engine.errors import ArgumentError
from recurra.engine.seeds import new_seed, step_key
from recurra.engine.suggestions import names_of as _names_of


class SeedGenerator:
    """A row of seeds: each draw with it gives other values.

    Args:
        seed: where the row begins; None draws one.
        name: kept as it is.

    Example:
        >>> seeds = SeedGenerator(3)
        >>> bool((normal((2,), seed=seeds) == normal((2,), seed=seeds)).any())
        False
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if seed is not None and not hasattr(seed, "__index__"):
            raise ArgumentError(f"SeedGenerator: seed={seed!r} has to be a whole number or None.")
        self.seed = new_seed() if seed is None else int(seed)
        self.name = name or "seed_generator"
        self._drawn = 0

    def next(self, ordered: bool = True) -> Any:
        """The key of the next draw; within a traced step one of that step's own."""
        if scope.current() is not None:
            return step_key(self.seed)
        self._drawn += 1
        return _key(self.seed, self._drawn - 1)

    def get_config(self) -> dict[str, Any]:
        """The seed it began with."""
        return {"seed": self.seed, "name": self.name}


def _key(seed: int, count: int) -> Any:
    words = np.asarray([seed & 0xFFFFFFFF, count], np.uint32)
    return jax.random.wrap_key_data(jnp.asarray(words), impl="threefry2x32")


def key_of(seed: Any) -> Any:
    """JAX's key for a seed: a number, a `SeedGenerator`, a key, or None."""
    if seed is None:
        return step_key()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if isinstance(seed, jax.Array) and jnp.issubdtype(seed.dtype, jax.dtypes.prng_key):
        return seed
    return _key(int(seed), 0) if hasattr(seed, "__index__") and np.ndim(seed) == 0 else seed


def normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Normally distributed numbers of a shape."""
    return jax.random.normal(key_of(seed), tuple(shape), dtype or floatx()) * stddev + mean


def truncated_normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """The same without those farther than two standard deviations from the mean."""
    unit = jax.random.truncated_normal(key_of(seed), -2.0, 2.0, tuple(shape), dtype or floatx())
    return unit * stddev + mean


def uniform(
    shape: Sequence[int],
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Numbers from minval up to below maxval, all equally likely."""
    return jax.random.uniform(key_of(seed), tuple(shape), dtype or floatx(), minval, maxval)


def randint(
    shape: Sequence[int], minval: int, maxval: int, dtype: Any = "int32", seed: Any = None
) -> Any:
    """Whole numbers from minval up to below maxval, all equally likely."""
    return jax.random.randint(key_of(seed), tuple(shape), minval, maxval, dtype)


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Class numbers (batch, num_samples) drawn by logits (batch, classes)."""

    def draw(logits: Any) -> Any:
        logits = jnp.asarray(logits)
        shape = (logits.shape[0], num_samples)
        drawn = jax.random.categorical(key_of(seed), logits[..., None], axis=1, shape=shape)
        return drawn.astype(dtype)

    return apply(draw, logits)


def binomial(
    shape: Sequence[int], counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> Any:
    """How many of `counts` trials succeed, each with its probability."""
    n, p = jnp.asarray(counts), jnp.asarray(probabilities)
    return jax.random.binomial(key_of(seed), n, p, tuple(shape), dtype or floatx())


def gamma(shape: Sequence[int], alpha: float, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers of the gamma distribution."""
    return jax.random.gamma(key_of(seed), alpha, tuple(shape), dtype or floatx())


def beta(shape: Sequence[int], alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Numbers of the beta distribution."""
    a, b = jnp.asarray(alpha), jnp.asarray(beta)
    return jax.random.beta(key_of(seed), a, b, tuple(shape), dtype or floatx())


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """The values in random order along an axis."""
    return apply(
        lambda x: jax.random.permutation(key_of(seed), jnp.asarray(x), axis, independent=True), x
    )


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Zeros for a share of the values; the others are divided by the share kept.

    Args:
        inputs: an array of any shape.
        rate: the share that becomes 0.
        noise_shape: the shape in which values are chosen, 1 or None as for `layers.Dropout`.
        seed: makes the choice repeatable.

    Returns:
        An array of the same shape.
    """
    if not 0 <= rate <= 1:
        raise ArgumentError(f"random.dropout: rate={rate!r} has to be a number from 0 to 1.")

    def drop(x: Any) -> Any:
        x = jnp.asarray(x)
        if rate in (0, 1):
            return x if rate == 0 else jnp.zeros_like(x)
        shape = noise_shape or x.shape
        shape = tuple(s if n is None else n for n, s in zip(shape, x.shape, strict=True))
        keep = jax.random.bernoulli(key_of(seed), 1.0 - rate, shape)
        return jnp.where(keep, x / (1.0 - rate), 0.0)

    return apply(drop, inputs)


__getattr__ = _names_of(__name__)
