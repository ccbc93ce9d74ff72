"""The pieces that update rules are put together from, beside those of Optax, and which are native.

Optax is imported where a rule of its own is made: neither `import recurra` nor Adam waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import jax.numpy as jnp

if TYPE_CHECKING:
    from optax import GradientTransformation

Stated = TypeVar("Stated", bound=Callable[..., Any])


class _Rule(NamedTuple):
    """The same as Optax's GradientTransformation."""

    init: Callable[[Any], Any]
    update: Callable[..., tuple[Any, Any]]


def _rule(
    init: Callable[[Any], Any], update: Callable[..., tuple[Any, Any]]
) -> GradientTransformation:
    return _Rule(init, update)  # type: ignore[return-value]


def chain(*rules: GradientTransformation) -> GradientTransformation:
    """One rule after the other; the state is a tuple of theirs."""

    def update(updates: Any, state: tuple, values: Any = None) -> tuple[Any, tuple]:
        after = []
        for rule, own in zip(rules, state, strict=True):
            updates, new = rule.update(updates, own, values)
            after.append(new)
        return updates, tuple(after)

    return _rule(lambda values: tuple(rule.init(values) for rule in rules), update)


def per_array(step: Callable[..., tuple], *slots: str) -> GradientTransformation:
    """A rule that treats each array alone.

    Args:
        step: `step(gradient, *slots) -> (update, *new slots)`, all of one shape.
        slots: names of the arrays that are kept between steps; they start as zeros.
    """

    def init(values: Sequence[Any]) -> dict[str, list]:
        return {slot: [jnp.zeros_like(v) for v in values] for slot in slots}

    def update(
        gradients: Sequence[Any], state: dict[str, list], values: Any = None
    ) -> tuple[list, dict[str, list]]:
        rows = [step(*row) for row in zip(gradients, *(state[s] for s in slots), strict=True)]
        updates, *kept = map(list, zip(*rows, strict=True))
        return updates, dict(zip(slots, kept, strict=True))

    return _rule(init, update)


def scaled(factor: Any) -> GradientTransformation:
    """Multiply by a float32 scalar, in the dtype of each array."""

    def update(updates: Any, state: tuple, values: Any = None) -> tuple[list, tuple]:
        return [u * jnp.asarray(factor).astype(u.dtype) for u in updates], state

    return _rule(lambda _: (), update)


def native(name: str, *arguments: str) -> Callable[[Stated], Stated]:
    """Mark the `rule` of an optimizer as one that `kernels.update` has, too.

    A subclass that states another rule does not inherit the mark.

    Args:
        name: what the kernel calls the rule.
        arguments: attributes of the optimizer that are the kernel's numbers, in its order.
    """

    def mark(rule: Stated) -> Stated:
        rule.native = name, arguments  # type: ignore[attr-defined]
        return rule

    return mark
