"""What pictures say about layers: how they were written, their parameters and their shapes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from recurra.engine import rule
from recurra.engine.layer import Layer
from recurra.engine.shapes import Axis, Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves

Axes = Sequence[Axis]


def written(layer: Any) -> str:
    """A layer as its user wrote it, in short: `LSTM(64)`, `Bidirectional(LSTM(64))`, `Dropout`."""
    name = getattr(layer, "kind", None) or type(layer).__name__
    inner = getattr(layer, "layer", None) or (layer.cell if name == "RNN" else None)
    if inner is not None:
        return f"{name}({written(inner)})"
    size = getattr(layer, "units", getattr(layer, "filters", None))
    return f"{name}({size})" if isinstance(size, int) else str(name)


def parameters(layer: Any) -> str:
    """`4,224 parameters`, or that they are not made yet."""
    unbuilt = not getattr(layer, "built", True)
    if unbuilt and type(layer).build is not Layer.build:
        return "parameters not made yet"
    count = sum(w.size for w in getattr(layer, "weights", ()))
    if not count:
        return "no parameters"
    return f"{count:,} parameter{'s' * (count != 1)}" + ("" if layer.trainable else ", not trained")


def axes(shape: Axes) -> str:
    """A shape in short, for an arrow: `batch timesteps=20 features=1`."""
    return " ".join(f"{a.name}={a.size}" if isinstance(a.size, int) else a.name for a in shape)


def lasting(shape: Axes, steps: int | None) -> list[Axis]:
    """A shape with this number of timesteps, where it has timesteps."""
    names = [a.name for a in shape]
    changed = list(shape)
    if steps and "timesteps" in names:
        changed[names.index("timesteps")] = Axis("timesteps", steps)
    return changed


def first_input(layer: Any) -> Shape | None:
    """What a layer was first called on or built for; None where neither is known."""
    nodes = getattr(layer, "_nodes", None)
    if nodes and nodes[0].inputs:
        return nodes[0].inputs[0].axes
    built_for = getattr(layer, "_build_shape", None)
    plain = isinstance(built_for, tuple) and all(s is None or isinstance(s, int) for s in built_for)
    return Shape((None, *built_for[1:])) if plain and built_for else None


def inputs_of(layer: Any) -> list[Axes]:
    """The shapes that come in; as the shape rule has them where nothing came yet."""
    nodes = getattr(layer, "_nodes", None)
    if nodes and nodes[0].inputs:
        return [x.axes for x in nodes[0].inputs]
    shape = first_input(layer)
    if shape is not None:
        return [shape]
    if getattr(layer, "shape_rule", None) is None:
        return []
    parsed = rule.parse(layer.shape_rule)
    return [parsed.expected(k, layer, {}) for k in range(len(parsed.inputs))]


def outputs_of(layer: Any) -> list[Axes]:
    """The shapes that come out, as far as they are known."""
    nodes = getattr(layer, "_nodes", None)
    if nodes:
        outputs = [x for x in leaves(nodes[0].outputs) if isinstance(x, SymbolicTensor)]
        return [x.axes for x in outputs]
    shape = first_input(layer)
    if shape is not None:
        found = layer.compute_output_spec(SymbolicTensor(shape))
        return [x.axes for x in leaves(found)]
    if getattr(layer, "shape_rule", None) is None:
        return []
    side = rule.parse(layer.shape_rule).outputs[0]
    if side == ("same",):
        return inputs_of(layer)[:1]
    return [[Axis(word, _size(word, layer)) for word in rule.present(side, layer)]]


def _size(word: str, layer: Any) -> int | None:
    size = getattr(layer, word, None)
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def purpose(layer: Any) -> str:
    """What a layer does, by the first line of its own documentation, without mathematics."""
    text = (vars(type(layer)).get("__doc__") or "").strip().partition("\n")[0]
    words = re.sub(r"[:,]? *\\\(.*?\\\)", "", text)
    return words if words.endswith(".") else ""
