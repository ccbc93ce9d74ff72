"""A functional model's graph as plain data in Keras's format, and back."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves, map_leaves
from recurra.layers.input import InputLayer
from recurra.layers.registry import LAYERS
from recurra.models.functions import Function, write
from recurra.models.values import decode, encode

# From a graph to data ---------------------------------------------------------------------------


class Writer:
    """Writes one graph.

    Args:
        graph: a `recurra.models.graph.Graph`.
    """

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.calls: dict[int, list[Any]] = defaultdict(list)
        self.places: dict[int, tuple[str, int, int]] = {}
        for x in graph.flat_inputs:
            self.places[id(x)] = (x.name, 0, 0)
        for node in graph.nodes:
            calls = self.calls[id(node.operation)]
            for k, output in enumerate(leaves(node.outputs)):
                self.places[id(output)] = (node.operation.name, len(calls), k)
            calls.append(node)

    def config(self) -> dict[str, Any]:
        """`layers`, `input_layers` and `output_layers`."""
        inputs = [self._input(x) for x in self.graph.flat_inputs]
        names = {data["name"] for data in inputs}
        others = [o for o in self.graph.operations if o.name not in names]
        return {
            "layers": [*inputs, *(self._operation(o) for o in others)],
            "input_layers": map_leaves(self._place, self.graph.inputs),
            "output_layers": map_leaves(self._output_place, self.graph.outputs),
        }

    def _input(self, x: SymbolicTensor) -> dict[str, Any]:
        """An Input; a tensor within another model that is an input here becomes one."""
        layer = x.node.operation if x.node else None
        if isinstance(layer, InputLayer):
            data = LAYERS.serialize(layer)
        else:
            data = {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"batch_shape": x.shape, "dtype": x.dtype, "name": x.name},
                "registered_name": None,
            }
        return data | {"name": x.name, "inbound_nodes": []}

    def _operation(self, operation: Any) -> dict[str, Any]:
        nodes = self.calls[id(operation)]
        if isinstance(operation, Layer):
            data = LAYERS.serialize(operation)
            arguments = [(node.args, node.kwargs) for node in nodes]
        else:
            data, args, kwargs = write(operation, nodes[0])
            arguments = [(args, kwargs)]
        who = f"{data['class_name']} {operation.name!r}"
        calls = [self._call(args, kwargs, who) for args, kwargs in arguments]
        return data | {"name": operation.name, "inbound_nodes": calls}

    def _call(self, args: tuple, kwargs: dict[str, Any], who: str) -> dict[str, Any]:
        # Keras writes arguments that nobody gave, so what was given is marked.
        return {
            "args": encode(args, self._reference, who),
            "kwargs": encode(kwargs, self._reference, who),
            "given": list(kwargs),
        }

    def _place(self, x: SymbolicTensor) -> list[Any]:
        return list(self.places[id(x)])

    def _output_place(self, x: SymbolicTensor) -> list[Any]:
        name, call, output = self.places[id(x)]
        nested = x.node is not None and _is_functional(x.node.operation)
        return [name, call + nested, output]

    def _reference(self, x: SymbolicTensor) -> dict[str, Any]:
        config = {"shape": x.shape, "dtype": x.dtype, "keras_history": self._place(x)}
        return {"class_name": "__keras_tensor__", "config": config}


def _is_functional(operation: Any) -> bool:
    """Whether Keras counts a model's own graph as its first call, which it does for outputs."""
    return getattr(operation, "keras_name", ("", ""))[1] == "Functional"


# From data to a graph ---------------------------------------------------------------------------


class NotYet(Exception):
    """A tensor is asked for whose layer has not been called yet."""


class Reader:
    """Makes the layers of a configuration and calls them on each other.

    Args:
        layers: the configuration's `layers`.
    """

    def __init__(self, layers: list[dict[str, Any]]) -> None:
        self.operations: dict[str, Any] = {}
        self.results: dict[str, list[list[Any]]] = {}
        self.waiting: dict[str, list[Any]] = {}
        for data in layers:
            operation = _operation(data)
            name = str(operation.name)
            if name in self.operations:
                raise ArgumentError(f"the configuration has two layers named {name!r}.")
            self.operations[name] = operation
            first = [[operation.output]] if isinstance(operation, InputLayer) else []
            self.results[name] = first
            self.waiting[name] = list(data.get("inbound_nodes") or [])
        self._connect()

    def _connect(self) -> None:
        """Call each layer as soon as what it is called on is there."""
        while any(self.waiting.values()):
            called = [name for name in self.waiting if self._advance(name)]
            if not called:
                stuck = ", ".join(name for name, calls in self.waiting.items() if calls)
                raise ArgumentError(
                    f"the configuration's layers {stuck} wait for each other: it has a loop or a "
                    "call is missing."
                )

    def _advance(self, name: str) -> bool:
        calls, before = self.waiting[name], len(self.waiting[name])
        while calls:
            try:
                args, kwargs = self._arguments(calls[0])
            except NotYet:
                break
            results = self.operations[name](*args, **kwargs)
            self.results[name].append(list(leaves(results)))
            calls.pop(0)
        return len(calls) < before

    def _arguments(self, call: Any) -> tuple[tuple, dict[str, Any]]:
        if isinstance(call, list):  # Keras 2: [[layer, call, output, kwargs], ...]
            tensors = [self.tensor(part[:3]) for part in call]
            kwargs = call[0][3] if len(call[0]) > 3 else {}
            return (tensors[0] if len(tensors) == 1 else tensors,), kwargs
        args = decode(call.get("args") or (), self.tensor)
        kwargs = decode(call.get("kwargs") or {}, self.tensor)
        given = call.get("given")
        if given is None:  # by Keras, which writes every `training` and `mask`, given or not
            kwargs = {k: v for k, v in kwargs.items() if not (k in ("training", "mask") and not v)}
        return tuple(args), kwargs

    def tensor(self, place: Any) -> Any:
        """The symbolic tensor of `[layer, call, output]`."""
        if not (isinstance(place, (list, tuple)) and len(place) == 3 and isinstance(place[0], str)):
            raise ArgumentError(f"the configuration names a tensor as {place!r}.")
        name, call, output = place
        if name not in self.operations:
            raise ArgumentError(
                f"the configuration has no layer {name!r} that others are called on."
            )
        if not (isinstance(call, int) and isinstance(output, int) and call >= 0 <= output):
            raise ArgumentError(f"the configuration names a tensor as {place!r}.")
        if call >= len(self.results[name]):
            raise NotYet
        results = self.results[name][call]
        if output >= len(results):
            raise ArgumentError(f"layer {name!r} has {len(results)} outputs and not {output + 1}.")
        return results[output]

    def structure(self, places: Any, nested: bool = False) -> Any:
        """The tensors of `input_layers` or `output_layers`, in their structure."""
        if isinstance(places, dict):
            return {k: self.structure(v, nested) for k, v in places.items()}
        if places and isinstance(places[0], str):
            name, call, output = places
            shift = nested and _is_functional(self.operations.get(name))
            return self.tensor([name, call - shift, output])
        return [self.structure(p, nested) for p in places]


def _operation(data: dict[str, Any]) -> Any:
    """The layer or function of one entry of `layers`."""
    if str(data.get("module")).startswith("keras.src.ops."):
        return Function(data)
    operation = LAYERS.deserialize(data)
    if not isinstance(operation, Layer):
        raise ArgumentError(f"the configuration has a {type(operation).__name__} for a layer.")
    return operation
