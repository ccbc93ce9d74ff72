"""Losses that are a function of targets and predictions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp

from recurra.engine.apply import apply
from recurra.engine.arguments import TEXT, arg, declared
from recurra.engine.config import epsilon, floatx
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.notes import in_function, noting
from recurra.engine.registry import snake_case
from recurra.engine.shapes import Shape
from recurra.engine.tracebacks import public
from recurra.training.losses.base import REDUCTION, Loss, registry


def same_rank(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Add or drop a last axis of size 1 where one array has one axis more than the other."""
    if y_true.ndim == y_pred.ndim + 1 and y_true.shape[-1] == 1:
        y_true = y_true.reshape(y_true.shape[:-1])
    elif y_pred.ndim == y_true.ndim + 1 and y_pred.shape[-1] == 1:
        y_true = y_true.reshape((*y_true.shape, 1))
    return y_true, y_pred


def as_float(y_pred: Any) -> Any:
    """An array of floats; whole numbers become the default float type."""
    y_pred = jnp.asarray(y_pred)
    return y_pred if jnp.issubdtype(y_pred.dtype, jnp.floating) else y_pred.astype(floatx())


def clip_probabilities(y_pred: Any) -> Any:
    """Probabilities kept away from 0 and 1, so that their logarithms are finite."""
    return jnp.clip(y_pred, epsilon(), 1 - epsilon())


def loss_function(*aliases: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function of targets and predictions of one shape."""
    return lambda function: registry.add(of_one_shape(function), *aliases)


def of_one_shape(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of two float arrays of one shape take whatever has that shape."""

    def checked(y_true: Any, y_pred: Any, *args: Any, **kwargs: Any) -> Any:
        y_pred = as_float(y_pred)
        y_true, y_pred = same_rank(jnp.asarray(y_true).astype(y_pred.dtype), y_pred)
        if y_true.shape != y_pred.shape:
            raise unlike(function.__name__, "compares arrays of one shape", y_true, y_pred)
        return function(y_true, y_pred, *args, **kwargs)

    return lifted(function, checked)


def unlike(who: str, what: str, y_true: Any, y_pred: Any) -> ShapeError:
    """The error of a function whose two arrays do not go together."""
    came, other = str(Shape(y_true.shape)), str(Shape(y_pred.shape))
    problem = f"{who} {what}: `y_true` is {came}, `y_pred` is {other}."
    return ShapeError(who, "y_true", came, other, problem=problem)


def lifted(function: Callable[..., Any], inner: Callable[..., Any]) -> Callable[..., Any]:
    """`inner` under the name of `function`, for arrays, variables and symbolic tensors."""

    @public
    @functools.wraps(function)
    def loss(*args: Any, **kwargs: Any) -> Any:
        if not args and kwargs.keys().isdisjoint(("y_true", "y_pred")):
            raise _called_for_compile(function.__name__, kwargs)
        return apply(inner, *args, **kwargs)

    inner.__name__ = function.__name__  # what a symbolic tensor's operation is called
    return loss


def _called_for_compile(name: str, options: dict[str, Any]) -> ArgumentError:
    """The error of `compile(loss=mse())`, where `mse` is a function and no class."""
    given = ", ".join(f"{k}={v!r}" for k, v in options.items())
    classes = [c.__name__ for c in FunctionLoss.__subclasses__()] if options else []
    fixes = [f"{c}({given})" for c in classes if snake_case(c) == name]
    return ArgumentError(
        f"{name} was called without `y_true` and `y_pred`: it is the function itself that "
        "`compile` takes.",
        fixes=fixes or [f"{name}  # without brackets"],
    )


def reduction_argument() -> Any:
    """The argument `reduction` of a loss."""
    return arg(default="sum_over_batch_size", check=REDUCTION)


def name_argument(default: str) -> Any:
    """The argument `name` of a loss."""
    return arg(default=default, check=TEXT, convert=lambda name: name or default)


def dtype_argument() -> Any:
    """The argument `dtype` of a loss; Keras does not write it."""
    return arg(default=None, convert=lambda dtype: dtype or floatx(), config=False)


@declared
class FunctionLoss(Loss):
    """A loss whose values are those of `function`, called with its further arguments."""

    per_sample = True
    function: ClassVar[Callable[..., Any]]

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The values per sample."""
        options = {a: getattr(self, a) for a in type(self)._arguments if a not in _COMMON}  # type: ignore[attr-defined]
        return type(self).function(y_true, y_pred, **options)


_COMMON = ("reduction", "name", "dtype")


@registry.add
class LossFunctionWrapper(Loss):
    """A loss made from a function `(y_true, y_pred) -> values per sample`.

    Args:
        fn: the function.
        reduction: see `Loss`.
        name: by default the function's.
        dtype: see `Loss`.
        kwargs: further arguments of the function.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or getattr(fn, "__name__", None), reduction, dtype)
        self.fn, self.options = fn, kwargs
        self.per_sample = fn in registry.functions.values()

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The function's values."""
        given = same_rank(y_true, y_pred)
        with noting(lambda: in_function("loss", self.name, *given)):
            values = self.fn(*given, **self.options)
        if not hasattr(values, "dtype") and not isinstance(values, (int, float)):
            raise ArgumentError(
                f"The loss {self.name!r} returned {values!r}: an array with a value for each "
                "sample, or a number, is needed."
            )
        return values

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        return {**super().get_config(), "fn": registry.serialize(self.fn), **self.options}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Make one from what `get_config` returned."""
        return cls(**{**config, "fn": registry.get(config["fn"])})


def as_loss(identifier: Any) -> Loss | None:
    """What `compile` needs: the `Loss` of a name, a configuration, an instance or a function.

    Raises:
        ArgumentError: with the nearest name, where there is none of that name.
    """
    found = registry.get(identifier)
    if found is None or isinstance(found, Loss):
        return found
    return LossFunctionWrapper(found, name=identifier if isinstance(identifier, str) else None)
