"""Stop training when a metric no longer gets better."""

from __future__ import annotations

from typing import Any

from recurra.engine.arguments import BOOL, NUMBER, TEXT, arg, declared, one_of, optional
from recurra.training.callbacks.monitor import COUNT_FROM_0, Monitoring


@declared
class EarlyStopping(Monitoring):
    """Stop training when a metric no longer gets better.

    Args:
        monitor: the metric's name.
        min_delta: how much better a value has to be to count.
        patience: epochs without a better value after which training stops.
        verbose: 1 says when it stops.
        mode: "min" where small values are good, "max" where large ones are, "auto" by the name.
        baseline: a value that has to be beaten as well.
        restore_best_weights: whether the model ends with the weights of its best epoch.
        start_from_epoch: epochs to let pass before watching.

    Attributes:
        stopped_epoch: the epoch after which training was stopped, 0 if it was not.
        best_epoch: the epoch of the best value.

    Example:
        >>> EarlyStopping(patience=3, restore_best_weights=True).monitor
        'val_loss'
    """

    monitor: str = arg(default="val_loss", check=TEXT)
    min_delta: float = arg(default=0, check=NUMBER)
    patience: int = arg(default=0, check=COUNT_FROM_0)
    verbose: int = arg(default=0)
    mode: str = arg(default="auto", check=one_of("auto", "min", "max"))
    baseline: float | None = arg(default=None, check=optional(NUMBER))
    restore_best_weights: bool = arg(default=False, check=BOOL)
    start_from_epoch: int = arg(default=0, check=COUNT_FROM_0)

    def __post_init__(self) -> None:
        """Start with nothing seen."""
        self._start()

    def _start(self) -> None:
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best, self.best_weights = None, None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forget an earlier training."""
        self._start()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Compare the epoch's value with the best one."""
        value = self.watched(logs, "training is not stopped early")
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)  # where no value is ever better than nothing: all are NaN
        self.wait += 1
        if self.improves(value, self.best):
            self.best = value
            self._keep(epoch)
            if self.baseline is None or self.improves(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Go back to the best weights where that was asked for."""
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: training is stopped early")
        if self.best_weights is not None:
            if self.verbose:
                print(f"The weights are those of the best epoch, {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)
