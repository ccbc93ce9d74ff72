"""What rules know of recurrent layers."""

from __future__ import annotations

from typing import Any

#: Activations without an upper limit.
_UNBOUNDED = frozenset(
    (
        *("relu", "leaky_relu", "elu", "celu", "selu", "gelu", "silu", "swish", "mish"),
        *("softplus", "linear", "exponential"),
    )
)


def is_unbounded(layer: Any) -> bool:
    """Whether a recurrent layer's activation has no upper limit."""
    return getattr(getattr(layer.cell, "activation", None), "__name__", "") in _UNBOUNDED


def is_gated(layer: Any) -> bool:
    """Whether a layer is an LSTM or GRU, or an RNN of such cells."""
    return type(layer.cell).__name__ in ("LSTMCell", "GRUCell")


def as_tanh(layer: Any) -> str:
    """Code for a recurrent layer with the activation that has limits."""
    kind = type(layer.cell).__name__.removesuffix("Cell")
    return f'{kind}({layer.cell.units}, activation="tanh")'
