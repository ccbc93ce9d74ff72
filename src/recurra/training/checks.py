"""What the numbers and names given to `compile`, `fit`, `evaluate` and `predict` have to be."""

from __future__ import annotations

import numbers
import operator
import reprlib
from functools import partial
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.repairs import repaired
from recurra.training import losses, optimizers

#: Arguments that may be None, which means that it is found out.
_OPTIONAL = ("batch_size", "steps_per_epoch", "validation_steps", "validation_batch_size", "steps")
_FROM_0 = ("initial_epoch",)


def check_counts(method: str, **counts: Any) -> None:
    """Refuse what is no whole number, or too small a one."""
    for name, value in counts.items():
        least = 0 if name in _FROM_0 else 1
        if (value is None and name in _OPTIONAL) or _is_whole(value, least):
            continue
        if method == "predict" and hasattr(value, "shape"):
            raise ArgumentError(
                "predict takes the inputs alone, and an array came as `batch_size`.",
                fixes=["model.predict(x); model.evaluate(x, y) compares with targets"],
            )
        raise ArgumentError(
            f"{method}: `{name}`={reprlib.repr(value)}: a whole number of at least {least} is "
            "needed" + (", or None." if name in _OPTIONAL else "."),
            fixes=[f"{name}={v}" for v in repaired(value, None, partial(_is_whole, least=least))],
        )


def _is_whole(value: Any, least: int) -> bool:
    try:
        return not isinstance(value, bool) and operator.index(value) >= least
    except TypeError:
        return False


def check_switches(method: str, **switches: Any) -> None:
    """Refuse what is neither yes nor no: the text "no" would count as yes."""
    for name, value in switches.items():
        if value is not None and not isinstance(value, (bool, np.bool_, int)):
            raise ArgumentError(
                f"{method}: `{name}`={reprlib.repr(value)}: True or False is needed."
            )


def check_epochs(epochs: int, initial_epoch: int) -> None:
    """Refuse to begin after the end."""
    if initial_epoch > epochs:
        raise ArgumentError(
            f"fit: `initial_epoch`={initial_epoch} is past `epochs`={epochs}, which is the number "
            "of the last epoch, not of further ones.",
            fixes=[f"epochs={initial_epoch + epochs}  # {epochs} more"],
        )


def check_split(fraction: Any) -> None:
    """Refuse what is no part of a whole."""
    if not _is_share(fraction):
        raise ArgumentError(
            f"fit: `validation_split`={fraction!r}: a number of at least 0 and below 1 is needed.",
            fixes=[f"validation_split={v}" for v in repaired(fraction, None, _is_share)],
        )


def _is_share(value: Any) -> bool:
    return isinstance(value, numbers.Real) and 0 <= float(value) < 1


def check_roles(optimizer: Any, loss: Any) -> None:
    """Say so where an optimizer stands in the place of the loss, or a loss in the optimizer's."""
    is_optimizer, is_loss = _is_optimizer(loss), _is_loss(optimizer)
    if is_optimizer and is_loss:
        raise ArgumentError(
            f"compile: the optimizer comes first and then the loss, and {_said(optimizer)} is a "
            f"loss, {_said(loss)} an optimizer.",
            fixes=[f"model.compile({_said(loss)}, {_said(optimizer)})"],
        )
    if is_loss:
        raise ArgumentError(
            f"compile: `optimizer`={_said(optimizer)} is a loss.",
            fixes=[f"model.compile(optimizer='adam', loss={_said(optimizer)})"],
        )
    if is_optimizer:
        raise ArgumentError(
            f"compile: `loss`={_said(loss)} is an optimizer.",
            fixes=[f"model.compile(optimizer={_said(loss)}, loss='mse')"],
        )


def _is_optimizer(thing: Any) -> bool:
    if isinstance(thing, str):
        return thing in optimizers.registry.names and thing not in losses.registry.names
    return isinstance(thing, optimizers.Optimizer)


def _is_loss(thing: Any) -> bool:
    if isinstance(thing, str):
        return thing in losses.registry.names and thing not in optimizers.registry.names
    return isinstance(thing, losses.Loss)


def _said(thing: Any) -> str:
    return repr(thing) if isinstance(thing, str) else f"{type(thing).__name__}(...)"
