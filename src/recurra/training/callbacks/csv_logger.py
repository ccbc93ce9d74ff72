"""Write the metrics of every epoch to a file."""

from __future__ import annotations

import csv
import os
from typing import Any

from recurra.engine.arguments import BOOL, TEXT, arg, declared
from recurra.training.callbacks.callback import Callback


@declared
class CSVLogger(Callback):
    """Write the metrics of every epoch to a table, one line an epoch.

    Args:
        filename: of the table.
        separator: between columns.
        append: whether to go on with a table that is there, instead of replacing it.

    Example:
        >>> CSVLogger("training.csv").separator
        ','
    """

    filename: str = arg(convert=os.fspath, check=TEXT)
    separator: str = arg(default=",", check=TEXT)
    append: bool = arg(default=False, check=BOOL)

    def __post_init__(self) -> None:
        """Start without a file."""
        self._file: Any = None
        self._columns: list[str] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the file."""
        going_on = self.append and os.path.exists(self.filename)
        self._has_header = going_on and os.path.getsize(self.filename) > 0
        mode = "a" if self.append else "w"
        self._file = open(self.filename, mode, newline="")  # noqa: SIM115 - until on_train_end
        self._columns = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a line."""
        logs = logs or {}
        writer = csv.writer(self._file, delimiter=self.separator, lineterminator="\n")
        if not self._columns:
            self._columns = sorted(logs)
            if not any(name.startswith("val_") for name in logs):
                # validation may start in a later epoch
                self._columns += [f"val_{name}" for name in self._columns]
            if not self._has_header:
                writer.writerow(["epoch", *self._columns])
        writer.writerow([epoch, *(logs.get(name, "NA") for name in self._columns)])
        self._file.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the file."""
        self._file.close()
