"""Model: layers put together, which can be trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recurra.engine import arguments
from recurra.engine.arguments import keywords_checked
from recurra.engine.errors import ArgumentError, StateError
from recurra.engine.known import sizes_known
from recurra.engine.layer import Layer
from recurra.engine.shapes import Shape
from recurra.engine.suggestions import never_called
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tracebacks import public
from recurra.engine.tree import map_leaves
from recurra.layers.registry import LAYERS
from recurra.models.arriving import TakesInputs
from recurra.models.graph import Graph
from recurra.training.trainer import Trainer

if TYPE_CHECKING:
    from recurra.explain.story.explanation import Explanation
    from recurra.models.stepper import Stepper


@LAYERS.named("Functional")
class Model(Trainer, TakesInputs):
    """A network of layers.

    Three ways to make one: from symbolic inputs and outputs; by subclassing with layers as
    attributes and a `call`; or as a `Sequential` list.

    Args:
        inputs: symbolic tensors from `Input`, alone or in a list or dict.
        outputs: symbolic tensors that layers returned.
        name: of the model.
        trainable: whether `fit` changes its weights.

    Example:
        >>> from recurra import Input, Model
        >>> from recurra.layers import LSTM, Dense
        >>> x = Input((20, 1))
        >>> Model(x, Dense(1)(LSTM(4)(x))).count_params()
        101
    """

    #: Module, class and registered name in Keras's configurations.
    keras_name: tuple[str, str, str | None] = (
        "keras.src.models.functional",
        "Functional",
        "Functional",
    )
    _untracked = frozenset(("_graph", *Trainer.untracked))
    _graph: Graph | None = None

    @public
    def __init__(self, inputs: Any = None, outputs: Any = None, **kwargs: Any) -> None:
        if arguments.legacy_hook and ("input" in kwargs or "output" in kwargs):
            kwargs = arguments.legacy_hook(Model, kwargs)
            inputs, outputs = kwargs.pop("inputs", inputs), kwargs.pop("outputs", outputs)
        if inputs is None or outputs is None:
            known = type(self)._arguments  # type: ignore[attr-defined]
            for name in (k for k in kwargs if k not in known):
                if meant := arguments.did_you_mean(name, ("inputs", "outputs")):
                    raise ArgumentError(f"Model has no argument {name!r}{meant}")
        if (inputs is None) != (outputs is None):
            raise ArgumentError("Model needs both `inputs` and `outputs`, or none of them.")
        if inputs is not None and "name" not in kwargs and type(self) is Model:
            from recurra.engine.names import unique_name

            kwargs["name"] = unique_name("functional")
        super().__init__(**kwargs)
        self._accepted_lengths, self._fitting = set(), set()
        Trainer.prepare(self)
        if inputs is not None:
            self._set_graph(Graph(inputs, outputs))

    def _set_graph(self, graph: Graph) -> None:
        self._graph, self._fitting = graph, set()
        self.prepare_steps()
        self._graph_layers = graph.layers
        self.built = True

    # What it consists of -------------------------------------------------------------------------

    @property
    def layers(self) -> list[Layer]:
        """Its layers, in the order of the graph or of the attributes."""
        return list(self._graph.layers) if self._graph else self._sublayers()

    @public
    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name, or at that place in `layers`."""
        layers = {str(layer.name): layer for layer in self.layers}
        if (name is None) == (index is None):
            raise ArgumentError("get_layer needs either a `name` or an `index`.")
        if index is None and name in layers:
            return layers[str(name)]
        if index is not None and -len(layers) <= index < len(layers):
            return self.layers[index]
        what = f"layer {name!r}" if index is None else f"layer number {index}"
        raise ArgumentError(
            f"{self.label} has no {what}{arguments.did_you_mean(str(name), layers) or '.'} "
            f"It has {', '.join(layers)}."
        )

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic inputs."""
        return self._needs_graph("inputs").flat_inputs

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic outputs."""
        return self._needs_graph("outputs").flat_outputs

    @property
    def input(self) -> Any:
        """The symbolic input, or all of them in their structure."""
        return self._needs_graph("input").inputs

    @property
    def output(self) -> Any:
        """The symbolic output, or all of them in their structure."""
        return self._needs_graph("output").outputs

    @property
    def per_sample(self) -> bool:  # type: ignore[override]
        """Whether each row of a batch is computed by itself, so that a batch may be padded."""
        if self._graph is None:
            return False
        operations = [n.operation for n in self._graph.nodes]
        return all(
            isinstance(o, Layer)
            and type(o).__module__.startswith("recurra.")
            and o.per_sample
            and all(s.activity_regularizer is None for s in o._flatten_layers())
            for o in operations
        )

    def reset_states(self) -> None:
        """Forget the states that stateful layers carry from batch to batch."""
        for layer in self._flatten_layers():
            if layer is not self and hasattr(layer, "reset_states"):
                layer.reset_states()

    # Calling -------------------------------------------------------------------------------------

    def build(self, input_shape: Any = None) -> None:
        """Make the weights, for an input of that shape (with the batch in front)."""
        if self._graph is None and input_shape is not None:
            self(map_shapes(lambda s: SymbolicTensor(s), input_shape))

    def _build_for(self, args: tuple, kwargs: dict[str, Any]) -> None:
        """A model without a `build` of its own is built by the layers that its call builds."""
        if type(self).build is Model.build:
            self.built = True
            self._build_shape = map_leaves(sizes_known, args[0]) if args else None
        else:
            super()._build_for(args, kwargs)

    @property
    def has_call(self) -> bool:
        """Whether the class has a `call` of its own."""
        return type(self).call is not Model.call

    def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
        """Run the graph; a subclass without one overrides this."""
        unused = "" if self._graph else never_called(type(self), ("call",))
        if unused:
            raise StateError(f"{self.label} has no `call`, which says what it computes.{unused}")
        return self._needs_graph("output").run(self.arrange(inputs))

    def _name_axes(self, inputs: list[Shape], sizes: list[tuple]) -> list[Shape]:
        """A graph's outputs keep the names that its layers gave their axes."""
        if self._graph is None:
            return super()._name_axes(inputs, sizes)
        outputs = self._graph.flat_outputs
        return [Shape(s, x.axes.names) for s, x in zip(sizes, outputs, strict=True)]

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """None: the layers inside have given the outputs their masks already."""

    def stepper(self, batch_size: int = 1) -> Stepper:
        """An object that takes one timestep at a time and keeps the states in between.

        Args:
            batch_size: how many sequences are followed side by side.

        Raises:
            ArgumentError: where a layer needs the whole sequence.

        Example:
            >>> from recurra import Input, Sequential
            >>> from recurra.layers import LSTM, Dense
            >>> stepper = Sequential([Input((None, 2)), LSTM(4), Dense(1)]).stepper()
            >>> stepper([0.5, 1.0]).shape  # the output after the first timestep
            (1,)
            >>> stepper.reset()  # the next timestep is the first of another sequence
        """
        from recurra.models.stepper import Stepper

        return Stepper(self, batch_size)

    # Files ---------------------------------------------------------------------------------------

    @keywords_checked
    def save(self, filepath: Any, overwrite: bool = True, zipped: Any = None) -> None:
        """Write architecture, weights and how the model is trained to one `.keras` file.

        `models.load_model` of recurra and of Keras reads it.

        Args:
            filepath: a name that ends in `.keras`.
            overwrite: whether an existing file may be replaced.
            zipped: accepted as in Keras; a file is always one zip archive.
        """
        from recurra.saving.whole import save_model

        save_model(self, filepath, overwrite, zipped)

    @public
    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write the weights, and the optimizer's state, to a file in Keras's `.weights.h5` layout.

        Args:
            filepath: a name that ends in `.weights.h5`.
            overwrite: whether an existing file may be replaced.
        """
        from recurra.saving.weights import save_weights

        save_weights(self, filepath, overwrite)

    @keywords_checked
    def load_weights(
        self, filepath: Any, skip_mismatch: bool = False, by_name: bool = False
    ) -> None:
        """Read the weights from a file that recurra or Keras wrote; all of them fit, or none.

        Args:
            filepath: of the file.
            skip_mismatch: load the layers that fit and warn of the others.
            by_name: for files of Keras 1 and 2, match layers by their names.
        """
        from recurra.saving.weights import load_weights

        load_weights(self, filepath, skip_mismatch, by_name)

    # What it looks like --------------------------------------------------------------------------

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print the layers, their output shapes and their parameters.

        Args:
            line_length: the width of the table in characters.
            positions: accepted for old scripts; the columns find their own widths.
            print_fn: called with the text instead of `print`.
            expand_nested: also list the layers of models inside.
            show_trainable: add a column that says which layers are trained.
            layer_range: names of the first and last layer to list.
        """
        from recurra.models.summary import summary_text

        text = summary_text(self, line_length, expand_nested, show_trainable, layer_range)
        (print_fn or print)(text)

    @keywords_checked
    def explain(self, x: Any = None, y: Any = None, batch_size: int | None = None) -> Explanation:
        """Tell the network to a person: what each layer does and what the numbers mean.

        Args:
            x: samples (batch, ...), as for `fit`; they are followed through the layers.
            y: their targets.
            batch_size: samples a step, as for `fit`.

        Returns:
            An `Explanation`: text where it is printed, HTML in a notebook; `show()` writes it in
            colour in a terminal.

        Example:
            >>> from recurra import Input, Sequential, layers
            >>> told = Sequential([Input((20, 1)), layers.LSTM(5)]).explain()
            >>> "4 x (5 x (1 + 5) + 5) = 140" in str(told)
            True
        """
        from recurra.explain.story import explain
        from recurra.training.checks import check_counts

        check_counts("explain", batch_size=batch_size)
        if x is None and y is not None:
            raise ArgumentError("explain: `y` is given, and `x` is missing.")
        if x is not None:
            feed = self._feed("predict" if y is None else "test")
            x = feed.pack(feed.arrays(x, y).x)
        return explain(self, x, y, batch_size)

    def get_config(self) -> dict[str, Any]:
        """The model as plain data; `from_config` makes a like model from it."""
        from recurra.models.configuration import graph_config, has_graph

        return graph_config(self) if has_graph(self) else super().get_config()

    def get_build_config(self) -> dict[str, Any]:
        """The shapes that the model was built for, for `build_from_config`."""
        return {"input_shape": self._build_shape}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights for the shapes that `get_build_config` returned."""
        self.build(config["input_shape"])

    def to_json(self, **kwargs: Any) -> str:
        """The configuration as JSON, for `models.model_from_json`."""
        from recurra.models.configuration import to_json

        return to_json(self, **kwargs)

    @classmethod
    @public
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Make a model from what `get_config` returned.

        Args:
            config: the plain data.
            custom_objects: your own layers and functions by name.
        """
        from recurra.models.configuration import model_from_config

        return model_from_config(cls, config, custom_objects)


def map_shapes(function: Any, shape: Any) -> Any:
    """Apply a function to a shape, or to each in a list or dict of shapes."""
    if isinstance(shape, dict):
        return {k: map_shapes(function, v) for k, v in shape.items()}
    if shape and isinstance(shape[0], (tuple, list)):
        return [map_shapes(function, s) for s in shape]
    return function(tuple(shape))
