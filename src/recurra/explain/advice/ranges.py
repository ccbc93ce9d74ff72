"""Between which numbers the outputs of layers lie."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from recurra.explain.advice.words import number


class Range(NamedTuple):
    """What an activation can give.

    Args:
        activation: its name.
        low: no number is smaller.
        high: no number is larger.
    """

    activation: str
    low: float
    high: float

    def __str__(self) -> str:
        if math.isinf(self.high):
            return f"no number below {number(self.low)}"
        return f"numbers {self.span}"

    @property
    def span(self) -> str:
        """`from 0 to 1`, or `of 0 and more`."""
        if math.isinf(self.high):
            return f"of {number(self.low)} and more"
        return f"from {number(self.low)} to {number(self.high)}"

    @property
    def width(self) -> float:
        """From the smallest to the largest number; 0 where there is no largest one."""
        return 0.0 if math.isinf(self.high) else self.high - self.low


_RANGES = {
    "sigmoid": (0, 1),
    "hard_sigmoid": (0, 1),
    "softmax": (0, 1),
    "tanh": (-1, 1),
    "hard_tanh": (-1, 1),
    "softsign": (-1, 1),
    "relu": (0, math.inf),
    "relu6": (0, 6),
    "softplus": (0, math.inf),
    "exponential": (0, math.inf),
    "elu": (-1, math.inf),
}
#: Layers whose last step is their `activation`, and recurrent ones, whose outputs are as bounded.
_BOUNDED = ("Dense", "Conv1D", "Activation", "LSTM", "GRU", "SimpleRNN")


def range_of(layer: Any) -> Range | None:
    """Between which numbers a layer's outputs lie; None for all numbers, or where it is unknown."""
    kind = type(layer).__name__
    if not type(layer).__module__.startswith("recurra."):
        return None
    if kind == "TimeDistributed":
        return range_of(layer.layer)
    if kind == "Bidirectional":
        summed = layer.merge_mode in ("sum", None)
        return None if summed else range_of(layer.forward_layer)
    if kind == "Softmax":
        return Range("softmax", 0, 1)
    if kind == "ReLU":
        plain = layer.negative_slope == 0 and layer.threshold == 0
        return Range("relu", 0, layer.max_value or math.inf) if plain else None
    activation: Any = getattr(layer, "activation", None)
    name: str = getattr(activation, "__name__", "")
    if kind not in _BOUNDED or name not in _RANGES:
        return None
    if not getattr(activation, "__module__", "").startswith("recurra."):
        return None
    gate = getattr(getattr(layer, "recurrent_activation", None), "__name__", "sigmoid")
    if gate not in ("sigmoid", "hard_sigmoid"):  # other gates may let a state grow
        return None
    if kind in ("LSTM", "GRU") and name not in ("tanh", "hard_tanh", "softsign", "sigmoid", "relu"):
        return None
    return Range(name, *_RANGES[name])


def is_softmax_over_one(layer: Any, shape: tuple[int | None, ...]) -> bool:
    """Whether a layer's output of this shape is a softmax over a single number, which is 1."""
    reach = range_of(layer)
    if reach is None or reach.activation != "softmax" or not shape:
        return False
    axis = getattr(layer, "axis", -1) if type(layer).__name__ == "Softmax" else -1
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    return all(shape[a] == 1 for a in axes)


def reach_fixes(reach: Range, layer: Any, units: int | None, scaled: bool = True) -> list[str]:
    """What to do where targets lie outside the range of the last layer.

    Args:
        reach: what the layer gives.
        layer: which decides it.
        units: how many numbers it gives.
        scaled: whether other targets would do.
    """
    width = units or "units"
    recurrent = hasattr(layer, "return_sequences")
    fixes = [f"end the model with Dense({width}), without {reach.activation}: it gives any number"]
    if recurrent:
        fixes = [f"Dense({width}) behind {layer.label}: it gives any number"]
    if scaled and (reach.low, reach.high) == (0, 1):
        fixes.append("low, high = y.min(), y.max(); y = (y - low) / (high - low)")
    if scaled and (reach.low, reach.high) == (-1, 1):
        fixes.append("mean = y.mean(); y = (y - mean) / abs(y - mean).max()")
    return fixes


def ending(layer: Any, units: int | None, activation: str) -> str:
    """A last layer with another activation; behind a recurrent layer, which keeps its own.

    Args:
        layer: the last one.
        units: how many numbers it gives.
        activation: what it should end in.
    """
    recurrent = hasattr(layer, "return_sequences")
    where = f"behind {layer.label}" if recurrent else "as the last layer"
    return f"Dense({units or 'units'}, activation={activation!r}) {where}"


def last_activation(layer: Any) -> str | None:
    """The activation in which one of recurra's layers ends; None where that is not sure."""
    kind = type(layer).__name__
    if not type(layer).__module__.startswith("recurra."):
        return None
    if kind in ("TimeDistributed", "Bidirectional"):
        return last_activation(layer.layer)
    if kind in ("Softmax", "ReLU"):
        return kind.lower()
    return (
        getattr(getattr(layer, "activation", None), "__name__", None) if kind in _BOUNDED else None
    )
