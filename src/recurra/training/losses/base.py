"""What a loss is: values per sample, and how they become one number."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp

from recurra.engine.arguments import config_of, one_of
from recurra.engine.config import floatx
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.masks import get_mask
from recurra.engine.registry import Registry, snake_case
from recurra.engine.shapes import Shape
from recurra.engine.variable import Variable

registry = Registry("loss", "losses")

REDUCTION = one_of("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


class Loss:
    r"""How far predictions are from targets. Write your own by overriding `call`.

    Args:
        name: by default the class in snake case.
        reduction: how values per sample become one number: `"sum_over_batch_size"` or `"mean"`
            divide the (weighted) sum by the number of values, `"mean_with_sample_weight"` by the
            sum of the weights, `"sum"` by nothing; `"none"` or None keep the values.
        dtype: the float type to compute in; None is the default one.

    Example:
        >>> class Cubed(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return abs(y_true - y_pred).mean(-1) ** 3
        >>> float(Cubed()([[0.0], [0.0]], [[1.0], [2.0]]))
        4.5
    """

    #: Whether the value of a sample depends on that sample alone, so that a batch may be padded
    #: with rows that are masked out.
    per_sample: bool = False

    name: str
    reduction: str | None
    dtype: Any

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        if not REDUCTION.ok(reduction):
            raise ArgumentError(
                f"{type(self).__name__}: reduction={reduction!r}: {REDUCTION.expected} is needed."
            )
        self.name = name or snake_case(type(self).__name__)
        self.reduction = reduction
        self.dtype = dtype or floatx()

    def __call__(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None, mask: Any = None
    ) -> Any:
        """The reduced loss.

        Args:
            y_true: targets, (batch, ...).
            y_pred: predictions, (batch, ...).
            sample_weight: a factor for each sample or each value, (batch,) or (batch, ...).
            mask: which values are real, (batch,) or (batch, ...). The others change neither the
                result nor its gradient, whatever they are.

        Returns:
            A scalar, or an array of the values' shape if they are not reduced.

        Raises:
            ShapeError: where the shapes of targets, predictions, weights or mask do not fit.
        """
        y_true, y_pred = _array(y_true, self.dtype), _array(y_pred, self.dtype)
        if mask is not None:
            # Numbers at which every loss and its slope are finite: nothing reaches the gradient.
            mask = jnp.asarray(mask, bool)
            y_true, y_pred = _where(mask, y_true, 1.0), _where(mask, y_pred, 0.5)
        values = to_array(self.call(y_true, y_pred))
        own_mask = get_mask(values)
        who = f"The loss {self.name!r}"
        masks = [beside(values, m, who, "mask") for m in (mask, own_mask) if m is not None]
        mask = functools.reduce(jnp.logical_and, masks) if masks else None
        weight = None
        if sample_weight is not None:
            sample_weight = _array(sample_weight, values.dtype)
            weight = beside(values, sample_weight, who, "sample_weight")
        return reduce_values(values, weight, mask, self.reduction)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The values per sample, (batch,) or (batch, ...); override it."""
        raise NotImplementedError(f"{type(self).__name__} has no `call`")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        if hasattr(self, "_arguments"):
            return config_of(self)
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """Make one from what `get_config` returned."""
        return cls(**config)


def reduce_values(values: Any, weight: Any, mask: Any, reduction: str | None) -> Any:
    """Values, weighted and without the masked ones, as one number.

    Args:
        values: (batch, ...).
        weight: factors that broadcast to the values, or None.
        mask: True where a value is real, broadcasts to the values, or None.
        reduction: one of those of `Loss`.
    """
    shape = jnp.broadcast_shapes(*(x.shape for x in (values, weight, mask) if x is not None))
    values = jnp.broadcast_to(values, shape)
    count: Any = values.size
    if mask is not None:
        mask = jnp.broadcast_to(mask, shape)
        values = jnp.where(mask, values, 0)
        count = mask.sum()
    if weight is not None:
        values = values * weight
        if reduction == "mean_with_sample_weight":
            weight = jnp.broadcast_to(weight, shape)
            count = (weight if mask is None else jnp.where(mask, weight, 0)).sum()
    if reduction in (None, "none"):
        return values
    return values.sum() if reduction == "sum" else divide_no_nan(values.sum(), count)


def beside(values: Any, other: Any, who: str, argument: str) -> Any:
    """Weights or a mask with as many axes as the values: trailing ones of size 1 are added."""
    if other.ndim == values.ndim + 1 and other.shape[-1] == 1:
        other = other.reshape(other.shape[:-1])
    fits = values.ndim == 0 or (
        other.ndim <= values.ndim and all(o in (1, v) for o, v in zip(other.shape, values.shape))
    )
    if not fits:
        came, expected = str(Shape(other.shape)), str(Shape(values.shape))
        problem = (
            f"{who} gives values of shape {expected}, and `{argument}` of shape {came} does not "
            "fit them."
        )
        raise ShapeError(who, argument, came, expected, problem=problem)
    return other.reshape(other.shape + (1,) * (values.ndim - other.ndim))


def divide_no_nan(numerator: Any, denominator: Any) -> Any:
    """The quotient, 0 where the denominator is 0."""
    denominator = jnp.asarray(denominator, numerator.dtype)
    safe = jnp.where(denominator == 0, 1, denominator)
    return jnp.where(denominator == 0, 0, numerator / safe)


def to_array(value: Any) -> Any:
    """An array; one that is an array already stays the same object and keeps its mask."""
    return value if isinstance(value, jax.Array) else jnp.asarray(value)


def _array(value: Any, dtype: Any) -> Any:
    return jnp.asarray(value.value if isinstance(value, Variable) else value, dtype)


def _where(mask: Any, x: Any, other: float) -> Any:
    """The values of x where the mask, over its leading axes, is True."""
    if x.ndim < mask.ndim:
        return x
    return jnp.where(mask.reshape(mask.shape + (1,) * (x.ndim - mask.ndim)), x, other)
