"""Sequential: one layer after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from recurra.engine import sources
from recurra.engine.arguments import keywords_checked
from recurra.engine.errors import ArgumentError, RecurraError, ShapeError
from recurra.engine.layer import Layer
from recurra.engine.names import name_scope
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tracebacks import public
from recurra.layers.input import Input, InputLayer
from recurra.layers.registry import LAYERS
from recurra.models.graph import Graph
from recurra.models.model import Model


@LAYERS.add
class Sequential(Model):
    """A model in which each layer's output is the next one's input.

    Args:
        layers: the layers in order. The first may be `Input(shape)`; without it the model is built
            for the first data it sees.
        name: of the model.
        trainable: whether `fit` changes its weights.

    Example:
        >>> from recurra.layers import LSTM, Dense
        >>> model = Sequential([Input((20, 1)), LSTM(4), Dense(1)])
        >>> model.output_shape
        (None, 1)
    """

    keras_name = ("keras", "Sequential", None)

    @keywords_checked
    def __init__(
        self, layers: Iterable[Any] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        if layers is not None and not isinstance(layers, Iterable):
            raise ArgumentError(
                f"Sequential: `layers` has to be a list of layers, not {layers!r}.",
                fixes=["Sequential([layer, ...])"],
            )
        super().__init__(name=name, trainable=trainable)
        self._list: list[Layer] = []
        self._input: SymbolicTensor | None = None
        for layer in layers or ():
            self.add(layer)

    _untracked = Model._untracked | {"_input"}

    @property
    def layers(self) -> list[Layer]:
        """The layers in order, without the Input."""
        return list(self._list)

    @public
    def add(self, layer: Any, rebuild: bool = True, *more: Any) -> None:
        """Put a layer behind the others.

        Args:
            layer: a layer, a model, or an `Input`.
            rebuild: accepted as in Keras; the model is always up to date.
            more: nothing; further layers are refused.

        Raises:
            ArgumentError: for anything but one layer.
            ShapeError: where the layer cannot take what the one before gives. It is not added.
        """
        if more or isinstance(rebuild, Layer):
            raise ArgumentError(
                f"{self.label}: `add` takes one layer, and {2 + len(more)} were given.",
                fixes=["model.add(layer) for each of them", "Sequential([layer, ...])"],
            )
        if isinstance(layer, SymbolicTensor) and layer.node is not None:
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            given = f"the class {layer.__name__}" if isinstance(layer, type) else repr(layer)
            raise ArgumentError(
                f"{self.label}: a layer is needed, not {given}.",
                fixes=_as_layer(layer),
            )
        if any(layer.name == other.name for other in self._list):
            raise ArgumentError(
                f"{self.label} already has a layer named {layer.name!r}.",
                fixes=["give this one another name"],
            )
        if isinstance(layer, InputLayer):
            self._start(layer.output)
            return
        if not self._list and self._input is None:
            if layer.declared_input_shape is not None:
                dtype = "int32" if type(layer).__name__ == "Embedding" else layer.dtype
                self._start(Input(batch_shape=layer.declared_input_shape, dtype=dtype))
                assert self._input is not None and self._input.node is not None
                self._input.node.operation.origin = layer.origin
            elif isinstance(layer, Model) and layer._graph is not None:
                self._start(Input(batch_shape=layer.inputs[0].shape, dtype=layer.inputs[0].dtype))
        if self._input is not None:
            before = self._graph.outputs if self._graph else self._input
            with name_scope(self):
                after = layer(before)
            if isinstance(after, (list, tuple)):
                raise ArgumentError(
                    f"{self.label}: {layer.label} gives {len(after)} outputs, and a Sequential "
                    "passes on one.",
                    fixes=["leave out return_state=True, or use Model(inputs, outputs)"],
                )
            self._set_graph(Graph(self._input, after))
        self._list.append(layer)

    def _start(self, tensor: SymbolicTensor) -> None:
        if self._list or self._input is not None:
            raise ArgumentError(f"{self.label} already has an Input; it comes first and once.")
        self._input = tensor

    def pop(self, rebuild: bool = True) -> Layer:
        """Take off the last layer and return it."""
        if not self._list:
            raise ArgumentError(f"{self.label} has no layers to take off.")
        layer = self._list.pop()
        self._graph = None
        if self._input is not None:
            last = self._list[-1].output if self._list else self._input
            self._set_graph(Graph(self._input, last))
        return layer

    def get_config(self) -> dict[str, Any]:
        """The model as plain data; `from_config` makes a like model from it."""
        from recurra.models.configuration import sequential_config

        return sequential_config(self)

    def check_count(self, inputs: Any, argument: str = "inputs") -> None:
        """Refuse several arrays: the first layer gets one."""
        if not isinstance(inputs, dict):
            self._check_count(inputs, argument, 1)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights, for an input of that shape (with the batch in front)."""
        if self._graph is None and input_shape is not None and self._list:
            batch, *sizes = input_shape
            if not any(getattr(layer, "stateful", False) for layer in self._list):
                batch = None
            start = Input(batch_shape=(batch, *sizes))
            start.node.operation.for_data = True
            self._build_from(start)

    def _build_from(self, tensor: SymbolicTensor) -> None:
        layers, self._list = self._list, []
        self._shape_from_data = True
        self._input = tensor
        try:
            for layer in layers:
                self.add(layer)
        except RecurraError:
            self._list, self._input, self._graph = layers, None, None
            raise

    def _build_for(self, args: tuple, kwargs: dict[str, Any]) -> None:
        sizes = tuple(s if isinstance(s, int) else None for s in args[0].shape)
        try:
            self.build(sizes)
        except ShapeError as error:  # that Input is nothing the user wrote
            if len(error.path) == 1:
                error.rename("inputs", Shape(sizes, error.came_shape.names))
            error.path = (sources.path_of(args[0]) or error.path[:1]) + error.path[1:]
            raise

    def _run(self, args: tuple, kwargs: dict[str, Any]) -> Any:
        if self._graph is None and args:
            self.check_count(args[0])
            if hasattr(args[0], "shape"):
                self._build_for(args, kwargs)
        return super()._run(args, kwargs)


def _as_layer(thing: Any) -> list[str]:
    """What to write in place of something that is no layer."""
    if isinstance(thing, type):
        return [f"{thing.__name__}(...)"]
    return ["Lambda(function)  # a layer made of it"] if callable(thing) else []
