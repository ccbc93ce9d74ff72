"""What each kind of layer does, in one sentence.

A sentence is text with `{argument}` of the layer in it, or a function of the call where the words
depend on arguments or shapes. A kind without a line is told by its class's docstring.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from recurra.engine.layer import Layer
from recurra.engine.shapes import Shape
from recurra.engine.words import amount
from recurra.explain.story import words
from recurra.explain.story.calls import Call
from recurra.explain.story.functions import code
from recurra.explain.story.kinds import find


def sentence(call: Call) -> str:
    """What a layer does with what it is called on, with numbers."""
    layer = call.layer
    if hasattr(layer, "function") and hasattr(layer, "kind"):
        return f"computes {code(layer)}"
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


def _per_timestep(call: Call) -> str:
    inner = Call(call.layer.layer, [_without_time(x) for x in call.inputs], [])
    each = f"at each of {words.the_timesteps(call)}, with the same weights"
    return f"{each}, {type(inner.layer).__name__}: {sentence(inner)}"


def _without_time(axes: Any) -> Any:
    return Shape([a.size for k, a in enumerate(axes) if k != 1]) if len(axes) > 1 else axes


Told = str | Callable[[Call], str]

SENTENCES: dict[str, Told] = {
    # recurrent
    "RecurrentLayer": words.recurrent,
    "Bidirectional": words.both_ways,
    "Cell": words.cell,
    "StackedRNNCells": lambda c: f"takes one timestep through {amount(len(c.layer.cells), 'cell')}",
    "TimeDistributed": _per_timestep,
    # of features and windows
    "Dense": words.dense,
    "Conv1D": words.conv,
    "Embedding": words.embedding,
    "MaxPooling1D": words.pooled("largest value"),
    "AveragePooling1D": words.pooled("mean"),
    "GlobalMaxPooling1D": words.over_time("largest value"),
    "GlobalAveragePooling1D": words.over_time("mean"),
    # of single values
    "Activation": "applies {activation} to each number",
    "ReLU": words.relu,
    "LeakyReLU": "multiplies numbers below 0 by {negative_slope:g}",
    "ELU": "bends numbers below 0 towards -{alpha:g}",
    "PReLU": "multiplies numbers below 0 by learned slopes",
    "Softmax": "makes the numbers along axis {axis} positive, so that they add up to 1",
    "BatchNormalization": words.normalized(
        "each feature to mean 0 and deviation 1 over the batch, and after training by the means "
        "and deviations that it has seen"
    ),
    "Normalization": words.standardized,
    "LayerNormalization": words.normalized("the numbers of each sample to mean 0 and deviation 1"),
    # in training only
    "Dropout": "in training sets {rate:.0%} of the numbers to 0; otherwise changes nothing",
    "SpatialDropout1D": "in training sets {rate:.0%} of the features to 0 at all timesteps; "
    "otherwise changes nothing",
    "GaussianDropout": "in training multiplies by noise around 1; otherwise changes nothing",
    "GaussianNoise": "in training adds noise of deviation {stddev:g}; otherwise changes nothing",
    "Masking": "marks timesteps in which every feature is {mask_value} as padding, which the "
    "layers behind skip",
    # of shapes
    "Flatten": words.flatten,
    "Reshape": "gives each sample the shape {target_shape}, its numbers in the same order",
    "Permute": "exchanges axes of each sample: its axes come in the order {dims}",
    "RepeatVector": "repeats the numbers of each sample at {n} timesteps",
    "ZeroPadding1D": "puts timesteps of zeros at the ends",
    "Cropping1D": "cuts timesteps off the ends",
    "UpSampling1D": "repeats each timestep",
    # of several inputs
    "Add": words.of_all("adds"),
    "Subtract": words.of_all("subtracts the second from the first of"),
    "Multiply": words.of_all("multiplies"),
    "Average": words.of_all("gives the mean of"),
    "Maximum": words.of_all("gives the largest of"),
    "Minimum": words.of_all("gives the smallest of"),
    "Concatenate": words.side_by_side,
    "Dot": "multiplies its two inputs along axis {axes} and adds up",
    "Lambda": words.function,
}
