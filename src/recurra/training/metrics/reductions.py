"""Sums and means over batches, and metrics that are the mean of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp

from recurra.engine.arguments import declared
from recurra.engine.notes import in_function, noting
from recurra.training.losses.base import divide_no_nan, to_array
from recurra.training.losses.base import registry as losses
from recurra.training.metrics.base import (
    Metric,
    combined_weight,
    dtype_argument,
    name_argument,
    registry,
    weigh,
)


@registry.add
@declared
class Sum(Metric):
    """The sum of values.

    Args:
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(Sum()([1.0, 2.0, 4.0], sample_weight=[1.0, 1.0, 0.0]))
        3.0
    """

    name: str = name_argument("sum")
    dtype: Any = dtype_argument()

    def __post_init__(self) -> None:
        self.total = self.add_variable(name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values.

        Args:
            values: an array of any shape.
            sample_weight: factors that fit the leading axes of the values.
        """
        values = to_array(values)
        weight = combined_weight(self, values, values, sample_weight)
        values = values.astype(self.dtype)
        self.total.assign_add(jnp.sum(values if weight is None else weigh(values, weight)))

    def result(self) -> Any:
        """The sum so far."""
        return self.total.value


class _Average(Metric):
    """The sum of values and of their weights."""

    def __post_init__(self) -> None:
        self.total = self.add_variable(name="total")
        self.count = self.add_variable(name="count")

    def _add(self, values: Any, weight: Any) -> None:
        values = values.astype(self.dtype)
        if weight is None:
            self.total.assign_add(jnp.sum(_per_sample(values)))
            self.count.assign_add(float(values.shape[0]) if values.ndim else 1.0)
            return
        shape = jnp.broadcast_shapes(values.shape, weight.shape)
        self.total.assign_add(jnp.sum(_per_sample(weigh(jnp.broadcast_to(values, shape), weight))))
        self.count.assign_add(jnp.sum(_per_sample(jnp.broadcast_to(weight, shape))))

    def result(self) -> Any:
        """The mean so far, 0 if there was nothing."""
        return divide_no_nan(self.total.value, self.count.value)


@registry.add
@declared
class Mean(_Average):
    """The (weighted) mean of values.

    Args:
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(Mean()([1.0, 2.0, 6.0], sample_weight=[1.0, 1.0, 0.0]))
        1.5
    """

    name: str = name_argument("mean")
    dtype: Any = dtype_argument()

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take values into account; values of further axes are averaged per sample.

        Args:
            values: (batch, ...) or a scalar.
            sample_weight: factors that fit the leading axes of the values.
        """
        values = to_array(values)
        self._add(values, combined_weight(self, values, values, sample_weight))


def _per_sample(values: Any) -> Any:
    return jnp.mean(values, axis=tuple(range(1, values.ndim)))


@registry.add
class MeanMetricWrapper(Mean):
    """The mean of a function `(y_true, y_pred) -> values per sample`.

    Args:
        fn: the function.
        name: by default the function's.
        dtype: the float type of its variables.
        kwargs: further arguments of the function.
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        fallback: Any = getattr(fn, "__name__", None)
        super().__init__(name=name or fallback, dtype=dtype)
        self.fn, self.options = fn, kwargs
        self.per_sample = fn in losses.functions.values()

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take a batch into account.

        Args:
            y_true: targets, (batch, ...).
            y_pred: predictions, (batch, ...); where they carry a mask, only real steps count.
            sample_weight: a factor for each sample or each value.
        """
        with noting(lambda: in_function("metric", self.name, y_true, y_pred)):
            values = to_array(self.fn(y_true, y_pred, **self.options))
        self._add(values, combined_weight(self, y_pred, values, sample_weight))

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        fn = losses.serialize(self.fn)
        return {"name": self.name, "dtype": self.dtype, "fn": fn, **self.options}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """Make one from what `get_config` returned."""
        return cls(**{**config, "fn": losses.get(config["fn"])})


@declared
class FunctionMetric(_Average):
    """The mean of the class's `function`, called with the metric's further arguments."""

    function: ClassVar[Callable[..., Any]]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch into account.

        Args:
            y_true: targets, (batch, ...).
            y_pred: predictions, (batch, ...); where they carry a mask, only real steps count.
            sample_weight: a factor for each sample or each value; what has 0 counts for nothing.
        """
        arguments = type(self)._arguments  # type: ignore[attr-defined]
        options = {a: getattr(self, a) for a in arguments if a not in ("name", "dtype")}
        values = type(self).function(y_true, y_pred, **options)
        self._add(values, combined_weight(self, y_pred, values, sample_weight))
