"""The graph between symbolic inputs and outputs, in the order in which it is computed."""

from __future__ import annotations

from typing import Any

from recurra.engine.errors import ArgumentError
from recurra.engine.layer import Layer
from recurra.engine.symbolic import Node, SymbolicTensor
from recurra.engine.tree import leaves, map_leaves


class Graph:
    """What lies between inputs and outputs.

    Args:
        inputs: symbolic tensors, alone or in a list or dict.
        outputs: likewise.

    Attributes:
        nodes: the calls, each after those it depends on; the inputs' own are left out.
        operations: layers and functions, each once, from the inputs on, in Keras's order.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.inputs, self.outputs = inputs, outputs
        self.flat_inputs: list[SymbolicTensor] = list(leaves(inputs))
        self.flat_outputs: list[SymbolicTensor] = list(leaves(outputs))
        for what, tensors in (("inputs", self.flat_inputs), ("outputs", self.flat_outputs)):
            for x in tensors:
                if not isinstance(x, SymbolicTensor):
                    raise ArgumentError(
                        f"Model: `{what}` has to hold symbolic tensors, not {type(x).__name__}.",
                        fixes=[_symbolic(x)],
                    )
        order, first_seen = self._walk()
        known = set(map(id, self.flat_inputs))
        self.nodes = [n for n in order if not all(id(o) in known for o in leaves(n.outputs))]
        self.operations = self._by_depth(order, first_seen)
        self.layers: list[Layer] = [o for o in self.operations if isinstance(o, Layer)]
        self._check_names()

    def _walk(self) -> tuple[list[Node], dict[int, int]]:
        """Every node after its inputs' nodes, and when each operation was first met."""
        inputs = set(map(id, self.flat_inputs))
        order: list[Node] = []
        first_seen: dict[int, int] = {}
        done: set[int] = set()
        # An explicit stack: graphs may be deeper than Python's recursion limit.
        todo: list[tuple[SymbolicTensor | Node, bool]] = [
            (x, False) for x in reversed(self.flat_outputs)
        ]
        while todo:
            item, finished = todo.pop()
            node = item.node if isinstance(item, SymbolicTensor) else item
            if node is None:
                raise ArgumentError(f"Model: {item!r} does not come from an Input.")
            if finished:
                order.append(node)
            elif id(node) not in done:
                done.add(id(node))
                first_seen.setdefault(id(node.operation), len(first_seen))
                todo.append((node, True))
                if isinstance(item, SymbolicTensor) and id(item) in inputs:
                    continue
                self._check_connected(node)
                todo.extend((x, False) for x in reversed(node.inputs))
        return order, first_seen

    def _check_connected(self, node: Node) -> None:
        """An Input on the way that is not among `inputs` would have no value."""
        if not node.inputs and node.outputs is not None:
            names = ", ".join(x.name for x in self.flat_inputs)
            raise ArgumentError(
                f"Model: the outputs need the input {node.operation.name!r}, which is not among "
                f"`inputs` ({names}).",
                fixes=["give every Input that the outputs depend on"],
            )

    def _check_names(self) -> None:
        """Inputs and layers are found by their names, so each has one of its own."""
        seen: set[Any] = set()
        for layer in self.layers:
            if layer.name in seen:
                raise ArgumentError(
                    f"Model: two layers are named {layer.name!r}.",
                    fixes=["give one of them another name"],
                )
            seen.add(layer.name)

    def _by_depth(self, order: list[Node], first_seen: dict[int, int]) -> list[Any]:
        """Operations from the farthest from the outputs to the nearest."""
        depth: dict[int, int] = {}
        # what made an input that is no Input is not part of the graph
        inside = set(map(id, self.nodes))
        operations = {
            id(n.operation): n.operation for n in order if id(n) in inside or not n.inputs
        }
        node_depth: dict[int, int] = {}
        for node in reversed(order):
            here = node_depth.get(id(node), 0)
            own = depth[id(node.operation)] = max(here, depth.get(id(node.operation), 0))
            node_depth[id(node)] = own
            for x in node.inputs:
                if x.node is not None:
                    node_depth[id(x.node)] = max(own + 1, node_depth.get(id(x.node), 0))
        for x in self.flat_inputs:
            if x.node is not None and not x.node.inputs:
                operations[id(x.node.operation)] = x.node.operation
        keys = sorted(
            operations, key=lambda k: (-depth.get(k, 0), first_seen.get(k, len(first_seen)))
        )
        return [operations[k] for k in keys]

    def run(self, flat_inputs: list[Any]) -> Any:
        """Compute the outputs for values of the inputs, in their order."""
        values: dict[int, Any] = {
            id(x): v for x, v in zip(self.flat_inputs, flat_inputs, strict=True)
        }

        def value(x: Any) -> Any:
            return values[id(x)] if isinstance(x, SymbolicTensor) else x

        for node in self.nodes:
            args, kwargs = map_leaves(value, (node.args, node.kwargs))
            results = node.operation(*args, **kwargs)
            for x, result in zip(leaves(node.outputs), leaves(results), strict=True):
                values[id(x)] = result
        return map_leaves(value, self.outputs)


def _symbolic(x: Any) -> str:
    """What to write in place of something that is no symbolic tensor."""
    if isinstance(x, Layer):
        return f"{type(x).__name__}(...)(tensor)  # called on a tensor, a layer gives one back"
    if hasattr(x, "shape"):
        return "Input(X.shape[1:])  # stands for the data, which are given to `fit`"
    return "begin with Input(shape) and call layers on it"
