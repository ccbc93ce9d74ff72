"""Save the model while it is trained."""

from __future__ import annotations

import os
from typing import Any

from recurra.engine import endings
from recurra.engine.arguments import (
    BOOL,
    COUNT,
    NUMBER,
    TEXT,
    Check,
    arg,
    declared,
    is_count,
    one_of,
    optional,
)
from recurra.engine.errors import ArgumentError
from recurra.training.callbacks.logs import Logs
from recurra.training.callbacks.monitor import Monitoring

_FREQUENCY = Check("'epoch' or a number of batches", lambda v: v == "epoch" or is_count(v))


@declared
class ModelCheckpoint(Monitoring):
    """Save the model after every epoch, or after every so many batches.

    Args:
        filepath: a name that ends in `.keras`, or in `.weights.h5` for weights alone. `{epoch}`,
            `{batch}` and the names of metrics are filled in:
            `"model.{epoch:02d}-{val_loss:.2f}.keras"`.
        monitor: the metric that says which epoch is best.
        verbose: 1 says when it saves.
        save_best_only: whether to save only where the metric is better than ever before.
        save_weights_only: whether to save the weights instead of the whole model.
        mode: "min" where small values are good, "max" where large ones are, "auto" by the name.
        save_freq: `"epoch"`, or a number of batches.
        initial_value_threshold: the value that has to be beaten first.
        period: Keras 2: save after every so many epochs.

    Example:
        >>> ModelCheckpoint("best.keras", save_best_only=True).filepath
        'best.keras'
    """

    filepath: str = arg(convert=os.fspath, check=TEXT)
    monitor: str = arg(default="val_loss", check=TEXT)
    verbose: int = arg(default=0)
    save_best_only: bool = arg(default=False, check=BOOL)
    save_weights_only: bool = arg(default=False, check=BOOL)
    mode: str = arg(default="auto", check=one_of("auto", "min", "max"))
    save_freq: str | int = arg(default="epoch", check=_FREQUENCY)
    initial_value_threshold: float | None = arg(default=None, check=optional(NUMBER))
    period: int = arg(default=1, check=COUNT, kw_only=True, hidden=True)

    def __post_init__(self) -> None:
        """Start with nothing saved, and refuse before any training what could not be saved."""
        self._check_ending()
        self.best = self.initial_value_threshold
        self._epoch, self._since = 0, 0
        if self.save_freq != "epoch":  # so that batches are reported only where they are needed
            self.on_train_batch_end = self._on_batch_end  # type: ignore[method-assign]

    def _check_ending(self) -> None:
        only = self.save_weights_only
        right, also = (endings.WEIGHTS, endings.OLD) if only else (endings.MODEL, ())
        if self.filepath.endswith((right, *also)):
            return
        name = endings.with_ending(self.filepath, right)
        option = ", save_weights_only=True" if only else ""
        fixes = [f"ModelCheckpoint({name!r}{option})"]
        if not only and self.filepath.endswith(endings.OLD):
            name = endings.with_ending(self.filepath, endings.WEIGHTS)
            fixes.append(f"ModelCheckpoint({name!r}, save_weights_only=True)")
        raise ArgumentError(
            f"ModelCheckpoint: {'weights' if only else 'a whole model'} cannot be saved as "
            f"{self.filepath!r}: the name has to end in {right}.",
            fixes=fixes,
        )

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch for the names of files."""
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save, where epochs are asked for and this one is due."""
        if self.save_freq == "epoch":
            self._count(self.period, {"epoch": epoch + 1, **(logs or {})}, logs)

    def _on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        names = {"epoch": self._epoch + 1, "batch": batch + 1, **(logs or {})}
        self._count(int(self.save_freq), names, logs)

    def _count(self, due: int, names: dict[str, Any], logs: dict[str, Any] | None) -> None:
        self._since += 1
        if self._since >= due:
            self._since = 0
            if self._is_wanted(logs):
                self._save(self._path(names))

    def _is_wanted(self, logs: dict[str, Any] | None) -> bool:
        if not self.save_best_only:
            return True
        value = self.watched(logs, "every epoch is saved, not only the best")
        if value is None:
            return True
        if not self.improves(value, self.best):
            self._say(f"{self.monitor} is {value:.5f}, not better than {self.best:.5f}")
            return False
        before = "" if self.best is None else f", better than {self.best:.5f}"
        self._say(f"{self.monitor} is {value:.5f}{before}")
        self.best = value
        return True

    def _path(self, names: dict[str, Any]) -> str:
        try:
            return self.filepath.format_map(Logs(names))
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            problem = error.args[0] if error.args else error
            raise ArgumentError(
                f"ModelCheckpoint: filepath={self.filepath!r} cannot be filled in: {problem}"
            ) from None

    def _save(self, path: str) -> None:
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)
        self._say(f"saved to {path}")

    def _say(self, text: str) -> None:
        if self.verbose:
            print(f"Epoch {self._epoch + 1}: {text}")
