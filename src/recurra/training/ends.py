"""The layers that an output comes from: which one sets its width, its timesteps, its axes."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import Any, NamedTuple

from recurra.engine.layer import Layer
from recurra.engine.origin import Origin
from recurra.engine.symbolic import SymbolicTensor

#: Layers that give as many features as they get.
_KEEPS_WIDTH = frozenset(
    (
        *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "GaussianNoise"),
        *("GaussianDropout", "SpatialDropout1D", "BatchNormalization", "LayerNormalization"),
        *("MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D"),
        *("ZeroPadding1D", "Cropping1D", "UpSampling1D", "Masking", "ActivityRegularization"),
    )
)
#: Layers of samples and timesteps that give fewer timesteps than they get.
_SHORTENS = frozenset(("Conv1D", "MaxPooling1D", "AveragePooling1D", "Cropping1D"))


class Passed(NamedTuple):
    """A layer on the way to an output, and what it gives."""

    layer: Any
    output: SymbolicTensor
    input: SymbolicTensor


class End:
    """The way to an output, followed when somebody asks.

    Args:
        model: built; None where nothing is known.
        index: of the output.
    """

    def __init__(self, model: Any = None, index: int = 0) -> None:
        self._model, self._index = model, index

    @cached_property
    def passed(self) -> tuple[Passed, ...]:
        """The layers, the last one first; empty where they are not known."""
        graph = getattr(self._model, "_graph", None)
        return () if graph is None else tuple(_back_from(graph, graph.flat_outputs[self._index]))

    @property
    def place(self) -> Origin | None:
        """The `call` of a model whose layers are not known."""
        call = getattr(type(self._model), "call", None)
        code = getattr(inspect.unwrap(call), "__code__", None) if call else None
        return Origin(code.co_filename, code.co_firstlineno) if code else None

    @property
    def width(self) -> Any:
        """The layer that sets the size of the last axis, or None."""
        layers = (p.layer for p in self.passed)
        return next((x for x in layers if type(x).__name__ not in _KEEPS_WIDTH), None)

    @property
    def recurrent(self) -> Any:
        """The last layer with `return_sequences`, a Bidirectional one too, or None."""
        layers = (p.layer for p in self.passed)
        return next((x for x in layers if hasattr(x, "return_sequences")), None)

    @property
    def shortened(self) -> list[tuple[Any, int]]:
        """The layers that drop timesteps, the first one first, and how many each drops."""
        found = []
        for p in reversed(self.passed):
            before, after = (t.shape[1] if len(t.shape) == 3 else None for t in (p.input, p.output))
            if before and after and before > after and type(p.layer).__name__ in _SHORTENS:
                found.append((p.layer, before - after))
        return found

    @property
    def repeating(self) -> Any:
        """The last layer that sets how many timesteps a decoder gives, or None."""
        layers = (p.layer for p in self.passed)
        return next((x for x in layers if type(x).__name__ == "RepeatVector"), None)

    @property
    def timesteps(self) -> int | None:
        """How many go into the last recurrent layer; None where that is not known."""
        found = (p.input.shape[1] for p in self.passed if p.layer is self.recurrent)
        return next(found, None)

    def set_by(self, layer: Any) -> Origin | None:
        """The line of a layer, or the one that decides where no layer is known."""
        return getattr(layer, "origin", None) if self.passed else self.place


NOWHERE = End()


def _back_from(graph: Any, tensor: SymbolicTensor) -> list[Passed]:
    """The layers from an output back along first inputs, those of models inside too."""
    passed: list[Passed] = []
    starts = set(map(id, graph.flat_inputs))
    while id(tensor) not in starts and tensor.node is not None and tensor.node.inputs:
        node, layer = tensor.node, tensor.node.operation
        inner = getattr(layer, "_graph", None)
        if inner is not None:
            outputs = node.outputs if isinstance(node.outputs, (list, tuple)) else [node.outputs]
            k = next((k for k, o in enumerate(outputs) if o is tensor), 0)
            passed += _back_from(inner, inner.flat_outputs[k])
        elif isinstance(layer, Layer):
            passed.append(Passed(layer, tensor, node.inputs[0]))
        tensor = node.inputs[0]
    return passed
