"""Stop training when the loss is no number any more."""

from __future__ import annotations

import math
from typing import Any

from recurra.engine.arguments import BOOL, arg, declared
from recurra.engine.errors import RecurraError
from recurra.training.callbacks.callback import Callback


class LossError(RecurraError, RuntimeError):
    """The loss became NaN or infinite."""


@declared
class TerminateOnNaN(Callback):
    """Stop training after a batch whose loss is NaN or infinite.

    Args:
        raise_error: whether to raise an error instead of ending `fit`.

    Raises:
        LossError: where that is asked for.

    Example:
        >>> TerminateOnNaN().raise_error
        False
    """

    raise_error: bool = arg(default=False, check=BOOL)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        problem = f"the loss is {float(loss)} after batch {batch}"
        if self.raise_error:
            raise LossError(
                f"{problem}.",
                fixes=[
                    "a smaller learning rate, or clipnorm=1.0 for the optimizer",
                    "inputs and targets scaled to about -1 ... 1",
                ],
            )
        print(f"Training stops: {problem}")
        self.model.stop_training = True
