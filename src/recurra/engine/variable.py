"""Variables: named arrays that a layer holds and training changes."""

from __future__ import annotations

import itertools
import reprlib
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from recurra.engine import allowance, scope
from recurra.engine.apply import Tensorlike
from recurra.engine.errors import ArgumentError, ShapeError, StateError
from recurra.engine.shapes import Shape

#: Variables of a layer are listed in the order in which they were made.
_made = itertools.count()


class Variable(Tensorlike):
    """An array with a name that can be assigned.

    Args:
        initializer: an array, or a function `(shape, dtype) -> array`.
        shape: needed where the initializer is a function.
        dtype: of the values. None keeps a given array's own, with 64-bit floats made float32.
        trainable: whether `fit` changes it.
        name: the last part of `path`.
        regularizer: function of the value that is added to the training loss.
        constraint: function applied to the value after each update.

    Example:
        >>> v = Variable([1.0, 2.0], name="scale")
        >>> v.assign(v * 2).numpy()
        array([2., 4.], dtype=float32)
    """

    def __init__(
        self,
        initializer: Any,
        shape: tuple[int, ...] | None = None,
        dtype: Any = None,
        trainable: bool = True,
        name: str | None = None,
        regularizer: Callable[[Any], Any] | None = None,
        constraint: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if callable(initializer):
            if shape is None:
                raise ArgumentError("Variable: `shape` is missing; an initializer needs one.")
            allowance.take(shape)
            with jax.ensure_compile_time_eval():  # real also while a shape is being evaluated
                value = initializer(tuple(shape), dtype=dtype or "float32")
        else:
            value = initializer.value if isinstance(initializer, Variable) else initializer
        self.number = next(_made)
        self.name = name or "variable"
        self.path = self.name
        value = _typed(value, dtype)
        if shape is not None:
            self._check_shape(value, tuple(shape), "cannot start with")
        self._value = self._real(value)
        self.trainable = self.made_trainable = trainable
        self.regularizer, self.constraint = regularizer, constraint

    @property
    def value(self) -> Any:
        """The array, or what stands for it while a step is traced."""
        inside = scope.current()
        return self._value if inside is None else inside.read(self)

    @property
    def shape(self) -> tuple[int, ...]:  # type: ignore[override]
        """The sizes of its axes."""
        return tuple(self._value.shape)

    @property
    def dtype(self) -> str:
        """The type of its values, such as `"float32"`."""
        return str(self._value.dtype)

    @property
    def size(self) -> int:
        """The number of values."""
        return int(np.prod(self.shape))

    def assign(self, value: Any) -> Variable:
        """Give it another value of the same shape."""
        value = _typed(value, self.dtype)
        self._check_shape(value, self.shape, "cannot be assigned")
        inside = scope.current()
        if inside is None:
            self._value = self._real(value)
        else:
            inside.assign(self, as_array(value))
        return self

    def assign_add(self, value: Any) -> Variable:
        """Add to it."""
        return self.assign(self.value + as_array(value, self.dtype))

    def assign_sub(self, value: Any) -> Variable:
        """Subtract from it."""
        return self.assign(self.value - as_array(value, self.dtype))

    def _check_shape(self, value: Any, shape: tuple[int, ...], cannot: str) -> None:
        if value.shape != shape:
            raise ShapeError(
                f"Variable {self.path!r}",
                "value",
                Shape(value.shape),
                Shape(shape),
                problem=f"Variable {self.path!r} has shape {shape} and {cannot} "
                f"a value of shape {tuple(value.shape)}.",
            )

    def _real(self, value: Any) -> Any:
        """A copy of its own, since training hands the memory to the device for the new values.

        A value that only exists while JAX traces would be dead afterwards.
        """
        if isinstance(value, jax.core.Tracer):
            raise StateError(
                f"Variable {self.path!r} cannot keep a value that JAX is only tracing.",
                fixes=[
                    "assign it outside of jax.jit, jax.grad and jax.eval_shape",
                    "recurra.engine.scope.pure(function, variables) hands the new values out",
                ],
            )
        return _own(value)

    def numpy(self) -> np.ndarray:
        """Its values as a NumPy array of its own."""
        return np.array(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value, dtype=dtype, copy=copy)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.value)

    def __jax_array__(self) -> Any:
        return self.value

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __deepcopy__(self, memo: dict) -> Variable:
        copy = object.__new__(type(self))
        memo[id(self)] = copy
        copy.__dict__.update(self.__dict__)
        copy._value = _own(self._value)
        return copy

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"


def as_array(value: Any, dtype: Any = None) -> Any:
    """An array for JAX; 64-bit floats become float32 unless another dtype is asked for."""
    value = _typed(value, dtype)
    return value if isinstance(value, jax.Array) else _own(value)


def _typed(value: Any, dtype: Any) -> Any:
    """The same as an array of JAX if it was one, and otherwise of NumPy."""
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, jax.Array):
        return value if dtype is None or value.dtype == dtype else value.astype(dtype)
    value = _numbers(value)
    if dtype is None and value.dtype == np.float64:
        dtype = "float32"
    return value if dtype is None else value.astype(dtype, copy=False)


def _own(value: Any) -> Any:
    """A copy on the device; nothing is compiled for it, as it would be by `jax.numpy.array`."""
    with jax.ensure_compile_time_eval():  # real also while a shape is being evaluated
        if isinstance(value, jax.Array):
            return jax.device_put(value, may_alias=False)
        return jax.device_put(np.array(value))  # a copy, since the device may keep the memory


def _numbers(value: Any) -> np.ndarray:
    """A NumPy array of numbers from what a user gave."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "biufV":  # V: bfloat16 and its like
        raise ArgumentError(
            f"an array of numbers is needed, not {reprlib.repr(value)} ({type(value).__name__})."
        )
    return array


# A function of jax.numpy takes a variable as the leaf of a tree, by its value.
jax.tree_util.register_pytree_node(
    Variable, lambda v: ((v.value,), None), lambda _, value: value[0]
)
