"""Variables: named arrays that a layer holds and training changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from recurra.engine import scope
from recurra.engine.apply import Tensorlike
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.shapes import Shape


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
            value = initializer(tuple(shape), dtype=dtype or "float32")
        else:
            value = initializer.value if isinstance(initializer, Variable) else initializer
        self._value = as_array(value, dtype)
        self.name = name or "variable"
        self.path = self.name
        self.trainable = trainable
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
        value = as_array(value.value if isinstance(value, Variable) else value, self.dtype)
        if value.shape != self.shape:
            raise ShapeError(
                f"Variable {self.path!r}",
                "value",
                Shape(value.shape),
                Shape(self.shape),
                problem=f"Variable {self.path!r} has shape {self.shape} and cannot be assigned "
                f"a value of shape {tuple(value.shape)}.",
            )
        inside = scope.current()
        if inside is None:
            self._value = value
        else:
            inside.assign(self, value)
        return self

    def assign_add(self, value: Any) -> Variable:
        """Add to it."""
        return self.assign(self + value)

    def assign_sub(self, value: Any) -> Variable:
        """Subtract from it."""
        return self.assign(self - value)

    def numpy(self) -> np.ndarray:
        """Its values as a NumPy array."""
        return np.asarray(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.value, dtype=dtype)

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
        copy._value = jax.numpy.array(self._value)
        return copy

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"


def as_array(value: Any, dtype: Any = None) -> Any:
    """An array for JAX; 64-bit floats become float32 unless another dtype is asked for."""
    if isinstance(value, jax.Array):
        return value if dtype is None or value.dtype == dtype else value.astype(dtype)
    value = np.asarray(value)
    if dtype is None and value.dtype == np.float64:
        dtype = "float32"
    with jax.ensure_compile_time_eval():  # weights made while a shape is being evaluated are real
        return jax.numpy.asarray(value, dtype=dtype)
