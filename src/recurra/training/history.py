"""What `fit` returns: losses and metrics of every epoch."""

from __future__ import annotations

import os
from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.training.callbacks.callback import Callback
from recurra.training.callbacks.logs import Logs
from recurra.training.callbacks.monitor import known_direction


class History(Callback):
    """Losses and metrics of every epoch.

    Attributes:
        history: a list of values, one an epoch, for each name: `loss`, `val_loss`, ...
            Accuracy is found under `acc` and `accuracy`.
        epoch: the numbers of the epochs, from 0.
        params: what `fit` was told.
        model: the model that was trained.

    Example:
        >>> history = History()
        >>> history.on_epoch_end(0, {"loss": 0.5, "accuracy": 0.75})
        >>> history.history["acc"]
        [0.75]
    """

    def __init__(self) -> None:
        self.history: dict[str, list[Any]] = Logs()
        self.epoch: list[int] = []

    def __getitem__(self, name: Any) -> Any:
        """Refused: the values are in `history`."""
        raise ArgumentError(
            "what `fit` returns is no dict: the losses and metrics are in its `history`.",
            fixes=[f"history.history[{name!r}]"],
        )

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draw the learning curves: the loss and each metric, training beside validation.

        The best epoch is marked where the metric's name tells whether it should rise or fall.

        Args:
            path: of a file to write, `.svg` or `.png` (by matplotlib).

        Returns:
            The picture: a notebook shows it, `.svg` is its text and `.save(path)` writes it.

        Raises:
            StateError: where no epoch has ended.

        Example:
            >>> history = History()
            >>> history.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.6})
            >>> history.plot()
            <Picture: learning curves; .save('picture.svg') writes it to a file>
        """
        from recurra.explain.drawing.curves import plot

        return plot(self.history, known_direction, path)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start counting epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the values of an epoch."""
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
