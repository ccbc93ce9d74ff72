"""clone_model: the same architecture with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.registry import custom_objects
from recurra.engine.symbolic import SymbolicTensor, is_symbolic
from recurra.engine.tracebacks import public
from recurra.engine.tree import leaves, map_leaves
from recurra.layers.input import Input


@public
def clone_model(
    model: Any, input_tensors: Any = None, clone_function: Callable[[Any], Any] | None = None
) -> Any:
    """A model of new layers like those of another, with weights of their own.

    Args:
        model: a `Sequential`, a functional model, or one with a `get_config` of its own.
        input_tensors: symbolic tensors to build it on instead of new Inputs.
        clone_function: makes the new layer from each old one; by default by its configuration.

    Returns:
        The new model; its weights are drawn anew.

    Example:
        >>> from recurra.models import Sequential
        >>> from recurra.layers import LSTM
        >>> model = Sequential([Input((20, 1)), LSTM(4)])
        >>> clone_model(model).layers[0].name
        'lstm'

    Source: Keras's `models.clone_model`.
    """
    if input_tensors is not None and not is_symbolic(input_tensors):
        raise ArgumentError("clone_model: `input_tensors` has to hold symbolic tensors from Input.")
    own = {type(layer).__name__: type(layer) for layer in model._flatten_layers()}
    with custom_objects(own):
        if hasattr(model, "_list"):
            return _clone_sequential(model, input_tensors, clone_function or _like)
        if model._graph is None:
            return type(model).from_config(model.get_config())
        return _clone_graph(model, input_tensors, clone_function or _like)


def _like(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


def _clone_sequential(model: Any, tensors: Any, clone: Callable[[Any], Any]) -> Any:
    start = model._input
    if tensors is not None:
        first = [next(leaves(tensors))]
    else:
        first = [] if start is None else [_new_input(start)]
    return type(model)([*first, *map(clone, model.layers)], name=model.name)


def _clone_graph(model: Any, tensors: Any, clone: Callable[[Any], Any]) -> Any:
    graph = model._graph
    inputs = map_leaves(_new_input, graph.inputs) if tensors is None else tensors
    known: dict[int, Any] = {
        id(x): new for x, new in zip(graph.flat_inputs, leaves(inputs), strict=True)
    }
    clones: dict[int, Any] = {}
    for node in graph.nodes:
        old = node.operation
        if id(old) not in clones:
            clones[id(old)] = clone(old) if isinstance(old, Layer) else old
        args, kwargs = map_leaves(lambda x: known.get(id(x), x), (node.args, node.kwargs))
        results = clones[id(old)](*args, **kwargs)
        known.update(zip(map(id, leaves(node.outputs)), leaves(results), strict=True))
    outputs = map_leaves(lambda x: known[id(x)], graph.outputs)
    return type(model)(inputs, outputs, name=model.name)


def _new_input(x: SymbolicTensor) -> SymbolicTensor:
    return Input(batch_shape=x.shape, dtype=x.dtype, name=x.name)
