"""One batch at a time: the steps of `fit`, `evaluate` and `predict` for loops of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from recurra.engine.arguments import keywords_checked
from recurra.engine.tree import dicts_as, map_leaves


class OnBatch:
    """`train_on_batch`, `test_on_batch` and `predict_on_batch`."""

    optimizer: Any
    _check_compiled: Any
    _feed: Any
    _runner: Any
    _reset_metrics: Any
    _number_steps: Any

    @keywords_checked
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
        reset_metrics: bool = True,
    ) -> Any:
        """Take one step of training; returns the loss and metrics as `evaluate` does."""
        self._check_compiled("train_on_batch")
        batch = self._feed("train").arrays(x, y, sample_weight, class_weight)
        self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]
        if reset_metrics:
            self._reset_metrics()
        logs = floats(self._runner("train").on_batch(batch, self._number_steps(1)))
        return logs if return_dict else listed(logs)

    @keywords_checked
    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Measure the model on one batch; returns the loss and metrics as `evaluate` does."""
        self._check_compiled("test_on_batch")
        batch = self._feed("test").arrays(x, y, sample_weight)
        self._reset_metrics()
        logs = floats(self._runner("test").on_batch(batch, 0))
        return logs if return_dict else listed(logs)

    @keywords_checked
    def predict_on_batch(self, x: Any) -> Any:
        """The model's outputs for one batch, as NumPy arrays."""
        outputs = self._runner("predict").on_batch(self._feed("predict").arrays(x))
        return dicts_as(dict, map_leaves(np.array, outputs))


def floats(logs: Any) -> dict[str, float]:
    """Logs as numbers."""
    return {k: float(v) for k, v in logs.items()}


def listed(logs: dict[str, float]) -> Any:
    """Logs as Keras returns them: the loss alone, or a list."""
    values = list(logs.values())
    return values if len(values) > 1 else values[0]
