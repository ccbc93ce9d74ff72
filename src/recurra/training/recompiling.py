"""How a model was compiled, as plain data, and the same again from it."""

from __future__ import annotations

from typing import Any

from recurra.engine.origin import warn
from recurra.engine.registry import Registry
from recurra.training import losses, metrics, optimizers


class Recompiles:
    """What `Trainer` knows about its compilation in files."""

    label: str
    optimizer: Any
    run_eagerly: bool
    _objectives: Any

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was told, as plain data; empty where the model is not compiled."""
        told = self._objectives
        if told is None:
            return {}
        return {
            "optimizer": optimizers.serialize(self.optimizer),
            "loss": _written(losses.registry, told.loss),
            "loss_weights": told.loss_weights,
            "metrics": _written(metrics.registry, told.raw_metrics),
            "weighted_metrics": _written(metrics.registry, told.raw_weighted),
            "run_eagerly": self.run_eagerly,
            "steps_per_execution": 1,
            "jit_compile": "auto",
        }

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile the model as another was.

        Args:
            config: what `get_compile_config` of recurra or Keras returned.

        Raises:
            ArgumentError: where it names a loss, metric or optimizer that is not known.
        """
        from recurra.training.trainer import Trainer

        if type(self).compile is not Trainer.compile:  # type: ignore[attr-defined]
            warn(
                f"{self.label} is not compiled: its class has a `compile` of its own, whose "
                "arguments are not known. Call it, or define get_compile_config() and "
                "compile_from_config(config), too."
            )
            return
        self.compile(  # type: ignore[attr-defined]
            optimizer=optimizers.deserialize(config.get("optimizer")),
            loss=_read(losses.registry, config.get("loss")),
            loss_weights=config.get("loss_weights"),
            metrics=_read(metrics.registry, config.get("metrics")),
            weighted_metrics=_read(metrics.registry, config.get("weighted_metrics")),
            run_eagerly=bool(config.get("run_eagerly")),
        )


def _written(registry: Registry, given: Any) -> Any:
    """One loss or metric, or those of a list or dict, as plain data."""
    if isinstance(given, (list, tuple)):
        return [_written(registry, item) for item in given]
    if isinstance(given, dict) and "class_name" not in given:
        return {name: _written(registry, item) for name, item in given.items()}
    return registry.serialize(given)


def _read(registry: Registry, data: Any) -> Any:
    if isinstance(data, (list, tuple)):
        return [_read(registry, item) for item in data]
    if isinstance(data, dict):
        if "class_name" in data:
            return registry.deserialize(data)
        return {name: _read(registry, item) for name, item in data.items()}
    return data
