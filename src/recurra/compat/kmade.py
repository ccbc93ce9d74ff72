"""Functions of `keras.backend` that have no namesake with the same arguments today."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.apply import apply
from recurra.engine.calls import training_now
from recurra.engine.config import floatx
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.variable import Variable

# Products and shapes ----------------------------------------------------------------------------


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The product of each sample of x with that of y, summed along one axis of each.

    Args:
        x: (batch, ...).
        y: (batch, ...).
        axes: the axis of each; by default the last of x and the one before it of y.

    Returns:
        The remaining axes of x and then of y; (batch, 1) where none remain.
    """
    a, b = (
        (axes, axes)
        if isinstance(axes, int)
        else axes or (len(x.shape) - 1, max(1, len(y.shape) - 2))
    )

    def product(x: Any, y: Any) -> Any:
        i, j = a % x.ndim, b % y.ndim
        out = jax.lax.dot_general(x, y, (((i,), (j,)), ((0,), (0,))))
        return out[:, None] if out.ndim == 1 else out

    return apply(product, x, y)


def batch_flatten(x: Any) -> Any:
    """(batch, ...) to (batch, all the rest)."""
    return apply(lambda v: jnp.reshape(v, (v.shape[0], math.prod(v.shape[1:]))), x)


def count_params(x: Any) -> int:
    """The number of values."""
    return int(np.prod(x.shape))


def repeat(x: Any, n: int) -> Any:
    """(batch, features) to (batch, n, features)."""
    return apply(lambda v: jnp.repeat(v[:, None], n, axis=1), x)


def temporal_padding(x: Any, padding: tuple[int, int] = (1, 1)) -> Any:
    """Zeros before and after the timesteps of (batch, timesteps, features)."""
    return apply(lambda v: jnp.pad(v, ((0, 0), tuple(padding), (0, 0))), x)


def l2_normalize(x: Any, axis: int | None = None) -> Any:
    """Divide by the length along an axis."""

    def normalize(v: Any) -> Any:
        squares = jnp.sum(jnp.square(v), axis=axis, keepdims=True)
        return v * jax.lax.rsqrt(jnp.maximum(squares, 1e-12))

    return apply(normalize, x)


def switch(condition: Any, then: Any, other: Any) -> Any:
    """One of two values, or of what two functions return."""
    values = [v() if callable(v) else v for v in (then, other)]

    def choose(condition: Any, then: Any, other: Any) -> Any:
        condition = jnp.asarray(condition, bool)
        extra = max(jnp.ndim(then) - condition.ndim, 0)
        return jnp.where(condition.reshape(condition.shape + (1,) * extra), then, other)

    return apply(choose, condition, *values)


# Variables --------------------------------------------------------------------------------------


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable of a value."""
    return Variable(value, dtype=dtype or floatx(), name=name, constraint=constraint)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """An array, of the default float type unless told otherwise."""
    array = jnp.asarray(value, dtype or floatx())
    return array if shape is None else jnp.broadcast_to(array, tuple(shape))


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return variable(np.zeros(shape), dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return variable(np.ones(shape), dtype, name)


def placeholder(shape: Any = None, ndim: int | None = None, dtype: Any = None, **_: Any) -> Any:
    """An input with the batch in front."""
    from recurra.layers.input import Input

    return Input(batch_shape=(None,) * (ndim or 0) if shape is None else shape, dtype=dtype)


def function(inputs: Any, outputs: Any, updates: Any = None, **_: Any) -> Any:
    """A function of a list of arrays that computes some tensors of a model.

    The learning phase among the inputs is passed over: the result is that of prediction.
    """
    from recurra.models import Model

    tensors = [k for k, x in enumerate(inputs) if isinstance(x, SymbolicTensor)]
    model = Model([inputs[k] for k in tensors], list(outputs))

    def compute(values: Any) -> list[Any]:
        return list(model.predict_on_batch([np.asarray(values[k]) for k in tensors]))

    return compute


# Whether this is training, and switches ---------------------------------------------------------


def learning_phase() -> int:
    """1 while training, else 0."""
    return int(bool(training_now()))


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """The first in training, else the second; functions are called."""
    chosen = x if (training_now() if training is None else training) else alt
    return chosen() if callable(chosen) and not hasattr(chosen, "shape") else chosen


def print_tensor(x: Any, message: str = "") -> Any:
    """The tensor itself, printed when it is computed."""

    def shown(v: Any) -> Any:
        jax.debug.print(message + " {}", v)
        return v

    return apply(shown, x)


def nothing(*args: Any, **keywords: Any) -> None:
    """A switch that has nothing to switch here."""
