"""The parts of sentences that depend on a layer's arguments and on shapes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from recurra.engine.words import amount
from recurra.explain.story.calls import Call
from recurra.explain.story.kinds import last_size


def the_timesteps(call: Call) -> str:
    """`the 20 timesteps`."""
    return "the " + amount(call.size("timesteps"), "timestep")


def recurrent(call: Call) -> str:
    """A recurrent layer reads timesteps and keeps a state."""
    layer = call.layer
    units = getattr(layer.cell, "units", None) or last_size(call.outputs[0] if call.outputs else ())
    way = ", from the last to the first," if layer.go_backwards else ""
    gives = "after each timestep" if layer.return_sequences else "after the last timestep"
    parts = [
        f"reads {the_timesteps(call)} one after the other{way} and keeps a state of "
        f"{amount(units, 'number')}; gives the state {gives}"
    ]
    if layer.return_state:
        parts.append("gives all it remembers after the last timestep as well")
    if layer.stateful:
        parts.append("begins each batch with the state in which the one before ended")
    return "; ".join(parts)


def cell(call: Call) -> str:
    """A cell takes one step."""
    features, units = call.size("features"), call.layer.units
    return (
        f"takes one timestep: makes the next state, {amount(units, 'number')}, of the last one and "
        f"of {amount(features, 'feature')}"
    )


def both_ways(call: Call) -> str:
    """Two recurrences, whose outputs are merged."""
    layer = call.layer
    both = layer.forward_layer, layer.backward_layer
    kind, back = (type(x).__name__ for x in both)
    another = f"a second {back}" if back == kind else f"one {back}"
    sizes: list[Any] = [
        getattr(x, "units", None) for x in (layer.forward_layer, layer.backward_layer)
    ]
    how = MERGED[layer.merge_mode]
    if layer.merge_mode == "concat" and None not in sizes:
        how += f": units {sizes[0]} + {sizes[1]} = {sum(sizes)}"
    each = "after each timestep" if layer.return_sequences else "after the last timestep of each"
    return (
        f"runs one {kind} over {the_timesteps(call)} from the first to the last and {another} from "
        f"the last to the first, and {how}, {each}"
    )


MERGED = {
    "concat": "puts both states side by side",
    "sum": "adds both states",
    "ave": "gives the mean of both states",
    "mul": "multiplies both states",
    None: "gives both states",
}


def dense(call: Call) -> str:
    """A weighted sum for each position."""
    layer = call.layer
    each = "timestep" if "timesteps" in call.names else "sample"
    each = each if len(call.names) < 4 else "position"
    bias = " and a bias" if layer.use_bias else ""
    activation = getattr(layer.activation, "__name__", "linear")
    then = "" if activation == "linear" else f", and applies {activation}"
    alike = "" if each == "sample" else ", all by the same weights"
    came = amount(call.size("features"), "number")
    return (
        f"weighs the {came} of each {each} and adds them{bias}{then}: gives "
        f"{amount(layer.units, 'number')} for each {each}{alike}"
    )


def conv(call: Call) -> str:
    """A window that moves."""
    layer = call.layer
    size, gap = layer.kernel_size[0], layer.dilation_rate[0]
    apart = f", {gap} timesteps apart," if gap > 1 else ""
    return (
        f"moves a window of {amount(size, 'timestep')}{apart} along the sequence and makes "
        f"{amount(layer.filters, 'number')} at each place, with the same weights everywhere"
    )


def pooled(which: str) -> Callable[[Call], str]:
    """The largest or mean value of windows."""
    return lambda call: (
        f"gives the {which} of each feature in each window of "
        f"{amount(call.layer.pool_size[0], 'timestep')}"
    )


def over_time(which: str) -> Callable[[Call], str]:
    """The largest or mean value of whole sequences."""
    return lambda call: (
        f"gives the {which} of each feature over {the_timesteps(call)}: one for a sample, "
        "whatever the number of timesteps"
    )


def flatten(call: Call) -> str:
    """Sizes multiplied."""
    sizes = [a.size for a in call.inputs[0][1:]] if call.inputs else []
    text = "puts all numbers of a sample in one row"
    if len(sizes) < 2 or not all(isinstance(s, int) for s in sizes):
        return text
    return f"{text}: {' x '.join(map(str, sizes))} = {math.prod(sizes):,}"  # type: ignore[arg-type]


def side_by_side(call: Call) -> str:
    """Sizes added."""
    text, axis = "puts its inputs side by side", call.layer.axis
    parts = [x[axis].size for x in call.inputs if -len(x) <= axis < len(x)]
    if not parts or not all(isinstance(p, int) for p in parts):
        return text
    return f"{text}: {call.inputs[0][axis].name} {' + '.join(map(str, parts))} = {sum(parts)}"  # type: ignore[arg-type]


def of_all(verb: str) -> Callable[[Call], str]:
    """Several inputs of one shape."""
    return lambda call: f"{verb} its {amount(len(call.inputs) or None, 'input')}, place by place"


def normalized(over: str) -> str:
    """Mean 0 and deviation 1."""
    return f"moves and scales {over}; then multiplies and shifts each feature by learned numbers"


def function(call: Call) -> str:
    """The function of a Lambda."""
    name = getattr(call.layer.function, "__name__", "<lambda>")
    return "applies a function of yours" + ("" if "<" in name else f", {name}")


def embedding(call: Call) -> str:
    """Vectors for ids."""
    padding = "; id 0 is padding, which the layers behind skip" if call.layer.mask_zero else ""
    return (
        f"looks up {amount(call.layer.output_dim, 'learned number')} for each id, a whole number "
        f"from 0 to {call.layer.input_dim - 1}{padding}"
    )


def standardized(call: Call) -> str:
    """Numbers lose their unit, or get it back."""
    if call.layer.invert:
        return "gives numbers the unit of the data: multiplies by a deviation and adds a mean"
    return "takes away a mean and divides by a deviation, both known before training"


def relu(call: Call) -> str:
    """What is small is cut off, or made smaller, and so may be what is large."""
    layer = call.layer
    low = "sets to 0" if not layer.negative_slope else f"multiplies by {layer.negative_slope:g}"
    high = "" if layer.max_value is None else f" and cuts off what is above {layer.max_value:g}"
    return f"{low} what is below {layer.threshold:g}{high}"
