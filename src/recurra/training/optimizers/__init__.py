"""Optimizers: how the weights change from the gradients."""

from __future__ import annotations

from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.training.optimizers import schedules as schedules
from recurra.training.optimizers.adam import Adam as Adam
from recurra.training.optimizers.adam import Adamax as Adamax
from recurra.training.optimizers.adam import AdamW as AdamW
from recurra.training.optimizers.nadam import Nadam as Nadam
from recurra.training.optimizers.optimizer import Optimizer as Optimizer
from recurra.training.optimizers.optimizer import registry as registry
from recurra.training.optimizers.rmsprop import Adagrad as Adagrad
from recurra.training.optimizers.rmsprop import RMSprop as RMSprop
from recurra.training.optimizers.sgd import SGD as SGD

serialize = registry.serialize
deserialize = registry.deserialize


def get(identifier: Any) -> Any:
    """An optimizer from a name, a configuration, a class or an optimizer; None stays None.

    Raises:
        ArgumentError: for an unknown name, with the nearest known one.

    Example:
        >>> get("rmsprop").rho
        0.9
    """
    found = registry.get(identifier) if isinstance(identifier, (str, dict, type)) else identifier
    if found is not None and not isinstance(found, Optimizer):
        raise ArgumentError(
            f"{identifier!r} ({type(identifier).__name__}) is no optimizer: a name such as 'adam' "
            "or an optimizer such as Adam(learning_rate=0.001) is needed."
        )
    return found
