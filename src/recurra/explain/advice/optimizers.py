"""What rules know of a model's optimizer."""

from __future__ import annotations

from typing import Any

#: Learning rates that are usual, by the optimizer's class; for others it is 0.001.
_USUAL = {"SGD": 0.01, "Adagrad": 0.01, "Ftrl": 0.01}


class Rate:
    """A learning rate that is the same in all steps.

    Args:
        optimizer: the class of the optimizer.
        value: the learning rate.
    """

    def __init__(self, optimizer: str, value: float) -> None:
        self.optimizer, self.value = optimizer, value
        #: The one that this class has where none is given.
        self.usual = _USUAL.get(optimizer, 0.001)
        #: A tenth, or the usual one where that is lower.
        self.lower = min(value / 10, self.usual)

    def compiled(self, value: float) -> str:
        """Code for a compile with another learning rate."""
        return f"model.compile({self.optimizer}(learning_rate={value:.2g}), ...)"


def rate(model: Any) -> Rate | None:
    """The learning rate of a compiled model; None where it follows a schedule or is not known."""
    held = getattr(model.optimizer, "_rate", None)
    if held is None or callable(held):
        return None
    return Rate(type(model.optimizer).__name__, float(held))


def clips(model: Any) -> bool:
    """Whether the optimizer limits gradients."""
    limits = ("clipnorm", "clipvalue", "global_clipnorm")
    return any(getattr(model.optimizer, name, None) is not None for name in limits)
