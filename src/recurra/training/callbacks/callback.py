"""What a callback is, and the list of them that training talks to."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.engine.notes import noting
from recurra.engine.origin import warn
from recurra.engine.suggestions import attribute_or_suggestion, never_called
from recurra.engine.tree import leaves
from recurra.training.callbacks.logs import Logs, plain


class Callback:
    """Something that is called while a model is trained, evaluated or asked to predict.

    Subclasses define the hooks they need. Epochs and batches are counted from 0, `logs` holds the
    loss and the metrics by name. Setting `self.model.stop_training = True` ends training.

    A callback with a hook for batches makes training wait for the device after every batch.

    Attributes:
        model: the model that is being trained.
        params: what `fit` was told: `epochs`, `steps`, `verbose`.

    Example:
        >>> class Stop(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         self.model.stop_training = logs["loss"] < 0.1
    """

    model: Any = None
    params: Any = None

    def set_params(self, params: dict[str, Any] | None) -> None:
        """Told before training starts."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Told before training starts."""
        self.model = model

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Before an epoch."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """After an epoch and its validation. What is added to `logs` enters the history."""

    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Another name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Another name of `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a batch of training."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a batch of training; `logs` holds the means of the epoch so far."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before evaluation, that of `fit` included."""

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """After evaluation."""

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a batch of evaluation."""

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a batch of evaluation."""

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Before prediction."""

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """After prediction."""

    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Before a batch of prediction."""

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """After a batch of prediction; `logs` holds its `outputs`."""


#: Not within the class, where a checker of types would take every name for known.
Callback.__getattr__ = attribute_or_suggestion  # type: ignore[attr-defined]

HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


class CallbackList(Callback):
    """Calls the hooks of several callbacks, one after the other.

    Args:
        callbacks: a callback, or a list of them.
        add_history: whether to add a `History` where there is none.
        model: told to all.
        history: added where it is not among them; called last.
        params: told to all.
        named_params: further parameters.

    Raises:
        ArgumentError: for something that is no callback.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        model: Any = None,
        *,
        history: Callback | None = None,
        params: dict[str, Any] | None = None,
        **named_params: Any,
    ) -> None:
        from recurra.training.history import History

        self.callbacks: list[Callback] = []
        for position, given in enumerate(leaves(callbacks) if callbacks is not None else ()):
            inner = given.callbacks if isinstance(given, CallbackList) else [given]
            self.callbacks += [_checked(c, position) for c in inner]
        if add_history and history is None:
            history = next((c for c in self.callbacks if isinstance(c, History)), History())
        if history is not None and history not in self.callbacks:
            self.callbacks.append(history)
        self.history = history
        if model is not None:
            self.set_model(model)
        self.set_params({**(params or {}), **named_params})

    def set_params(self, params: dict[str, Any] | None) -> None:
        """Tell all callbacks what `fit` was told."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tell all callbacks the model."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def _any(self, *hooks: str) -> bool:
        return any(_defines(c, hook) for c in self.callbacks for hook in hooks)

    @property
    def needs_batches(self) -> bool:
        """Whether some callback has to be called at every batch of training."""
        return self._any(
            "on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"
        )

    @property
    def needs_test_batches(self) -> bool:
        """Whether some callback has to be called at every batch of evaluation."""
        return self._any("on_test_batch_begin", "on_test_batch_end")

    @property
    def needs_predict_batches(self) -> bool:
        """Whether some callback has to be called at every batch of prediction."""
        return self._any("on_predict_batch_begin", "on_predict_batch_end")


def _defines(callback: Callback, hook: str) -> bool:
    """Whether a callback has a hook of its own."""
    return getattr(getattr(callback, hook), "__func__", None) is not getattr(Callback, hook)


def _checked(callback: Any, position: int) -> Callback:
    if isinstance(callback, Callback):
        unused = never_called(type(callback), HOOKS)
        if unused:
            warn(f"{type(callback).__name__}:{unused}")
        return callback
    if inspect.isclass(callback) and issubclass(callback, Callback):
        name = callback.__name__
        raise ArgumentError(f"callbacks[{position}] is the class {name}: write {name}(...).")
    fix = (
        ": LambdaCallback(on_epoch_end=...) makes one from a function" if callable(callback) else ""
    )
    raise ArgumentError(
        f"callbacks[{position}] is no Callback but {callback!r} ({type(callback).__name__}){fix}."
    )


def _to_all(hook: str) -> Callable[..., None]:
    """The hook of a list: every callback is called with the same logs.

    What callbacks add to the logs is then also in the dict that was given.
    """

    def call(self: CallbackList, *args: Any) -> None:
        if not self.callbacks:
            return
        *position, given = args if len(args) > _positions(hook) else (*args, None)
        logs = Logs({name: plain(value) for name, value in (given or {}).items()})
        try:
            for callback in self.callbacks:
                if callback is not self.history:
                    _run(callback, hook, (*position, logs))
        finally:  # what is done is in the history, even if a callback fails or is interrupted
            if self.history is not None:
                getattr(self.history, hook)(*position, logs)
        if given is not None:
            given.update(logs)

    call.__name__, call.__doc__ = hook, getattr(Callback, hook).__doc__
    return call


def _run(callback: Callback, hook: str, arguments: tuple) -> None:
    with noting(lambda: f"in the callback {type(callback).__name__}, at {hook}"):
        getattr(callback, hook)(*arguments)


def _positions(hook: str) -> int:
    return int("batch" in hook or "epoch" in hook)


for _hook in HOOKS:
    setattr(CallbackList, _hook, _to_all(_hook))
