"""What each kind of layer does, in one sentence.

A sentence is text with `{argument}` of the layer in it, or a function of the call where the words
depend on arguments or shapes. A kind without a line is told by its class's docstring.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

from recurra.engine.layer import Layer
from recurra.engine.shapes import Shape
from recurra.explain.story.calls import Call
from recurra.explain.story.kinds import amount, find, last_size


def sentence(call: Call) -> str:
    """What a layer does with what it is called on, with numbers."""
    layer = call.layer
    if hasattr(layer, "function") and hasattr(layer, "kind"):
        return f"a function in the graph: {layer.kind}"
    told = find(SENTENCES, layer, changed_by="call")
    if told is None:
        return _of_its_own(call)
    return told(call) if callable(told) else told.format_map(_Arguments(layer))


class _Arguments(dict):
    """The attributes of a layer, functions by their name."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def __missing__(self, name: str) -> Any:
        value = getattr(self.layer, name)
        return value.__name__ if callable(value) else value


def _of_its_own(call: Call) -> str:
    """A layer without a sentence here: what its docstring says first, and how the shape changes."""
    layer = call.layer
    if hasattr(layer, "layers") and hasattr(layer, "compile"):
        return f"a model of {amount(len(layer.layers), 'layer')}, told below"
    return _first_line(type(layer)) or "a layer of your own" + _change(call)


def _first_line(kind: type) -> str:
    """The first line of the docstring that tells of the class's `call`, or nothing."""
    for each in kind.__mro__:
        if each.__doc__ and each is not Layer:
            return inspect.cleandoc(each.__doc__).partition("\n")[0].rstrip(".")
        if "call" in vars(each):  # what is said further up is told of another one
            break
    return ""


def _change(call: Call) -> str:
    if len(call.inputs) != 1 or len(call.outputs) != 1:
        return ""
    before, after = call.inputs[0], call.outputs[0]
    if not isinstance(before, Shape) or not isinstance(after, Shape):
        return ""
    return ": the shape stays" if before.sizes == after.sizes else ": the shape changes"


# Words that depend on arguments and shapes --------------------------------------------------------


def _timesteps(call: Call) -> str:
    """`the 20 timesteps`."""
    return "the " + amount(call.size("timesteps"), "timestep")


def _recurrent(call: Call) -> str:
    layer = call.layer
    units = getattr(layer.cell, "units", None) or last_size(call.outputs[0] if call.outputs else ())
    way = ", from the last to the first," if layer.go_backwards else ""
    gives = "after each timestep" if layer.return_sequences else "after the last timestep"
    parts = [
        f"reads {_timesteps(call)} one after the other{way} and keeps a state of "
        f"{amount(units, 'number')}; gives the state {gives}"
    ]
    if layer.return_state:
        parts.append("gives all it remembers after the last timestep as well")
    if layer.stateful:
        parts.append("begins each batch with the state in which the one before ended")
    return "; ".join(parts)


def _cell(call: Call) -> str:
    features, units = call.size("features"), call.layer.units
    return (
        f"takes one timestep: makes the next state, {amount(units, 'number')}, of the last one and "
        f"of {amount(features, 'feature')}"
    )


def _both_ways(call: Call) -> str:
    layer = call.layer
    kind, back = type(layer.forward_layer).__name__, type(layer.backward_layer).__name__
    another = f"a second {back}" if back == kind else f"a {back}"
    units = getattr(layer.forward_layer, "units", None)
    how = MERGED[layer.merge_mode]
    if (
        layer.merge_mode == "concat"
        and units
        and units == getattr(layer.backward_layer, "units", None)
    ):
        how += f": units {units} + {units} = {2 * units}"
    each = "after each timestep" if layer.return_sequences else "after the last timestep of each"
    return (
        f"runs one {kind} over {_timesteps(call)} from the first to the last and {another} from "
        f"the last to the first, and {how}, {each}"
    )


MERGED = {
    "concat": "puts both states side by side",
    "sum": "adds both states",
    "ave": "gives the mean of both states",
    "mul": "multiplies both states",
    None: "gives both states",
}


def _dense(call: Call) -> str:
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


def _conv(call: Call) -> str:
    layer = call.layer
    size, gap = layer.kernel_size[0], layer.dilation_rate[0]
    apart = f", {gap} timesteps apart," if gap > 1 else ""
    return (
        f"moves a window of {amount(size, 'timestep')}{apart} along the sequence and makes "
        f"{amount(layer.filters, 'number')} at each place, with the same weights everywhere"
    )


def _pool(which: str) -> Callable[[Call], str]:
    return lambda call: (
        f"gives the {which} of each feature in each window of "
        f"{amount(call.layer.pool_size[0], 'timestep')}"
    )


def _whole(which: str) -> Callable[[Call], str]:
    return lambda call: (
        f"gives the {which} of each feature over {_timesteps(call)}: one for a sample, "
        "whatever the number of timesteps"
    )


def _per_timestep(call: Call) -> str:
    inner = Call(call.layer.layer, [_without_time(x) for x in call.inputs], [])
    return (
        f"at each of {_timesteps(call)}, with the same weights, {type(inner.layer).__name__}: "
        f"{sentence(inner)}"
    )


def _without_time(axes: Any) -> Any:
    return Shape([a.size for k, a in enumerate(axes) if k != 1]) if len(axes) > 1 else axes


def _flatten(call: Call) -> str:
    sizes = [a.size for a in call.inputs[0][1:]] if call.inputs else []
    text = "puts all numbers of a sample in one row"
    if len(sizes) < 2 or not all(isinstance(s, int) for s in sizes):
        return text
    return f"{text}: {' x '.join(map(str, sizes))} = {math.prod(sizes):,}"  # type: ignore[arg-type]


def _side_by_side(call: Call) -> str:
    text, axis = "puts its inputs side by side", call.layer.axis
    parts = [x[axis].size for x in call.inputs if -len(x) <= axis < len(x)]
    if not parts or not all(isinstance(p, int) for p in parts):
        return text
    return f"{text}: {call.inputs[0][axis].name} {' + '.join(map(str, parts))} = {sum(parts)}"  # type: ignore[arg-type]


def _of_all(verb: str) -> Callable[[Call], str]:
    return lambda call: f"{verb} its {amount(len(call.inputs) or None, 'input')}, place by place"


def _normalize(over: str) -> str:
    return f"moves and scales {over}; then multiplies and shifts each feature by learned numbers"


def _function(call: Call) -> str:
    name = getattr(call.layer.function, "__name__", "")
    return "applies a function of yours" + ("" if "<" in name else f", {name}" if name else "")


def _embedding(call: Call) -> str:
    padding = "; id 0 is padding, which the layers behind skip" if call.layer.mask_zero else ""
    return (
        f"looks up {amount(call.layer.output_dim, 'learned number')} for each id, a whole number "
        f"from 0 to {call.layer.input_dim - 1}{padding}"
    )


Told = str | Callable[[Call], str]

SENTENCES: dict[str, Told] = {
    # recurrent
    "RecurrentLayer": _recurrent,
    "Bidirectional": _both_ways,
    "Cell": _cell,
    "StackedRNNCells": lambda c: f"takes one timestep through {amount(len(c.layer.cells), 'cell')}",
    "TimeDistributed": _per_timestep,
    # of features and windows
    "Dense": _dense,
    "Conv1D": _conv,
    "Embedding": _embedding,
    "MaxPooling1D": _pool("largest value"),
    "AveragePooling1D": _pool("mean"),
    "GlobalMaxPooling1D": _whole("largest value"),
    "GlobalAveragePooling1D": _whole("mean"),
    # of single values
    "Activation": "applies {activation} to each number",
    "ReLU": "makes numbers below {threshold:g} small or 0 and passes on the others",
    "LeakyReLU": "multiplies numbers below 0 by {negative_slope:g}",
    "ELU": "bends numbers below 0 towards -{alpha:g}",
    "PReLU": "multiplies numbers below 0 by learned slopes",
    "Softmax": "makes the numbers along axis {axis} positive, so that they add up to 1",
    "BatchNormalization": _normalize(
        "each feature to mean 0 and deviation 1 over the batch, and after training by the means "
        "and deviations that it has seen"
    ),
    "LayerNormalization": _normalize("the features within each sample to mean 0 and deviation 1"),
    # in training only
    "Dropout": "in training sets {rate:.0%} of the numbers to 0; otherwise changes nothing",
    "SpatialDropout1D": "in training sets {rate:.0%} of the features to 0 at all timesteps; "
    "otherwise changes nothing",
    "GaussianDropout": "in training multiplies by noise around 1; otherwise changes nothing",
    "GaussianNoise": "in training adds noise of deviation {stddev:g}; otherwise changes nothing",
    "Masking": "marks timesteps in which every feature is {mask_value} as padding, which the "
    "layers behind skip",
    # of shapes
    "Flatten": _flatten,
    "Reshape": "gives each sample the shape {target_shape}, its numbers in the same order",
    "Permute": "exchanges axes of each sample: its axes come in the order {dims}",
    "RepeatVector": "repeats the numbers of each sample at {n} timesteps",
    "ZeroPadding1D": "puts timesteps of zeros at the ends",
    "Cropping1D": "cuts timesteps off the ends",
    "UpSampling1D": "repeats each timestep",
    # of several inputs
    "Add": _of_all("adds"),
    "Subtract": _of_all("subtracts the second from the first of"),
    "Multiply": _of_all("multiplies"),
    "Average": _of_all("gives the mean of"),
    "Maximum": _of_all("gives the largest of"),
    "Minimum": _of_all("gives the smallest of"),
    "Concatenate": _side_by_side,
    "Dot": "multiplies its two inputs along axis {axes} and adds up",
    "Lambda": _function,
}
