"""The metrics of a model: those that compile was given, and those that it keeps itself."""

from __future__ import annotations

from typing import Any

from recurra.training.metrics import Metric


class Measured:
    """What is measured while a model is trained and evaluated."""

    _objectives: Any

    @property
    def metrics(self) -> list[Any]:
        """The metrics, the mean loss first; those kept as attributes last."""
        return [*(self._objectives.metrics if self._objectives else ()), *self._own_metrics()]

    def _own_metrics(self) -> list[Metric]:
        """The metrics that the model and its layers keep as attributes."""
        held = (x for layer in self._flatten_layers() for x in layer._attributes())  # type: ignore[attr-defined]
        return list(dict.fromkeys(x for x in held if isinstance(x, Metric)))

    @property
    def metrics_names(self) -> list[str]:
        """What `evaluate` returns, by name."""
        return list(self.get_metrics_result()) if self._objectives else []

    def get_metrics_result(self) -> dict[str, Any]:
        """The mean loss and every metric by name."""
        logs = self._objectives.logs()
        for metric in self._own_metrics():  # type: ignore[attr-defined]
            result = metric.result()
            logs |= result if isinstance(result, dict) else {metric.name: result}
        return logs

    def _reset_metrics(self) -> None:
        for metric in {*self.metrics, *(self._objectives.metrics if self._objectives else ())}:
            metric.reset_state()

    reset_metrics = _reset_metrics
