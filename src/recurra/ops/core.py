"""Types, loops, branches and gradients."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from recurra.engine.apply import apply
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.variable import Variable, as_array
from recurra.ops.making import named, op, plain

# Types ------------------------------------------------------------------------------------------


@op
def cast(x: Any, dtype: Any) -> Any:
    """The values as another dtype."""
    return jnp.asarray(x).astype(dtype)


@op
def saturate_cast(x: Any, dtype: Any) -> Any:
    """The same with values beyond the dtype's limits brought to them."""
    x = jnp.asarray(x)
    limits = jnp.iinfo if jnp.issubdtype(dtype, jnp.integer) else jnp.finfo
    low, high = limits(dtype).min, limits(dtype).max
    if jnp.issubdtype(x.dtype, jnp.integer):
        own = jnp.iinfo(x.dtype)
        low, high = builtins.max(int(low), own.min), builtins.min(int(high), own.max)
    clipped = jnp.clip(x, low, high).astype(dtype)
    if limits is jnp.iinfo and jnp.issubdtype(x.dtype, jnp.floating):
        # the limit itself may not be a float, and rounding up would go beyond it
        clipped = jnp.where(x >= high, high, clipped)
    return clipped


@op
def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """A JAX array of numbers, a list or an array; 64-bit floats become float32."""
    return as_array(x, dtype)


@plain
def convert_to_numpy(x: Any) -> np.ndarray:
    """A NumPy array of the same values."""
    return np.asarray(x)


@plain
def is_tensor(x: Any) -> bool:
    """Whether it is a JAX array, a variable or a symbolic tensor."""
    return isinstance(x, (jax.Array, SymbolicTensor, Variable))


@plain
def shape(x: Any) -> tuple:
    """The sizes of the axes: None where a symbolic tensor does not know them."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


@plain
def dtype(x: Any) -> str:
    """The type of the values, such as "float32"."""
    return str(x.dtype)


@plain
def ndim(x: Any) -> int:
    """The number of axes."""
    return len(shape(x))


@plain
def size(x: Any) -> Any:
    """The number of values, None where a symbolic tensor does not know it."""
    sizes = shape(x)
    return None if None in sizes else math.prod(sizes)


# Loops and branches -----------------------------------------------------------------------------


def _pair(result: Any) -> Any:
    return tuple(result) if isinstance(result, list) else result


@op
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
) -> Any:
    """Carry a value along an axis: (carry, y) = f(carry, x) for each x of xs; (last carry, ys)."""
    return lax.scan(lambda carry, x: _pair(f(carry, x)), init, xs, length, reverse, unroll)


@op
def associative_scan(f: Callable, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """All running results of an associative f, computed in parallel."""
    return lax.associative_scan(f, elems, reverse, axis)


@op
def map(f: Callable, xs: Any) -> Any:
    """F of each part along axis 0, one after another."""
    return lax.map(f, xs)


@op
def vectorized_map(function: Callable, elements: Any) -> Any:
    """The function of each part along axis 0, all at once."""
    return jax.vmap(function)(elements)


@op
def fori_loop(lower: Any, upper: Any, body_fun: Callable, init_val: Any) -> Any:
    """Value = body_fun(i, value) for i from lower up to below upper."""
    return lax.fori_loop(lower, upper, body_fun, init_val)


@op
def while_loop(
    cond: Callable, body: Callable, loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """loop_vars = body(*loop_vars) as long as cond(*loop_vars) holds."""
    single = not isinstance(loop_vars, (tuple, list))
    start = (loop_vars,) if single else tuple(loop_vars)

    def goes_on(state: Any) -> Any:
        count, values = state
        return cond(*values) & (True if maximum_iterations is None else count < maximum_iterations)

    def step(state: Any) -> Any:
        count, values = state
        after = body(*values)
        return count + 1, tuple(after) if isinstance(after, (tuple, list)) else (after,)

    end = lax.while_loop(goes_on, step, (jnp.asarray(0), start))[1]
    return end[0] if single else end


@op
def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What one of two functions returns."""
    return lax.cond(jnp.asarray(pred).astype(bool), true_fn, false_fn)


@op
def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """What one of several functions of the operands returns."""
    return lax.switch(index, list(branches), *operands)


@op
def vectorize(pyfunc: Callable, *, excluded: Any = None, signature: str | None = None) -> Any:
    """A function that applies one of single values to arrays."""
    return jnp.vectorize(pyfunc, excluded=excluded or frozenset(), signature=signature)


# Gradients --------------------------------------------------------------------------------------


@op
def stop_gradient(variable: Any) -> Any:
    """The same values, but no gradient flows through them."""
    return lax.stop_gradient(variable)


@plain
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of its own: f returns its result and the gradient function."""
    inner = jax.custom_gradient(lambda *args: _with_gradient(f, args))

    def function(*args: Any) -> Any:
        return apply(inner, *args)

    return function


def _with_gradient(f: Callable[..., Any], args: tuple) -> tuple[Any, Callable[..., Any]]:
    result, gradient = f(*args)

    def backward(upstream: Any) -> Any:
        back = gradient(upstream)
        return tuple(back) if isinstance(back, (tuple, list)) else (back,)

    return result, backward


named(globals())
