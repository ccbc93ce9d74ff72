"""Losses as metrics: the mean over all batches."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.arguments import BOOL, FRACTION, INTEGER, arg, declared, optional
from recurra.training import losses
from recurra.training.losses.functions import of_one_shape
from recurra.training.metrics.base import dtype_argument, name_argument, registry
from recurra.training.metrics.reductions import FunctionMetric


@registry.named("MSE", "mse")
@declared
class MeanSquaredError(FunctionMetric):
    r"""\(\text{mean}((y - \hat y)^2)\).

    Args:
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(MeanSquaredError()([[1.0], [2.0]], [[1.0], [4.0]]))
        2.0
    """

    function = staticmethod(losses.mean_squared_error)
    name: str = name_argument("mean_squared_error")
    dtype: Any = dtype_argument()


@registry.named("MAE", "mae")
@declared
class MeanAbsoluteError(FunctionMetric):
    r"""\(\text{mean}(|y - \hat y|)\); arguments as `MeanSquaredError`."""

    function = staticmethod(losses.mean_absolute_error)
    name: str = name_argument("mean_absolute_error")
    dtype: Any = dtype_argument()


@registry.named("MAPE", "mape")
@declared
class MeanAbsolutePercentageError(FunctionMetric):
    r"""\(100 \cdot \text{mean}(|y - \hat y| / |y|)\); arguments as `MeanSquaredError`."""

    function = staticmethod(losses.mean_absolute_percentage_error)
    name: str = name_argument("mean_absolute_percentage_error")
    dtype: Any = dtype_argument()


@registry.named("MSLE", "msle")
@declared
class MeanSquaredLogarithmicError(FunctionMetric):
    r"""\(\text{mean}((\log(1 + y) - \log(1 + \hat y))^2)\); arguments as `MeanSquaredError`."""

    function = staticmethod(losses.mean_squared_logarithmic_error)
    name: str = name_argument("mean_squared_logarithmic_error")
    dtype: Any = dtype_argument()


@of_one_shape
def _squared_error(y_true: Any, y_pred: Any) -> Any:
    return jnp.square(y_pred - y_true)


@registry.add
@declared
class RootMeanSquaredError(FunctionMetric):
    r"""\(\sqrt{\text{mean}((y - \hat y)^2)}\), in the unit of the targets.

    Steps that are masked do not count, as in `MeanSquaredError` (in Keras 3 they count here).

    Args:
        name: of the metric.
        dtype: the float type of its variables.

    Example:
        >>> float(RootMeanSquaredError()([[1.0], [1.0]], [[2.0], [8.0]]))
        5.0
    """

    function = staticmethod(_squared_error)
    name: str = name_argument("root_mean_squared_error")
    dtype: Any = dtype_argument()

    def result(self) -> Any:
        """The root of the mean so far."""
        return jnp.sqrt(super().result())


@registry.named("BCE", "bce")
@declared
class BinaryCrossentropy(FunctionMetric):
    """The mean of `losses.binary_crossentropy`.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
        from_logits: whether predictions are logits (no sigmoid in the model).
        label_smoothing: how far targets are moved towards 0.5, up to 1.
    """

    function = staticmethod(losses.binary_crossentropy)
    name: str = name_argument("binary_crossentropy")
    dtype: Any = dtype_argument()
    from_logits: bool = arg(default=False, check=BOOL)
    label_smoothing: float = arg(default=0, check=FRACTION)


@registry.add
@declared
class CategoricalCrossentropy(FunctionMetric):
    """The mean of `losses.categorical_crossentropy`.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
        from_logits: whether predictions are logits (no softmax in the model).
        label_smoothing: how far targets are moved towards the uniform distribution, up to 1.
        axis: the axis of the classes.
    """

    function = staticmethod(losses.categorical_crossentropy)
    name: str = name_argument("categorical_crossentropy")
    dtype: Any = dtype_argument()
    from_logits: bool = arg(default=False, check=BOOL)
    label_smoothing: float = arg(default=0, check=FRACTION)
    axis: int = arg(default=-1, check=INTEGER)


@registry.add
@declared
class SparseCategoricalCrossentropy(FunctionMetric):
    """The mean of `losses.sparse_categorical_crossentropy`.

    Args:
        name: of the metric.
        dtype: the float type of its variables.
        from_logits: whether predictions are logits (no softmax in the model).
        ignore_class: a number whose samples are left out.
        axis: the axis of the classes.
    """

    function = staticmethod(losses.sparse_categorical_crossentropy)
    name: str = name_argument("sparse_categorical_crossentropy")
    dtype: Any = dtype_argument()
    from_logits: bool = arg(default=False, check=BOOL)
    ignore_class: int | None = arg(default=None, check=optional(INTEGER))
    axis: int = arg(default=-1, check=INTEGER)
