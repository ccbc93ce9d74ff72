"""Change the learning rate between epochs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from recurra.engine.arguments import (
    NOT_NEGATIVE,
    NUMBER,
    TEXT,
    Check,
    arg,
    declared,
    one_of,
)
from recurra.engine.errors import ArgumentError
from recurra.engine.variable import Variable
from recurra.training.callbacks.callback import Callback
from recurra.training.callbacks.monitor import COUNT_FROM_0, Monitoring

_BELOW_1 = Check("a number of at least 0 and below 1", lambda v: NUMBER.ok(v) and 0 <= v < 1)
_FUNCTION = Check("a function of the epoch", callable)


def _settable(callback: Callback) -> float:
    """The optimizer's learning rate, where it is a number that can be set."""
    rate = callback.model.optimizer.learning_rate
    if not isinstance(rate, Variable):
        who, optimizer = type(callback).__name__, type(callback.model.optimizer).__name__
        raise ArgumentError(
            f"{who} cannot set the learning rate: {optimizer} already follows a schedule. "
            f"Give {optimizer} a number, or leave out {who}."
        )
    return float(rate)


def _takes_rate(function: Callable[..., Any]) -> bool:
    """Whether a function has a second argument by position."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # a builtin that does not tell
        return False
    by_position = [p for p in parameters if p.kind <= p.VAR_POSITIONAL]
    return len(by_position) > 1 or any(p.kind is p.VAR_POSITIONAL for p in by_position)


@declared
class LearningRateScheduler(Callback):
    """Set the learning rate before each epoch. The history holds it as `learning_rate`.

    Args:
        schedule: `schedule(epoch)` or `schedule(epoch, learning_rate)`, the new learning rate.
        verbose: 1 says each new one.

    Example:
        >>> LearningRateScheduler(lambda epoch: 0.01 * 0.9**epoch).schedule(0)
        0.01
    """

    schedule: Callable[..., float] = arg(check=_FUNCTION)
    verbose: int = arg(default=0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the rate."""
        now = _settable(self)
        given = self.schedule(epoch, now) if _takes_rate(self.schedule) else self.schedule(epoch)
        try:
            rate = float(given)
        except (TypeError, ValueError):
            hint = ": did it forget its `return`?" if given is None else "."
            raise ArgumentError(
                f"LearningRateScheduler: schedule({epoch}) gave {given!r}, "
                f"and a number is needed{hint}"
            ) from None
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            print(f"Epoch {epoch + 1}: the learning rate is {rate:.6g}")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell the history."""
        if logs is not None:
            logs["learning_rate"] = _settable(self)


@declared
class ReduceLROnPlateau(Monitoring):
    """Lower the learning rate when a metric no longer gets better.

    The history holds the rate as `learning_rate`.

    Args:
        monitor: the metric's name.
        factor: what the rate is multiplied by.
        patience: epochs without a better value after which it is lowered.
        verbose: 1 says when it is lowered.
        mode: "min" where small values are good, "max" where large ones are, "auto" by the name.
        min_delta: how much better a value has to be to count.
        cooldown: epochs to wait after the rate was lowered.
        min_lr: the rate never falls below this.

    Example:
        >>> ReduceLROnPlateau(factor=0.5, patience=5).min_delta
        0.0001
    """

    monitor: str = arg(default="val_loss", check=TEXT)
    factor: float = arg(default=0.1, check=_BELOW_1)
    patience: int = arg(default=10, check=COUNT_FROM_0)
    verbose: int = arg(default=0)
    mode: str = arg(default="auto", check=one_of("auto", "min", "max"))
    min_delta: float = arg(default=0.0001, check=NUMBER, old=("epsilon",))
    cooldown: int = arg(default=0, check=COUNT_FROM_0)
    min_lr: float = arg(default=0.0, check=NOT_NEGATIVE)

    def __post_init__(self) -> None:
        """Start with nothing seen."""
        self.on_train_begin()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forget an earlier training."""
        self.best, self.wait, self.cooldown_counter = None, 0, 0

    def in_cooldown(self) -> bool:
        """Whether the rate was lowered a short while ago."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Compare the epoch's value with the best one."""
        rate = _settable(self)
        if logs is not None:
            logs["learning_rate"] = rate
        value = self.watched(logs, "the learning rate stays as it is")
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.improves(value, self.best):
            self.best, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._lower(rate, epoch)

    def _lower(self, rate: float, epoch: int) -> None:
        if rate <= np.float32(self.min_lr):
            return
        new = max(rate * self.factor, float(self.min_lr))
        self.model.optimizer.learning_rate = new
        self.cooldown_counter, self.wait = self.cooldown, 0
        if self.verbose:
            print(f"Epoch {epoch + 1}: the learning rate is lowered to {new:.6g}")
