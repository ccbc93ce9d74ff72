"""What rules look at: a bounded part of the data, the model, and how training went."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from recurra.engine.layer import Layer
from recurra.engine.lazy import is_windows
from recurra.engine.shapes import of_samples
from recurra.explain.advice.ranges import last_activation

#: So many numbers of an array are looked at, however large it is.
MOST_VALUES = 30_000
#: And samples, at least, where each is long: then only their first timesteps are looked at.
LEAST_SAMPLES = 8
#: Layers that give the numbers they get, in another order or some of them.
_RANGE_KEEPING = frozenset(
    (
        *("Flatten", "Reshape", "Permute", "RepeatVector", "Cropping1D"),
        *("Dropout", "SpatialDropout1D", "MaxPooling1D", "AveragePooling1D"),
        *("GlobalMaxPooling1D", "GlobalAveragePooling1D"),
    )
)
#: Layers after which each timestep is still that of the input.
_STEP_KEEPING = frozenset(
    (
        *("Masking", "Embedding", "Dropout", "SpatialDropout1D", "GaussianNoise", "Activation"),
        *("Dense", "BatchNormalization", "LayerNormalization", "Normalization"),
    )
)


class Array:
    """An array of samples, of which a bounded part is looked at.

    Args:
        name: as messages call it: "x", "y", "x['price']".
        array: (samples, ...).
    """

    def __init__(self, name: str, array: Any) -> None:
        self.name = name
        self._array: Any = array if is_windows(array) else np.asarray(array)
        self.shape: tuple[int, ...] = self._array.shape
        self.dtype = self._array.dtype
        #: So many samples are looked at.
        self.count = max(LEAST_SAMPLES, MOST_VALUES // max(math.prod(self.shape[1:]), 1))

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def samples(self) -> int:
        """How many there are in all."""
        return self.shape[0]

    @property
    def timesteps(self) -> int | None:
        """How many each sample has; None where samples are no sequences."""
        return self.shape[1] if self.rank == 3 else None

    @property
    def features(self) -> int | None:
        """How many each timestep (or each sample without timesteps) has."""
        return self.shape[-1] if self.rank in (2, 3) else None

    @property
    def named(self) -> str:
        """`(samples=100, timesteps=20, features=1)`."""
        return str(of_samples(self.shape))

    @property
    def is_measured(self) -> bool:
        """Whether it holds measurements, not class or token numbers."""
        return self.dtype.kind == "f"

    @cached_property
    def rows(self) -> np.ndarray:
        """Samples evenly spread over the array, long ones without their last timesteps."""
        return self._cut(self._spread)

    @cached_property
    def head(self) -> np.ndarray:
        """The first samples, one after the other."""
        return self._cut(self._whole[: self.count])

    @cached_property
    def last(self) -> np.ndarray:
        """The last timestep of the samples in `rows`, (samples, features)."""
        return np.asarray(self._spread[:, -1])

    def of_each(self, timesteps: slice = slice(None)) -> np.ndarray:
        """Some timesteps of as many samples as the bound allows; before the first step alone.

        Samples are evenly spread over the array, and more than in `rows` where less of each is
        looked at.
        """
        part = self._whole[:, timesteps] if self.rank > 1 else self._whole
        most = max(1, MOST_VALUES // max(math.prod(part.shape[1:]), 1))
        return np.asarray(part[:: max(1, math.ceil(self.samples / most))])

    @cached_property
    def values(self) -> np.ndarray:
        """Samples evenly spread, as many as the bound allows; not those of other arrays' `rows`."""
        return self._cut(self.of_each())

    def release(self) -> None:
        """Keep what is looked at and let the whole array go."""
        names = ("rows", "head", "values", *(("last",) if self.rank > 2 else ()))
        self.__dict__.update({name: getattr(self, name).copy() for name in names})
        self._array = None

    @property
    def _whole(self) -> Any:
        assert self._array is not None
        return self._array

    @property
    def _spread(self) -> Any:
        step = max(1, math.ceil(self.samples / self.count))
        return self._whole[::step][: self.count]

    def _cut(self, rows: Any) -> np.ndarray:
        most = MOST_VALUES // max(len(rows), 1)
        if rows.ndim > 1 and math.prod(rows.shape[1:]) > most:
            rows = rows[:, : max(1, most // max(math.prod(rows.shape[2:]), 1))]
        return np.asarray(rows)

    @cached_property
    def columns(self) -> np.ndarray:
        """The values of `rows` with one column for each feature, float64."""
        last = self.rows.shape[-1] if self.rows.ndim > 1 else 1
        return self.rows.reshape(-1, last).astype(np.float64)

    @cached_property
    def mean(self) -> np.ndarray:
        """Of each feature, over the rows looked at."""
        return self.columns.mean(0)

    @cached_property
    def std(self) -> np.ndarray:
        """Of each feature, over the rows looked at."""
        return self.columns.std(0)

    @cached_property
    def least(self) -> np.ndarray:
        """The smallest value of each feature."""
        return self.columns.min(0)

    @cached_property
    def most(self) -> np.ndarray:
        """The largest value of each feature."""
        return self.columns.max(0)


@dataclass
class Output:
    """One output of the model, its targets and how it is judged.

    Args:
        name: of the output.
        shape: of the output, (batch, ...), None where a size is not known.
        loss: the name of the loss function, such as "mean_squared_error"; "" for one's own.
        from_logits: whether the loss takes logits.
        metrics: the names of the metrics' functions or classes in snake case.
        layer: the layer that decides in which range its numbers are; None where that is unknown.
        y: its targets, None where there are none.
        y_validation: those held out, None where there are none.
    """

    name: str
    shape: tuple[int | None, ...]
    loss: str
    from_logits: bool
    metrics: tuple[str, ...]
    layer: Any
    y: Array | None
    y_validation: Array | None = None
    several: bool = False

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"output {self.name!r}" if self.several else "the output"

    @property
    def activation(self) -> str | None:
        """The name of the last activation: "linear", "sigmoid", ...; None where it is unknown."""
        return last_activation(self.layer)

    @property
    def units(self) -> int | None:
        """How many numbers it gives a sample or timestep."""
        return self.shape[-1] if len(self.shape) > 1 else 1


@dataclass
class Seen:
    """Everything a rule may look at.

    Args:
        model: the model.
        x: the inputs.
        outputs: the outputs with their targets.
        x_validation: the inputs held out, empty where there are none.
        given: `x` as the user gave it; None after the first step.
        batch_size: samples a step; None for a source of batches.
        epochs: how many there will be.
        shuffle: whether each epoch takes the samples in another order.
        weighted: whether samples or classes have weights.
        holds_all: whether what is held out is all there is, not the first batch of a source.
        history: losses and metrics of the epochs so far.
        callbacks: the classes of those that ran in this training, by name; known at its end.
        predictions: what `predict` gave, an array for each output.
        before: the inputs of the call of `predict` before this one.
        trained: the inputs of the training, in `predict`.
        calls: how often `predict` was called.
        costs: what a constant prediction costs, where that was asked for already.
    """

    model: Any
    x: list[Array]
    outputs: list[Output] = field(default_factory=list)
    x_validation: list[Array] = field(default_factory=list)
    given: Any = None
    batch_size: int | None = None
    epochs: int = 1
    shuffle: bool = False
    weighted: bool = False
    holds_all: bool = True
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    callbacks: frozenset[str] = frozenset()
    predictions: list[np.ndarray] = field(default_factory=list)
    before: list[Array] = field(default_factory=list)
    trained: list[Array] = field(default_factory=list)
    calls: int = 0
    costs: dict[bool, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look at the same samples of inputs and targets."""
        ys = [(o.y, o.y_validation) for o in self.outputs]
        for arrays in (
            [*self.x, *(y for y, _ in ys if y is not None)],
            [*self.x_validation, *(y for _, y in ys if y is not None)],
        ):
            for array in arrays:
                array.count = min(a.count for a in arrays)

    def release(self) -> None:
        """Keep what is looked at and let the whole arrays go."""
        self.given = None
        held = [a for o in self.outputs for a in (o.y, o.y_validation) if a is not None]
        for array in (*self.x, *self.x_validation, *held):
            array.release()

    @cached_property
    def layers(self) -> list[Any]:
        """All layers, those inside wrappers and models too, without the model itself."""
        return [layer for layer in self.model._flatten_layers() if layer is not self.model]

    def of_kind(self, *kinds: str) -> list[Any]:
        """The layers of these classes (or classes derived from them), by name."""
        return [
            layer
            for layer in self.layers
            if any(base.__name__ in kinds for base in type(layer).__mro__)
        ]

    @cached_property
    def recurrent(self) -> list[Any]:
        """LSTM, GRU, SimpleRNN and RNN layers, also those inside Bidirectional."""
        return [layer for layer in self.layers if _is_recurrent(layer)]

    @cached_property
    def sequences(self) -> list[Array]:
        """The inputs that are sequences of measurements, (samples, timesteps, features)."""
        return [x for x in self.x if x.timesteps is not None and x.is_measured]

    @cached_property
    def masks(self) -> bool:
        """Whether some layer makes a mask, so that not every timestep counts."""
        return any(
            type(layer).__name__ == "Masking" or getattr(layer, "mask_zero", False)
            for layer in self.layers
        )

    @cached_property
    def plain_loss(self) -> bool:
        """Whether the reported loss is the mean of one loss function over all targets, no more.

        Of a source of batches the first one alone is known.
        """
        regularized = any(
            value is not None
            for layer in self.layers
            for name, value in vars(layer).items()
            if name.endswith("regularizer")
        )
        own = any(layer._own_losses for layer in self.layers)
        more = self.weighted or self.masks or regularized or own
        return not more and len(self.outputs) == 1 and self.batch_size is not None

    def first_layer(self, x: Array) -> Any:
        """The layer that reads an input; None where several do, or where it is not known."""
        graph = getattr(self.model, "_graph", None)
        if graph is None:
            return None
        tensor = graph.flat_inputs[self.x.index(x)]
        readers = [node.operation for node in graph.nodes if any(t is tensor for t in node.inputs)]
        return readers[0] if len(readers) == 1 else None

    def reader(self, x: Array) -> Any:
        """The recurrent or Conv1D layer that reads an input's timesteps as they are, or None.

        Args:
            x: an input; layers between that keep its timesteps do not matter.
        """
        graph = getattr(self.model, "_graph", None)
        if graph is None:
            return (*self.recurrent, *self.of_kind("Conv1D"), None)[0]
        carried = {id(graph.flat_inputs[self.x.index(x)])}
        for node in graph.nodes:
            if not carried.isdisjoint(map(id, node.inputs)):
                layer = getattr(node.operation, "forward_layer", node.operation)
                if _is_recurrent(layer) or type(layer).__name__ == "Conv1D":
                    return layer
                if type(layer).__name__ in _STEP_KEEPING:
                    carried.add(id(node.outputs))
        return None


def _is_recurrent(layer: Any) -> bool:
    return hasattr(layer, "cell") and hasattr(layer, "return_sequences")


def final_layer(model: Any, index: int) -> Any:
    """The layer that decides in which range the numbers of an output are, or None."""
    graph = getattr(model, "_graph", None)
    if graph is None:
        return None
    node = graph.flat_outputs[index].node
    while node is not None and type(node.operation).__name__ in _RANGE_KEEPING and node.inputs:
        node = node.inputs[0].node
    layer = getattr(node, "operation", None)
    if getattr(layer, "_graph", None) is not None:
        return final_layer(layer, 0)
    return layer if isinstance(layer, Layer) and getattr(node, "inputs", None) else None
