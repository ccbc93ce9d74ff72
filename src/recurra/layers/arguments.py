"""How layers declare an activation, initializer, regularizer or constraint."""

from __future__ import annotations

from typing import Any

from recurra import activations, constraints, initializers, regularizers
from recurra.engine.arguments import arg


def activation(default: str | None = None, old: tuple[str, ...] = ()) -> Any:
    """An argument that takes an activation: a name or a function of an array."""
    return arg(default=default, convert=activations.get, serialize=activations.serialize, old=old)


def initializer(default: str, old: tuple[str, ...] = ()) -> Any:
    """An argument that takes an initializer: a name, an instance or a function."""
    return arg(default=default, convert=initializers.get, serialize=initializers.serialize, old=old)


def regularizer(old: tuple[str, ...] = ()) -> Any:
    """An argument that takes a regularizer, or None."""
    return arg(default=None, convert=regularizers.get, serialize=regularizers.serialize, old=old)


def constraint(old: tuple[str, ...] = ()) -> Any:
    """An argument that takes a constraint, or None."""
    return arg(default=None, convert=constraints.get, serialize=constraints.serialize, old=old)
