"""The hard sigmoid of Keras 1 and 2, which was steeper than today's."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra import activations
from recurra.engine.apply import apply


@activations.registry.add
def hard_sigmoid_keras1(x: Any) -> Any:
    r"""\(0.2 x + 0.5\) clipped to 0..1; `hard_sigmoid` is \(x / 6 + 0.5\) since Keras 3.

    Example:
        >>> round(float(hard_sigmoid_keras1(-1.0)), 6)
        0.3
    """
    return apply(lambda v: jnp.clip(0.2 * jnp.asarray(v) + 0.5, 0, 1), x)


def objects(version: Any) -> dict[str, Any]:
    """What names in a model's configuration meant to the Keras that wrote it.

    Args:
        version: its `keras_version`, such as "2.2.4"; None where it does not say one, as Keras 3.
    """
    major = str(version or "").partition(".")[0]
    return {"hard_sigmoid": hard_sigmoid_keras1} if major in ("1", "2") else {}
