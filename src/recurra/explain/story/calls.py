"""Which layers a model calls, on what, and what comes out: the facts of the story."""

from __future__ import annotations

from typing import Any, NamedTuple

from recurra.engine import rule
from recurra.engine.known import built_for, guess, guesses, inputs_built_for
from recurra.engine.layer import Layer
from recurra.engine.rule import Expected
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves

#: The axes of an array; before the input is known some have no size, and some are `...`.
Axes = Shape | Expected


class Call(NamedTuple):
    """A layer (or a function in a graph), what it is called on and what it gives."""

    layer: Any
    inputs: list[Axes]
    outputs: list[Axes]

    def size(self, name: str) -> int | None:
        """The size of the input's axis that the layer's own shape rule calls so."""
        text = getattr(self.layer, "shape_rule", None)
        if not text or not self.inputs:
            return None
        expected = rule.parse(text).expected(0, self.layer, {})
        if isinstance(self.inputs[0], Expected) or not expected.fit(self.inputs[0]):
            return None
        sizes = {want.name: have.size for want, have in expected.paired(self.inputs[0])}
        size = sizes.get(name)
        return size if isinstance(size, int) else None

    @property
    def names(self) -> list[str]:
        """The names of the first input's axes."""
        return [a.name for a in self.inputs[0]] if self.inputs else []


def calls_of(model: Any) -> list[list[Call]]:
    """The calls of each layer in a model, in the order of computation; Inputs are left out."""
    graph = model._graph if hasattr(model, "_graph") else None
    if graph is not None:
        operations = dict.fromkeys(n.operation for n in graph.nodes)
        return [[_call(n) for n in graph.nodes if n.operation is o] for o in operations]
    layers = model.layers if hasattr(model, "compile") else model._sublayers()
    if hasattr(model, "_list"):
        return [[call] for call in _chain(layers)]
    return [[_built(layer)] for layer in layers]


def inputs_of(model: Any) -> list[Axes]:
    """What comes into a model, as far as it is known."""
    if model._graph is not None:
        return [x.axes for x in model._graph.flat_inputs]
    return list(inputs_built_for(model))


def outputs_of(model: Any, calls: list[list[Call]]) -> list[Axes]:
    """What comes out of a model, as far as it is known."""
    if model._graph is not None:
        return [x.axes for x in model._graph.flat_outputs]
    return calls[-1][-1].outputs if calls and hasattr(model, "_list") else []


def _call(node: Any) -> Call:
    outputs = [x.axes for x in leaves(node.outputs) if isinstance(x, SymbolicTensor)]
    return Call(node.operation, [x.axes for x in node.inputs], list(outputs))


def _chain(layers: list[Any]) -> list[Call]:
    """Layers of a `Sequential` that has no input yet."""
    found: list[Call] = []
    for layer, after in zip(layers, guesses(layers), strict=True):
        before = found[-1].outputs if found else []
        if not before and layer.shape_rule:
            before = [rule.parse(layer.shape_rule).expected(0, layer, {})]
        found.append(Call(layer, before, [after] if after else []))
    return found


def _built(layer: Layer) -> Call:
    """A layer among the attributes of a model, by the shape that it was built for."""
    known = built_for(layer)
    if known is None:
        after = guess(layer)
        return Call(layer, [], [after] if after else [])
    given, made = known
    return Call(layer, [given.axes], [x.axes for x in leaves(made) if hasattr(x, "axes")])
