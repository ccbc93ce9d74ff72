"""What `compile` was told about each output: its loss, the loss's weight and its metrics."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.engine.masks import get_mask
from recurra.engine.tree import leaves
from recurra.training import losses as losses_module
from recurra.training import metrics as metrics_module
from recurra.training.ends import End
from recurra.training.targets import check_targets, function_of


class Output:
    """One output of the model: its name, loss, weight and metrics."""

    def __init__(self, name: str, loss: Any, weight: float | None) -> None:
        self.name, self.loss, self.weight = name, loss, weight
        self.metrics: list[Any] = []
        self.weighted: list[Any] = []
        self.tracker: Any = None


class Objectives:
    """Losses and metrics as `compile` got them, brought to one list of outputs.

    Args:
        loss: one for all outputs, a list, or a dict by output name.
        loss_weights: likewise, numbers.
        metrics: for one output a list; for several a list of lists or a dict by output name.
        weighted_metrics: metrics that take sample weights into account.
    """

    def __init__(self, loss: Any, loss_weights: Any, metrics: Any, weighted_metrics: Any) -> None:
        self.loss, self.loss_weights = loss, loss_weights
        self.raw_metrics, self.raw_weighted = metrics, weighted_metrics
        for argument, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if isinstance(given, str):
                raise ArgumentError(
                    f"compile: `{argument}` has to be a list, not the string {given!r}: "
                    f"write {argument}=[{given!r}]."
                )
        for weight in leaves(loss_weights):
            if weight is not None and not isinstance(weight, numbers.Real):
                raise ArgumentError(
                    f"compile: `loss_weights` holds {weight!r}: numbers are needed, one for each "
                    "output."
                )
        for item in leaves(loss):  # a misspelt name is refused here, not at the first batch
            losses_module.as_loss(item)
        for item in [*leaves(metrics or []), *leaves(weighted_metrics or [])]:
            if item not in metrics_module.ACCURACIES:
                metrics_module.get(item)
        self.total = metrics_module.Mean(name="loss")
        self.outputs: list[Output] = []
        self.built = False
        #: Which rows of the batch are data, not padding; set while a step is traced.
        self.rows: Any = None

    # Bringing everything to the outputs ----------------------------------------------------------

    def build(self, names: Sequence[str], shapes: Sequence[tuple], targets: list[Any]) -> None:
        """Settle the losses and metrics for outputs of these names and shapes."""
        losses = self._spread("loss", self.loss, names)
        weights = self._spread("loss_weights", self.loss_weights, names)
        self.outputs = [
            Output(n, losses_module.as_loss(loss), w) for n, loss, w in zip(names, losses, weights)
        ]
        metrics = self._spread("metrics", self.raw_metrics, names)
        weighted = self._spread("weighted_metrics", self.raw_weighted, names)
        for k, output in enumerate(self.outputs):
            y_shape = np.shape(targets[k]) if k < len(targets) else None
            about = (shapes[k], y_shape, output.loss)
            output.metrics = [metrics_module.as_metric(m, *about) for m in _listed(metrics[k])]
            output.weighted = [metrics_module.as_metric(m, *about) for m in _listed(weighted[k])]
        if len([o for o in self.outputs if o.loss is not None]) > 1:
            for output in self.outputs:
                if output.loss is not None:
                    output.tracker = metrics_module.Mean(name=f"{output.name}_loss")
        self.built = True

    def _spread(self, argument: str, given: Any, names: Sequence[str]) -> list[Any]:
        """One entry an output, from one for all, a list, or a dict by name."""
        if isinstance(given, dict):
            unknown = [k for k in given if k not in names]
            if unknown:
                raise ArgumentError(
                    f"compile: `{argument}` names the output {unknown[0]!r}, and the model has "
                    f"{', '.join(map(repr, names))}{did_you_mean(unknown[0], names) or '.'}"
                )
            return [given.get(n) for n in names]
        if argument.endswith("metrics"):
            if len(names) == 1:
                nested = isinstance(given, list) and len(given) == 1 and isinstance(given[0], list)
                return [given[0] if nested else given]
            if given and all(isinstance(g, (list, tuple)) or g is None for g in given):
                return self._as_many(argument, given, names)
            if given and len(given) == len(names):
                return [[g] for g in given]
            return [given] * len(names)
        if isinstance(given, (list, tuple)):
            return self._as_many(argument, given, names)
        return [given] * len(names)

    def _as_many(self, argument: str, given: Sequence[Any], names: Sequence[str]) -> list[Any]:
        if len(given) != len(names):
            raise ArgumentError(
                f"compile: `{argument}` has {len(given)} entries, and the model has {len(names)} "
                f"output{'s' * (len(names) > 1)} ({', '.join(names)}).",
                fixes=_first_and_metrics(given) if argument == "loss" and len(names) == 1 else (),
            )
        return list(given)

    def check(self, y: list[Any], shapes: Sequence[tuple], model: Any) -> list[Any]:
        """Targets ready for the losses, each checked against its output's shape."""
        return [
            y_k
            if o.loss is None or y_k is None
            else check_targets(o.loss, y_k, shape, label_of(o, self.outputs), End(model, k))
            for k, (o, y_k, shape) in enumerate(zip(self.outputs, y, shapes, strict=True))
        ]

    # Within a step -------------------------------------------------------------------------------

    def compute(self, y: list[Any], y_pred: list[Any], weights: list[Any]) -> Any:
        """The weighted sum of the outputs' losses, a scalar."""
        parts = []
        for output, true, pred, weight in zip(self.outputs, y, y_pred, weights, strict=True):
            if output.loss is None or true is None:
                continue
            value = output.loss(true, pred, sample_weight=weight, mask=self._mask(pred))
            if np.ndim(value):
                raise ArgumentError(
                    f"The loss {output.loss.name!r} gives {value.size} numbers a batch, and "
                    "training makes one number small.",
                    fixes=["leave out its reduction='none'"],
                )
            if output.tracker is not None:
                output.tracker.update_state(value, sample_weight=self._count(pred))
            parts.append(value if output.weight is None else value * output.weight)
        return sum(parts[1:], parts[0]) if parts else jnp.zeros(())

    def _mask(self, pred: Any) -> Any:
        """The mask of an output and the padded rows of the batch together."""
        mask = get_mask(pred)
        if self.rows is None:
            return mask
        rows = self.rows
        return rows if mask is None else mask & rows.reshape((-1,) + (1,) * (mask.ndim - 1))

    def _count(self, pred: Any) -> Any:
        """How many samples of the batch are data."""
        return float(pred.shape[0]) if self.rows is None else self.rows.sum().astype("float32")

    def see_loss(self, loss: Any, pred: Any) -> None:
        """Let the mean loss of the epoch see a batch's loss."""
        self.total.update_state(loss, sample_weight=self._count(pred))

    def update(self, y: list[Any], y_pred: list[Any], weights: list[Any]) -> None:
        """Let the metrics see a batch."""
        for output, true, pred, weight in zip(self.outputs, y, y_pred, weights, strict=True):
            if true is None:
                continue
            # A mask of timesteps travels with the predictions, and the metrics see it there.
            rows = _as_weight(self.rows)
            for metric in output.metrics:
                metric.update_state(true, pred, sample_weight=rows)
            for metric in output.weighted:
                metric.update_state(true, pred, sample_weight=_times(weight, rows))

    def logs(self) -> dict[str, Any]:
        """The loss and every metric by name, as scalars on the device."""
        logs = {"loss": self.total.result()}
        for output in self.outputs:
            if output.tracker is not None:
                logs[output.tracker.name] = output.tracker.result()
        many = len(self.outputs) > 1
        for weighted in (False, True):
            for output in self.outputs:
                prefix = f"{output.name}_" if many else ""
                for metric in output.weighted if weighted else output.metrics:
                    name = prefix + metric.name
                    if weighted and name in logs:
                        name = f"{prefix}weighted_{metric.name}"
                    logs[_free(name, logs)] = metric.result()
        return logs

    @property
    def takes_class_numbers(self) -> bool:
        """Whether the only loss takes one class number a sample or timestep."""
        taken = [o.loss for o in self.outputs if o.loss is not None]
        sparse = losses_module.sparse_categorical_crossentropy
        return len(taken) == 1 and function_of(taken[0]) is sparse

    @property
    def given(self) -> bool:
        """Whether compile was given any loss or metric."""
        given = (self.loss, self.raw_metrics, self.raw_weighted)
        return any(True for g in given for item in leaves(g) if item is not None)

    @property
    def has_loss(self) -> bool:
        """Whether some output has a loss."""
        return any(o.loss is not None for o in self.outputs)

    @property
    def per_sample(self) -> bool:
        """Whether losses and metrics are ours, which leave out rows that pad a batch."""
        losses = [o.loss for o in self.outputs if o.loss is not None]
        ours = [type(x).__module__.startswith("recurra.") for x in (*losses, *self.metrics)]
        return all(ours) and all(x.per_sample for x in (*losses, *self.metrics))

    @property
    def metrics(self) -> list[Any]:
        """Every metric, the mean loss first."""
        trackers = [o.tracker for o in self.outputs if o.tracker is not None]
        return [self.total, *trackers, *(m for o in self.outputs for m in o.metrics + o.weighted)]


def _listed(metrics: Any) -> list[Any]:
    if metrics is None:
        return []
    return list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]


def _as_weight(mask: Any) -> Any:
    return None if mask is None else mask.astype("float32")


def _times(weight: Any, rows: Any) -> Any:
    if weight is None or rows is None:
        return weight if rows is None else rows
    return weight * rows.reshape((-1,) + (1,) * (weight.ndim - 1))


def _free(name: str, taken: dict[str, Any]) -> str:
    number = 1
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def label_of(output: Output, outputs: Sequence[Output]) -> str:
    """What messages call an output."""
    return f"output {output.name!r}" if len(outputs) > 1 else "the output"


def _first_and_metrics(losses: Sequence[Any]) -> list[str]:
    """Several losses for one output: the others are measured."""
    if not losses or not all(isinstance(loss, str) for loss in losses):
        return []
    return [f"loss={losses[0]!r}, metrics={list(losses[1:])!r}"]
