"""Which metric `compile` means by a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from recurra.training.metrics.accuracy import (
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
)
from recurra.training.metrics.base import Metric, registry
from recurra.training.metrics.reductions import FunctionMetric, MeanMetricWrapper

#: The names for the accuracy that fits the output.
ACCURACIES = ("accuracy", "acc")


def get(identifier: Any) -> Metric | Callable[..., Any] | None:
    """The metric of a name, a configuration, an instance or a function; None for None.

    Raises:
        ArgumentError: with the nearest name, where there is none of that name.
    """
    return registry.get(identifier)


def as_metric(
    identifier: Any,
    output_shape: Sequence[int | None],
    y_shape: Sequence[int | None] | None = None,
    loss: Any = None,
) -> Metric:
    """What `compile` needs: a `Metric`, built for an output and called as the user called it.

    Args:
        identifier: a name, a configuration, an instance or a function.
        output_shape: of the model's output, (batch, ...).
        y_shape: of the targets, or None where it is not known.
        loss: of the output.

    Raises:
        ArgumentError: with the nearest name, where there is none of that name.
    """
    if isinstance(identifier, str) and identifier.lower() in ACCURACIES:
        return resolve_accuracy(loss, output_shape, y_shape)(name=identifier)  # type: ignore[call-arg]
    found: Any = registry.get(identifier)
    if not isinstance(found, Metric):
        found = MeanMetricWrapper(found)
    if isinstance(identifier, str):
        found.name = identifier
    found.build(y_shape or output_shape, output_shape)
    return found


def resolve_accuracy(
    loss: Any, output_shape: Sequence[int | None], y_shape: Sequence[int | None] | None
) -> type[FunctionMetric]:
    """Which accuracy `metrics=["accuracy"]` means for an output.

    One output: binary. Targets with an axis less than the output, or 1 where it has several
    classes: class numbers. Otherwise one-hot rows.

    Args:
        loss: decides only where the shape of the targets is not known.
        output_shape: of the model's output, (batch, ..., classes).
        y_shape: of the targets, or None.
    """
    if output_shape[-1] == 1:
        return BinaryAccuracy
    if y_shape is None:
        sparse = "sparse" in str(getattr(loss, "name", loss))
    else:
        sparse = len(y_shape) < len(output_shape) or y_shape[-1] == 1
    return SparseCategoricalAccuracy if sparse else CategoricalAccuracy
