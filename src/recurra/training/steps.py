"""The steps that training is made of; override them to train in another way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.scope import value_and_gradients
from recurra.engine.tree import leaves
from recurra.training.measures import Measured


class Steps(Measured):
    """One batch of training, evaluation and prediction.

    Override `compute_loss` for another loss, `train_step` for another way of learning. `data` is
    `(x, y, sample_weight)`, as given to `fit`, with None for what was not given.
    """

    optimizer: Any
    _objectives: Any

    def train_step(self, data: tuple[Any, Any, Any]) -> dict[str, Any]:
        """Learn from one batch: loss, gradients, update, metrics.

        Args:
            data: `(x, y, sample_weight)`.

        Returns:
            The logs: scalars by name.
        """
        x, y, sample_weight = data

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)  # type: ignore[operator]
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            if jnp.ndim(loss):
                raise ArgumentError(
                    f"{self.label}: `compute_loss` gives an array of shape {jnp.shape(loss)}, and "  # type: ignore[attr-defined]
                    "training makes one number small.",
                    fixes=["return ops.mean(...) of it"],
                )
            return self.optimizer.scale_loss(loss), (loss, y_pred)

        variables = self.trainable_variables  # type: ignore[attr-defined]
        _, (loss, y_pred), gradients = value_and_gradients(forward, variables)
        self.optimizer.apply(gradients, variables)
        return self.compute_metrics(x, y, y_pred, sample_weight, loss=loss)

    def test_step(self, data: tuple[Any, Any, Any]) -> dict[str, Any]:
        """Measure the model on one batch; returns the logs."""
        x, y, sample_weight = data
        y_pred = self(x, training=False)  # type: ignore[operator]
        loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        return self.compute_metrics(x, y, y_pred, sample_weight, loss=loss)

    def _logs(self, step: str, returned: Any) -> OrderedDict[str, Any]:
        """What a step has returned, which one of the user's own may have forgotten to do."""
        if not isinstance(returned, Mapping):
            raise StateError(
                f"{self.label}: `{step}` returned {returned!r}, not a dict of numbers by name.",  # type: ignore[attr-defined]
                fixes=[f"end `{step}` with return {{'loss': loss}}"],
            )
        return OrderedDict(returned)

    def predict_step(self, data: Any) -> Any:
        """The model's outputs for one batch of inputs."""
        return self(data, training=False)  # type: ignore[operator]

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The scalar that training makes small: the compiled losses and those that layers added.

        Args:
            x: the inputs.
            y: the targets.
            y_pred: the model's outputs for `x`.
            sample_weight: a weight for each sample, or None.
            training: whether this is a step of training.
        """
        predicted = list(leaves(y_pred))
        loss = self._objectives.compute(
            _aligned(y, predicted), predicted, _weights(sample_weight, predicted)
        )
        added = self.losses  # type: ignore[attr-defined]
        if training and not added and not self._objectives.has_loss:
            raise StateError(
                f"{self.label}: there is nothing to learn from: compile was given no loss, "  # type: ignore[attr-defined]
                "and no layer adds one.",
                fixes=["model.compile(optimizer='adam', loss='mse')"],
            )
        return sum((jnp.asarray(a) for a in added), loss)

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None, loss: Any = None
    ) -> dict[str, Any]:
        """Let the metrics see a batch; returns the logs."""
        predicted = list(leaves(y_pred))
        if loss is not None:
            self._objectives.see_loss(loss, predicted[0])
        self._objectives.update(
            _aligned(y, predicted), predicted, _weights(sample_weight, predicted)
        )
        return self.get_metrics_result()


def _aligned(y: Any, predicted: list[Any]) -> list[Any]:
    """A target for each output; None where there is none."""
    return [None] * len(predicted) if y is None else list(leaves(y))


def _weights(sample_weight: Any, predicted: list[Any]) -> list[Any]:
    """A sample weight for each output; a single one is for all."""
    flat = list(leaves(sample_weight))
    return flat * len(predicted) if len(flat) == 1 else flat
