"""The table of a model's layers, output shapes and parameters, as Keras prints it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.known import built_for, guesses, input_to_type, inputs_built_for
from recurra.engine.layer import Layer
from recurra.engine.rule import Expected
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves
from recurra.models.table import Column, draw

PLAIN = (
    Column("Layer (type)", 0.45),
    Column("Output Shape", 0.35),
    Column("Param #", 0.2, "right"),
)
BRANCHED = (
    Column("Layer (type)", 0.3),
    Column("Output Shape", 0.26),
    Column("Param #", 0.18, "right"),
    Column("Connected to", 0.26),
)
TRAINABLE = Column("Trainable", 0.1, "center")


def summary_text(
    model: Any,
    line_length: int | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> str:
    """The summary of a model.

    Args:
        model: any model, built or not.
        line_length: characters in a line; by default as the terminal has, and at most 88 or 108.
        expand_nested: whether the layers of models inside are listed too.
        show_trainable: whether a column says which layers are trained.
        layer_range: names (or patterns) of the first and the last layer to list.

    Returns:
        The name and the axes, the table and the totals.

    Source: Keras's `Model.summary`.
    """
    plain = _is_chain(model)
    columns: tuple[Column, ...] = PLAIN if plain else BRANCHED
    length = 88 if plain else 108
    if show_trainable:
        columns = (*(c._replace(share=c.share * 0.9) for c in columns), TRAINABLE)
        length += 12
    graph = None if plain else model._graph
    rows = [
        row
        for operation in _in_range(_listed(model), layer_range)
        for row in _rows(operation, graph, expand_nested, show_trainable, _guesses(model))
    ]
    width = line_length or min(length, shutil.get_terminal_size().columns - 4)
    parts = [f'Model: "{model.name}"', *_axes(model), draw(columns, rows, width), *_totals(model)]
    return "\n".join(parts) + "\n"


def _listed(model: Any) -> list[Any]:
    """What has a row: layers, and the functions in a graph; a `Sequential` does not list Inputs."""
    return model.layers if _is_plain_list(model) else model._graph.operations


def _is_plain_list(model: Any) -> bool:
    return model._graph is None or hasattr(model, "_list")


def _is_chain(model: Any) -> bool:
    """Whether each layer is called once, on the one before."""
    if _is_plain_list(model):
        return True
    graph = model._graph
    if len(graph.flat_inputs) != 1:
        return False
    before, seen = graph.flat_inputs[0].node, set()
    for node in graph.nodes:
        called_on = node.inputs
        if len(called_on) != 1 or called_on[0].node is not before or id(node.operation) in seen:
            return False
        seen.add(id(node.operation))
        before = node
    return True


def _in_range(operations: list[Any], layer_range: Sequence[str] | None) -> list[Any]:
    if layer_range is None:
        return operations
    if isinstance(layer_range, str) or len(layer_range) != 2:
        raise ArgumentError(
            f"summary: `layer_range`={layer_range!r} has to hold the names of two layers."
        )
    found = [
        [k for k, o in enumerate(operations) if re.match(pattern, o.name)]
        for pattern in layer_range
    ]
    for pattern, places in zip(layer_range, found, strict=True):
        if not places:
            names = ", ".join(o.name for o in operations)
            raise ArgumentError(f"summary: no layer matches {pattern!r}. There are {names}.")
    first, last = sorted(found, key=min)
    return operations[min(first) : max(last) + 1]


def _rows(
    operation: Any, graph: Any, expand: bool, trainable: bool, guessed: dict, level: int = 0
) -> list[Any]:
    """The row of a layer or function, and below it those of a model's layers."""
    prefix = "   " * level + "└ " if level else ""
    shape = _shape(operation) or guessed.get(operation, "?")
    row = [f"{prefix}{operation.name} ({_kind(operation)})", shape, _params(operation)]
    if graph is not None:
        row.append(_connections(operation, graph))
    if trainable:
        has_weights = isinstance(operation, Layer) and operation.weights
        row.append(("Y" if operation.trainable else "N") if has_weights else "-")
    inner = getattr(operation, "layers", ()) if expand else ()
    below = _guesses(operation) if inner else {}
    return [row, *(r for o in inner for r in _rows(o, graph, expand, trainable, below, level + 1))]


def _kind(operation: Any) -> str:
    name = getattr(operation, "kind", type(operation).__name__)
    return "Functional" if name == "Model" else name


def _shape(operation: Any) -> str | None:
    """The shape of the last call's output, or of what the layer was built for."""
    if operation._nodes:
        return _shape_text(operation._nodes[-1].outputs)
    known = built_for(operation)
    return None if known is None else _shape_text(known[1])


def _guesses(model: Any) -> dict[Any, str]:
    """What is known of shapes in a `Sequential` without an input: `(None, ?, 32)`."""
    if not hasattr(model, "_list") or model._graph is not None:
        return {}
    found = zip(model.layers, guesses(model.layers), strict=True)
    return {layer: _guess_text(axes) for layer, axes in found if axes is not None}


def _guess_text(axes: Expected) -> str:
    sizes = ["None", *("..." if a.name == "..." else str(a.size or "?") for a in axes[1:])]
    return f"({', '.join(sizes)})"


def _shape_text(outputs: Any) -> str:
    if isinstance(outputs, dict):
        return "{" + ", ".join(f"{k}: {_shape_text(v)}" for k, v in outputs.items()) + "}"
    if isinstance(outputs, (list, tuple)):
        return "[" + ", ".join(map(_shape_text, outputs)) + "]"
    return f"({', '.join(map(str, outputs.shape))})" if hasattr(outputs, "shape") else str(outputs)


def _params(operation: Any) -> str:
    if not isinstance(operation, Layer):
        return "0"
    return f"{operation.count_params():,}" if operation.built else "0 (unbuilt)"


def _connections(operation: Any, graph: Any) -> str:
    """The outputs that it is called on, `lstm[0][1]` for output 1 of the LSTM's call 0."""
    inside = set(map(id, graph.nodes))
    calls = [node for node in operation._nodes if id(node) in inside]
    return ", ".join(_place(x) for node in calls for x in node.inputs) or "-"


def _place(x: SymbolicTensor) -> str:
    node = x.node
    assert node is not None  # every tensor in a graph comes from a call or an Input
    call = node.operation._nodes.index(node)
    output = next(k for k, other in enumerate(leaves(node.outputs)) if other is x)
    return f"{node.operation.name}[{call}][{output}]"


def _axes(model: Any) -> list[str]:
    """One line with the names of the axes that go in and come out."""
    if model._graph is not None:
        ends = [[x.axes for x in model.inputs], [x.axes for x in model.outputs]]
    else:
        ends = [inputs_built_for(model)]
    if not ends[0]:
        typed = input_to_type(model.layers)
        return [f"Input: not known yet; begin with {typed}, or call the model on data"]
    sides = zip(("Input", "Output"), (", ".join(map(str, end)) for end in ends), strict=False)
    return ["  ".join(f"{name}: {text}" for name, text in sides)]


def _totals(model: Any) -> list[str]:
    groups = {"Trainable": model.trainable_weights, "Non-trainable": model.non_trainable_weights}
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        groups["Optimizer"] = optimizer.variables
    everything = [w for weights in groups.values() for w in weights]
    return [f" {name} params: {_count(ws)}" for name, ws in {"Total": everything, **groups}.items()]


def _count(weights: Iterable[Any]) -> str:
    weights = list(weights)
    size = sum(w.size * np.dtype(w.dtype).itemsize for w in weights)
    power = max(size.bit_length() - 1, 0) // 10
    unit = ("B", "KB", "MB", "GB", "TB")[power]
    return f"{sum(w.size for w in weights):,} ({size / 1024**power:.2f} {unit})"
