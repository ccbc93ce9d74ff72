"""A callback made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError
from recurra.training.callbacks.callback import HOOKS, Callback

Hook = Callable[..., Any] | None


class LambdaCallback(Callback):
    """A callback made of functions, one for each hook that is needed.

    Args:
        on_epoch_begin: called with `(epoch, logs)`.
        on_epoch_end: called with `(epoch, logs)`.
        on_train_begin: called with `(logs)`.
        on_train_end: called with `(logs)`.
        on_train_batch_begin: called with `(batch, logs)`.
        on_train_batch_end: called with `(batch, logs)`.
        hooks: any other hook of `Callback`.

    Example:
        >>> told = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> told.on_epoch_end(0, {"loss": 0.5})
        0 0.5
    """

    def __init__(
        self,
        on_epoch_begin: Hook = None,
        on_epoch_end: Hook = None,
        on_train_begin: Hook = None,
        on_train_end: Hook = None,
        on_train_batch_begin: Hook = None,
        on_train_batch_end: Hook = None,
        **hooks: Hook,
    ) -> None:
        hooks |= {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        for name, function in hooks.items():
            if name not in HOOKS:
                end = did_you_mean(name, HOOKS) or f". There are {', '.join(HOOKS)}."
                raise ArgumentError(f"LambdaCallback: there is no hook {name!r}{end}")
            if function is None:
                continue
            if not callable(function):
                raise ArgumentError(
                    f"LambdaCallback: {name}={function!r} ({type(function).__name__}): "
                    "a function is needed."
                )
            setattr(self, name, function)
