"""From what a user gives `fit` to batches that are checked against the model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import jax
import numpy as np

from recurra.engine import symbolic
from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError, DataError, RecurraError, ShapeError
from recurra.engine.kinds import lengths_of, ragged, several_fixes
from recurra.engine.known import carried_batch
from recurra.engine.lazy import Windows, loaded
from recurra.engine.scope import Scope
from recurra.engine.shapes import Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves, map_leaves, pack_like
from recurra.training.arrays import (
    check_finite,
    check_lengths,
    class_weights,
    flat,
    to_numpy,
)
from recurra.training.batches import (
    ArrayBatches,
    Batch,
    IterableBatches,
    is_arrays,
    split,
    uneven_fixes,
    unpack,
)
from recurra.training.exchanged import say_if_exchanged
from recurra.training.objectives import Objectives
from recurra.training.target_fixes import count_fixes


class Feed:
    """Brings data to batches for one model.

    Args:
        model: the model; it is built for the first data that comes.
        objectives: losses and metrics, settled for the outputs and targets that come. None where
            there are no targets, as in `predict`.
    """

    def __init__(self, model: Any, objectives: Objectives | None) -> None:
        self.model, self.objectives = model, objectives
        self.structure: Any = None
        self._specs: dict[tuple, Any] = {}

    # Ways in -------------------------------------------------------------------------------------

    def arrays(self, x: Any, y: Any = None, weights: Any = None, classes: Any = None) -> Batch:
        """All samples at once as arrays, checked."""
        batch: Batch = loaded(self._samples(x, y, weights, classes))
        return batch

    def _samples(self, x: Any, y: Any = None, weights: Any = None, classes: Any = None) -> Batch:
        """All samples at once, checked: what `fit(x, y)` takes. Windows stay windows."""
        who = self.model.label
        x = map_leaves(lambda a: to_numpy(a, "x", who), _lists_of_numbers(x, "x", who))
        x = self._in_order(x)
        xs = list(leaves(x))
        for argument, a in zip(_names("x", xs), xs):
            if np.ndim(a) == 0:
                raise DataError(f"{who}: `{argument}` is a single number, not an array of samples.")
        ys = self._by_output(y, "y")
        self._check_count(x, ys)
        ws = self._by_output(weights, "sample_weight")
        given = {"x": xs, "y": [a for a in ys if a is not None]}
        given["sample_weight"] = [a for a in ws if a is not None]
        check_lengths({k: v for k, v in given.items() if v})
        for argument, a in zip(_names("x", xs), xs):
            padded = self._masks_nan and not isinstance(a, Windows)
            check_finite(_unpadded(a) if padded else a, argument, who)
        graph = getattr(self.model, "_graph", None)
        try:
            self.model.check_input(x, "x")
            self._learn(x)
            ys = self._targets(xs, ys)
            if graph is None and getattr(self.model, "_graph", None) is not None:
                self.model.check_input(x, "x")  # the layers behind the Input look at values, too
        except ShapeError as error:
            error.targets = len(ys[0]) if ys and ys[0] is not None else None
            has_input = getattr(self.model, "_graph", None) is not None
            if has_input and error.argument == "x" and len(xs) == len(ys) == 1:
                say_if_exchanged(error, self.model, xs[0], ys[0])
            raise
        return self._weighted(Batch(xs, ys, self._sample_weights(ws, ys, len(xs[0]))), classes)

    def _check_count(self, x: Any, ys: list[Any]) -> None:
        """Refuse a list of samples where an array of them is needed."""
        self.model.check_count(x, "x")
        given = isinstance(x, list) and bool(ys) and ys[0] is not None
        if not given or not len(x) == len(ys[0]) > 1:
            return
        if lengths_of(x):
            raise ragged(lengths_of(x), "x", self.model.label)
        if all(len(a) != len(x) for a in x):
            raise ArgumentError(
                f"{self.model.label}: `x` is a list of {len(x)} arrays, which counts as {len(x)} "
                f"inputs, and there are {len(ys[0])} targets.",
                fixes=several_fixes(x, "x", True),
            )

    def _sample_weights(self, given: list[Any], ys: list[Any], samples: int) -> list[Any]:
        """Nothing, one array for all outputs, or one for each."""
        ws = [np.ones(samples) if w is None else np.asarray(w) for w in given]
        for w in ws:
            check_finite(w, "sample_weight", self.model.label)
        if len(ws) > 1 and len(ws) != len(ys):
            raise DataError(
                f"`sample_weight` holds {len(ws)} arrays, and there are targets for {len(ys)} "
                f"output{'s' * (len(ys) > 1)}."
            )
        return [w.astype(np.float32) for w in ws]

    def _weighted(self, batch: Batch, classes: Any) -> Batch:
        """Each sample also weighted by its class."""
        if classes is None:
            return batch
        if len(batch.y) != 1:
            raise ArgumentError(
                f"`class_weight` is for one output with targets, and there are {len(batch.y)}.",
                fixes=["give sample_weight, an array for each output, instead"],
            )
        assert self.objectives is not None
        by_class = class_weights(batch.y[0], classes, self.objectives.takes_class_numbers)
        weights = [_product(w, loaded(by_class)) for w in batch.weights]
        return batch._replace(weights=weights or [by_class])

    def item(self, item: Any) -> Batch:
        """One batch that a generator or DataLoader yielded."""
        return self.arrays(*unpack(item))

    def batches(
        self,
        x: Any,
        y: Any = None,
        weights: Any = None,
        *,
        batch_size: int | None = None,
        shuffle: bool = False,
        steps: int | None = None,
        classes: Any = None,
    ) -> ArrayBatches | IterableBatches:
        """Batches of arrays in memory or of any source."""
        if x is None:
            raise DataError("`x` is missing: there is nothing to compute on.")
        if not is_arrays(_lists_of_numbers(x, "x", self.model.label)):
            for name, given in (("y", y), ("sample_weight", weights)):
                if given is not None:
                    raise ArgumentError(
                        f"`{name}` is given beside a source of batches.",
                        fixes=[f"let the source yield {_YIELDED[name]}"],
                    )
            batches = IterableBatches(
                x,
                steps,
                self.item if classes is None else lambda i: self.arrays(*unpack(i), classes),
            )
            batches.peek()
            return batches
        data = self._samples(x, y, weights, classes)
        return ArrayBatches(data, self._size(data, batch_size), shuffle, steps)

    def divided(
        self,
        x: Any,
        y: Any,
        weights: Any,
        fraction: float,
        *,
        batch_size: int | None,
        shuffle: bool,
        steps: int | None,
        classes: Any,
    ) -> tuple[ArrayBatches, ArrayBatches]:
        """Batches for training and for validation: the last part of the samples is held out."""
        if not is_arrays(_lists_of_numbers(x, "x", self.model.label)):
            raise ArgumentError(
                "`validation_split` needs arrays; for a source of batches give `validation_data`."
            )
        first, last = split(self._samples(x, y, weights), fraction)
        first = self._weighted(first, classes)
        return (
            ArrayBatches(first, self._size(first, batch_size), shuffle, steps),
            ArrayBatches(last, self._size(last, batch_size), False),
        )

    def _size(self, data: Batch, batch_size: int | None) -> int | None:
        """The batch size: for carried states, that of the states."""
        fixed = self._carried_batch
        if fixed is not None:
            self._check_whole(data.size, batch_size or fixed, fixed)
        return batch_size or fixed

    def _check_whole(self, samples: int, batch_size: int, fixed: int) -> None:
        """States are carried for a fixed number of samples a batch; no batch may be another."""
        if batch_size == fixed and samples % fixed == 0:
            return
        raise DataError(
            f"{self.model.label} is stateful for batches of {fixed} samples, and {samples} "
            f"sample{'s' * (samples != 1)} in batches of {batch_size} do not come out even.",
            fixes=uneven_fixes(samples, batch_size, fixed),
        )

    # What the model makes of them ----------------------------------------------------------------

    def pack(self, xs: Sequence[Any]) -> Any:
        """The inputs in the structure in which the user gave them."""
        return pack_like(self.structure, list(xs))

    def _in_order(self, x: Any) -> Any:
        """A dict with its arrays in the order of the model's inputs: batches may differ in it."""
        graph = getattr(self.model, "_graph", None)
        if graph is None or not isinstance(x, dict):
            return x
        inputs = graph.inputs
        names = list(inputs) if isinstance(inputs, dict) else [t.name for t in graph.flat_inputs]
        return {k: x[k] for k in names if k in x} | x

    def _learn(self, x: Any) -> None:
        self.structure = map_leaves(lambda _: None, x)

    def _targets(self, xs: list[Any], ys: list[Any]) -> list[Any]:
        """Targets that fit the outputs; settles losses and metrics at first."""
        if self.objectives is not None and not self.objectives.given and self._only_steps:
            return ys
        outputs = self.outputs(xs)
        if self.objectives is None:
            return []
        names = self.output_names(outputs)
        shapes = [o.shape for o in leaves(outputs)]
        settled = self.objectives.built
        if not settled:
            self.objectives.build(names, shapes, ys)
        try:
            return self._checked_targets(ys, names, shapes)
        except RecurraError:  # what was settled for these targets need not fit the corrected ones
            self.objectives.built = settled
            raise

    def _checked_targets(self, ys: list[Any], names: list[str], shapes: list[Any]) -> list[Any]:
        assert self.objectives is not None
        needed = [o.name for o in self.objectives.outputs if o.loss is not None]
        if needed and not ys:
            raise DataError(
                f"{self.model.label}: the targets are missing: `y` is needed to compute the loss.",
                fixes=["fit(x, y), or a source that yields (x, y)"],
            )
        if not ys:
            return []
        if len(ys) != len(names):
            raise DataError(
                f"{self.model.label} has {len(names)} output{'s' * (len(names) > 1)} "
                f"({', '.join(names)}), and `y` holds {len(ys)} array{'s' * (len(ys) > 1)}.",
                fixes=count_fixes(ys, names),
            )
        missing = [n for n, y in zip(names, ys) if y is None and n in needed]
        if missing:
            raise DataError(
                f"{self.model.label}: the targets of output {missing[0]!r} are missing: they are "
                "needed to compute its loss."
            )
        return self.objectives.check(ys, shapes, self.model)

    @property
    def _only_steps(self) -> bool:
        """Whether the model has no outputs of its own, only steps, such as one that trains two."""
        return self.model._graph is None and not self.model.has_call

    def outputs(self, xs: list[Any]) -> Any:
        """The symbolic outputs for inputs of these shapes; the model is built by it."""
        graph = getattr(self.model, "_graph", None)
        declared = graph.flat_inputs[0].shape[0] if graph else None
        sizes = tuple((self._carried_batch or declared, *a.shape[1:]) for a in xs)
        if graph and sizes == tuple(t.shape for t in graph.flat_inputs):
            return graph.outputs
        if sizes not in self._specs and self.model.run_eagerly and graph is None:
            self._specs[sizes] = self._outputs_of_first(xs)
        elif sizes not in self._specs:
            tensors = [SymbolicTensor(s, str(a.dtype)) for s, a in zip(sizes, xs)]
            try:
                results = symbolic.evaluate(self.model, (self.pack(tensors),), {"training": False})
            except ShapeError as error:
                _name_data(error, xs)
                raise
            self._specs[sizes] = map_leaves(
                lambda r: SymbolicTensor([s if isinstance(s, int) else None for s in r.sizes]),
                results,
            )
        return self._specs[sizes]

    def _outputs_of_first(self, xs: list[Any]) -> Any:
        """The outputs by a run on a sample, for code that needs to see real numbers."""
        first = [jax.numpy.asarray(loaded(a[: self._carried_batch or 1])) for a in xs]
        with Scope():  # what it assigns is forgotten
            results = self.model(self.pack(first), training=False)
        return map_leaves(lambda r: SymbolicTensor((None, *r.shape[1:])), results)

    def output_names(self, outputs: Any) -> list[str]:
        """The outputs' names: keys of a dict, names of the layers, or output_1, output_2, ..."""
        if isinstance(outputs, dict):
            return list(outputs)
        graph = getattr(self.model, "_graph", None)
        count = len(list(leaves(outputs)))
        if graph is None:
            return [f"output_{k + 1}" for k in range(count)]
        names: list[str] = []
        for tensor in graph.flat_outputs:
            name = str(tensor.node.operation.name)
            names.append(name if name not in names else f"{name}_{names.count(name)}")
        return names

    def _by_output(self, given: Any, argument: str) -> list[Any]:
        """A flat list with one array an output, from an array, a list or a dict by name."""
        if given is None:
            return []
        if isinstance(given, dict):
            graph = getattr(self.model, "_graph", None)
            order = list(given)
            if graph is not None:
                tree = graph.outputs
                order = list(tree) if isinstance(tree, dict) else self.output_names(tree)
            unknown = [k for k in given if k not in order]
            if unknown:
                raise ArgumentError(
                    f"`{argument}` names the output {unknown[0]!r}, and the model has "
                    f"{', '.join(map(repr, order))}{did_you_mean(unknown[0], order) or '.'}"
                )
            given = [given.get(k) for k in order]
        many = isinstance(given, (list, tuple)) and len(given) > 0 and self._several(given)
        who = self.model.label
        parts = given if many else [_lists_of_numbers(given, argument, who)]
        return [None if a is None else flat(a, argument, who)[0] for a in parts]

    def _several(self, given: Any) -> bool:
        """Whether a list holds an array for each output, not numbers or one sample each."""
        arrays = [hasattr(a, "shape") and len(a.shape) > 0 for a in given]
        return any(arrays) and all(
            is_array or a is None or isinstance(a, list) for a, is_array in zip(given, arrays)
        )

    @cached_property
    def _carried_batch(self) -> int | None:
        """The batch size for which stateful layers carry states, or None."""
        return carried_batch(self.model)

    @cached_property
    def _masks_nan(self) -> bool:
        """Whether a Masking layer takes NaN for padding."""
        values = [getattr(layer, "mask_value", 0.0) for layer in self.model._flatten_layers()]
        return any(v != v for v in values if isinstance(v, float))


def _unpadded(x: Any) -> np.ndarray:
    """With 0 in the timesteps in which all features are NaN, which is how they are padded."""
    padding = np.isnan(x).all(axis=-1, keepdims=True)
    return np.where(padding, np.zeros((), x.dtype), x)


def _name_data(error: ShapeError, xs: list[Any]) -> None:
    """Let an error that the model found in the shapes alone speak of the user's `x`."""
    if not error.path or not isinstance(error.came_shape, Shape):
        return
    start, came = error.path[0], error.came_shape
    if len(error.path) == 1 and (start.layer is None or getattr(start.layer, "for_data", False)):
        x = next((x for x in xs if x.shape[1:] == came.sizes[1:]), None)
        if x is not None:
            _, bracket, rest = start.argument.partition("[")
            error.path = ()
            error.rename(f"x{bracket}{rest}", Shape(x.shape, came.names))
    elif came and came.sizes[0] is None and came.names[0] == "batch":
        error.rename(error.argument, Shape((len(xs[0]), *came.sizes[1:]), came.names))


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Weights of samples times weights of their timesteps."""
    rank = max(a.ndim, b.ndim)
    a, b = (w.reshape(w.shape + (1,) * (rank - w.ndim)) for w in (a, b))
    return a * b


def _names(argument: str, arrays: list[Any]) -> list[str]:
    return [argument] if len(arrays) == 1 else [f"{argument}[{k}]" for k in range(len(arrays))]


#: What a source of batches yields in place of an argument.
_YIELDED = {"y": "(x, y)", "sample_weight": "(x, y, sample_weight)"}


def _lists_of_numbers(x: Any, argument: str, who: str) -> Any:
    """An array where a nested list of numbers was given; arrays of one length are stacked."""
    if isinstance(x, list) and all(np.isscalar(leaf) for leaf in leaves(x)):
        return to_numpy(x, argument, who)
    return x
