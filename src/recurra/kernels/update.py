"""New values of all parameters in one native call: the binding of `src/update.h`.

XLA runs an optimizer's rule as a few small programs for each parameter; started one by one, these
cost more than the arithmetic of all but large models. The call writes into the memory of what it
replaces where that is free, as the buffers that a training step is given are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from recurra.kernels import library

#: The rules in the order of their numbers in `src/update.h`.
RULES = ("sgd", "rmsprop", "adam")
DTYPES = ("float32", "float64")


class Native(NamedTuple):
    """What the kernel does.

    Args:
        rule: one of `RULES`.
        numbers: the rule's arguments, in the order of `src/update.h`.
        decays: for each parameter the share that it loses first, times the learning rate.
    """

    rule: str
    numbers: tuple[float, ...]
    decays: tuple[float, ...]


class Before(NamedTuple):
    """Where an update starts from.

    Args:
        count: number of updates so far, int32.
        learning_rate: of this step, float32.
        factor: what the rule makes of it: the factor of its updates.
        gradients: one for each parameter.
        values: of the parameters.
        slots: what is kept between updates; those of one kind together, in the order of
            the parameters.
    """

    count: Any
    learning_rate: Any
    factor: Any
    gradients: list[Any]
    values: list[Any]
    slots: list[Any]


#: New values and slots from those before.
ByRule = Callable[[Before], tuple[list[Any], list[Any]]]


def reason(before: Before) -> str | None:
    """Why an update is not native on a CPU; None where it is."""
    if library.library() is None:
        return library.why_missing()
    arrays = [*before.gradients, *before.values, *before.slots]
    types = {str(a.dtype) for a in arrays}
    if len(types) > 1 or not types <= set(DTYPES):
        return f"it computes in {' and '.join(sorted(types))}"
    # The call does not say along which axes of a device mesh its results vary.
    if any(jax.typeof(a).manual_axis_type.varying for a in arrays):
        return "it is part of a shard_map"
    return None


@partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def update(native: Native, by_rule: ByRule, before: Before) -> tuple[list[Any], list[Any]]:
    """Update all parameters.

    Args:
        native: what the kernel does.
        by_rule: the same in JAX, for other devices than CPUs and for derivatives.
        before: values, gradients and slots, all of one dtype.

    Returns:
        New values and new slots.
    """
    return lax.platform_dependent(before, cpu=partial(_call, native), default=by_rule)


@update.defjvp
def _derivative(native: Native, by_rule: ByRule, primals: tuple, tangents: tuple) -> tuple:
    return jax.jvp(by_rule, primals, tangents)


def _call(native: Native, before: Before) -> tuple[list[Any], list[Any]]:
    assert library.library() is not None, library.why_missing()
    count, old = len(before.values), [*before.values, *before.slots]
    call = jax.ffi.ffi_call(
        "recurra_update",
        [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in old],
        vmap_method="sequential",
        input_output_aliases={1 + count + k: k for k in range(len(old))},
    )
    rates = jnp.stack([before.learning_rate, before.factor])
    new: Sequence[Any] = call(
        rates,
        *before.gradients,
        *old,
        rule=np.array([RULES.index(native.rule), count, len(before.slots) // count], np.int64),
        numbers=np.array(native.numbers, np.float64),
        decays=np.array(native.decays, np.float64),
    )
    return list(new[:count]), list(new[count:])
