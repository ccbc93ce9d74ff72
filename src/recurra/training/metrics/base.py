"""What a metric is: variables that are updated batch by batch, and a result."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra import initializers
from recurra.engine.arguments import TEXT, arg, config_of, optional
from recurra.engine.config import floatx
from recurra.engine.masks import get_mask
from recurra.engine.names import unique_name
from recurra.engine.registry import Registry
from recurra.engine.tree import leaves
from recurra.engine.variable import Variable
from recurra.training.losses.base import beside

registry = Registry("metric", "metrics")


class Metric:
    """A number that says how good a model is, gathered over batches.

    Write your own by overriding `update_state` and `result`; what is kept between batches has to
    be a variable. Both run inside the compiled step, so use `recurra.ops` or `jax.numpy`.

    Args:
        dtype: the float type of its variables; None is the default one.
        name: by default the class in snake case, and a number.

    Example:
        >>> class Largest(Metric):
        ...     def __init__(self, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.largest = self.add_weight(name="largest")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         largest = jnp.maximum(self.largest.value, jnp.max(jnp.asarray(y_pred)))
        ...         self.largest.assign(largest)
        ...     def result(self):
        ...         return self.largest.value
        >>> float(Largest()([0.0, 0.0], [1.0, 3.0]))
        3.0
    """

    #: Whether rows with a weight of 0 leave no trace, so that a batch may be padded with them.
    per_sample: bool = True

    name: str
    dtype: Any

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or unique_name(type(self).__name__)
        self.dtype = dtype or floatx()

    def add_variable(
        self,
        shape: Any = (),
        initializer: Any = "zeros",
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """Make a variable that is kept between batches; `reset_state` makes it zero."""
        initializer = initializers.get(initializer or "zeros")
        dtype = dtype or self.dtype
        return Variable(initializer, tuple(shape), dtype, trainable=False, name=name)

    add_weight = add_variable

    @property
    def variables(self) -> list[Variable]:
        """Its variables and those of metrics inside, in the order they were made."""
        found: dict[Variable, None] = {}
        for value in leaves(list(vars(self).values())):
            if isinstance(value, Variable):
                found[value] = None
            elif isinstance(value, Metric):
                found.update(dict.fromkeys(value.variables))
        return list(found)

    def build(self, y_shape: Any, output_shape: Any) -> None:
        """Make variables whose shape depends on the data's; by default there are none."""

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take a batch into account: `(y_true, y_pred, sample_weight=None)`; override it."""
        raise NotImplementedError(f"{type(self).__name__} has no `update_state`")

    def result(self) -> Any:
        """The metric over all batches since the last reset, a scalar; override it."""
        raise NotImplementedError(f"{type(self).__name__} has no `result`")

    def reset_state(self) -> None:
        """Forget all batches."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))

    def reset_states(self) -> None:
        """The same as `reset_state`, as Keras 2 called it."""
        self.reset_state()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account and return the result so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments as plain data."""
        if hasattr(self, "_arguments"):
            return config_of(self)
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """Make one from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def name_argument(default: str | None) -> Any:
    """The argument `name` of a metric; None stands for the class and a number."""
    return arg(default=default, check=optional(TEXT), convert=lambda name: name or default)


def dtype_argument() -> Any:
    """The argument `dtype` of a metric."""
    return arg(default=None, convert=lambda dtype: dtype or floatx())


def combined_weight(metric: Metric, y_pred: Any, values: Any, sample_weight: Any) -> Any:
    """Weights times masks, beside the values; None where there are none.

    Args:
        metric: whom messages name.
        y_pred: predictions, which may carry a mask.
        values: (batch, ...), which may carry a mask.
        sample_weight: (batch,) or (batch, ...), or None.

    Returns:
        An array that broadcasts to the values.
    """
    factors = [m for m in (get_mask(y_pred), get_mask(values)) if m is not None]
    # a function that reduces over timesteps keeps the rows that have a real one
    factors = [m.any(tuple(range(max(values.ndim, 1), m.ndim))) for m in factors]
    if sample_weight is not None:
        factors.append(jnp.asarray(sample_weight))
    product = None
    for factor in factors:
        factor = beside(values, factor, f"The metric {metric.name!r}", "sample_weight")
        factor = factor.astype(metric.dtype)
        product = factor if product is None else product * factor
    return product


def weigh(values: Any, weight: Any) -> Any:
    """Values times weights; 0 where the weight is 0, even if the value is NaN."""
    return jnp.where(weight == 0, 0, values * weight)
