"""The pieces that update rules are put together from, beside those of Optax.

Optax is imported where a rule is made: `import recurra` does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp

if TYPE_CHECKING:
    from optax import GradientTransformation


def per_array(step: Callable[..., tuple], *slots: str) -> GradientTransformation:
    """A rule that treats each array alone.

    Args:
        step: `step(gradient, *slots) -> (update, *new slots)`, all of one shape.
        slots: names of the arrays that are kept between steps; they start as zeros.
    """
    import optax

    def init(values: Sequence[Any]) -> dict[str, list]:
        return {slot: [jnp.zeros_like(v) for v in values] for slot in slots}

    def update(
        gradients: Sequence[Any], state: dict[str, list], values: Any = None
    ) -> tuple[list, dict[str, list]]:
        rows = [step(*row) for row in zip(gradients, *(state[s] for s in slots), strict=True)]
        updates, *kept = map(list, zip(*rows, strict=True))
        return updates, dict(zip(slots, kept, strict=True))

    return optax.GradientTransformation(init, update)  # type: ignore[arg-type]


def scaled(factor: Any) -> GradientTransformation:
    """Multiply by a float32 scalar, in the dtype of each array."""
    import optax

    return optax.stateless(
        lambda updates, _: [u * jnp.asarray(factor).astype(u.dtype) for u in updates]
    )
