"""Gradients on their way to the update rule: checked, and clipped."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from recurra.engine.errors import ArgumentError
from recurra.engine.variable import Variable


def paired(
    gradients: Sequence[Any], variables: Sequence[Variable], who: str
) -> tuple[list[Any], list[Variable]]:
    """The gradients that are there, in the dtype of their variables, and those variables.

    Args:
        gradients: one for each variable; None where the loss does not depend on it.
        variables: those of the model.
        who: the optimizer's class, for messages.
    """
    missing = [v.path for g, v in zip(gradients, variables, strict=True) if g is None]
    if len(missing) == len(variables):
        raise ArgumentError(
            f"{who}: all gradients are None, so the loss depends on no variable: "
            f"not on {', '.join(missing)}."
        )
    if missing:
        warnings.warn(
            f"{who}: the loss does not depend on {', '.join(missing)}, which stay as they are.",
            stacklevel=4,
        )
    pairs = [(_checked(g, v, who), v) for g, v in zip(gradients, variables) if g is not None]
    return [g for g, _ in pairs], [v for _, v in pairs]


def _checked(gradient: Any, variable: Variable, who: str) -> Any:
    gradient = jnp.asarray(gradient)
    if gradient.shape != variable.shape:
        raise ArgumentError(
            f"{who}: the gradient of {variable.path!r} has shape {gradient.shape}, "
            f"the variable has {variable.shape}."
        )
    return gradient.astype(variable.dtype)


def clip_each(gradients: Sequence[Any], norm: float) -> list[Any]:
    r"""Shorten every gradient that is longer than `norm`: \(g \cdot c / \max(c, |g|)\)."""
    lengths = [jnp.sqrt(jnp.sum(jnp.square(g))) for g in gradients]
    return [g * (norm / jnp.maximum(length, norm)) for g, length in zip(gradients, lengths)]


def clip_together(gradients: Sequence[Any], norm: float) -> list[Any]:
    """Shorten all gradients by one factor where together they are longer than `norm`."""
    import optax

    return optax.clip_by_global_norm(norm).update(list(gradients), optax.EmptyState())[0]  # type: ignore[return-value]


def clip_values(gradients: Sequence[Any], limit: float) -> list[Any]:
    """Bring every element into `-limit ... limit`."""
    return [jnp.clip(g, -limit, limit) for g in gradients]
