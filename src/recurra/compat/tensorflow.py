"""The few names of `tensorflow` itself that scripts of `tensorflow.keras` write."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from recurra.engine.seeds import set_random_seed


def _nothing(*args: Any, **keywords: Any) -> None:
    """A switch of TensorFlow's that has nothing to switch here."""


#: By path behind `tensorflow`, `compat.v1` and the like left out.
TENSORFLOW: dict[str, Any] = {
    "__version__": "2.20.0",  # the first that was released with Keras 3.15's API
    "VERSION": "2.20.0",
    "constant": jnp.asarray,
    "convert_to_tensor": jnp.asarray,
    "logging.ERROR": 40,
    "logging.set_verbosity": _nothing,
    "random.set_random_seed": set_random_seed,
    "random.set_seed": set_random_seed,
    "set_random_seed": set_random_seed,
    **{name: name for name in ("float16", "float32", "float64", "int32", "int64", "bool")},
}
