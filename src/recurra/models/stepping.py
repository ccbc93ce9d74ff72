"""What a model computes at one timestep: its graph on sequences of length 1, states handed in."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.errors import ArgumentError
from recurra.engine.masks import get_mask
from recurra.engine.scope import Scope
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import leaves, map_leaves
from recurra.layers.embedding import Embedding
from recurra.layers.recurrent import Bidirectional, StackedRNNCells
from recurra.layers.recurrent.cell import Cell
from recurra.layers.recurrent.layer import RecurrentLayer
from recurra.models.graph import Graph

#: Timesteps on which a layer is tried.
TRIED = 3


class Seen:
    """A value within a step.

    Attributes:
        array: (batch, 1, ...) where it belongs to this timestep alone, or (batch, ...).
        alone: whether it does; otherwise it depends on all timesteps so far.
    """

    def __init__(self, array: Any, alone: bool) -> None:
        self.array, self.alone = array, alone


class Stepping:
    """One timestep of a model.

    Args:
        model: made from inputs and outputs, or a Sequential that is built.
        batch: the number of sequences.

    Attributes:
        inputs: the model's symbolic inputs.
        sequences: for each of them, whether it has timesteps. Others are the same in each step.
        outputs: the symbolic outputs in their structure.
        recurrent: the layers that carry states, by name; the second call of `rnn` is `rnn:2`.

    Raises:
        ArgumentError: where a layer needs the whole sequence.
    """

    def __init__(self, model: Any, batch: int) -> None:
        if model._graph is None:
            raise ArgumentError(
                f"{model.label} cannot be stepped: nothing says what goes into it, and through "
                "which layers.",
                fixes=["a Sequential that begins with Input, or Model(inputs, outputs)"],
            )
        self._graph: Graph = model._graph
        self.batch = batch
        self.inputs, self.outputs = self._graph.flat_inputs, self._graph.outputs
        self.sequences = [_has_timesteps(x, self._graph) for x in self.inputs]
        if not any(self.sequences):
            raise ArgumentError(
                f"{model.label} cannot be stepped: none of its inputs has timesteps.",
                fixes=["model.predict(x), since no sample depends on an earlier one"],
            )
        for x, timed in zip(self.inputs, self.sequences):
            if None in x.shape[1 + timed :]:
                raise ArgumentError(
                    f"{model.label} cannot be stepped: the input {x.name!r} has the shape "
                    f"{x.axes}, and each size behind the timesteps has to be known.",
                    fixes=["Input((None, 3))  # any number of timesteps of 3 features"],
                )
        self.recurrent: dict[str, RecurrentLayer] = {}
        self._after: dict[str, list[Any]] = {}
        self._before: Mapping[str, list[Any]] | None = None
        structs = [
            jax.ShapeDtypeStruct((batch, *x.shape[1 + timed :]), x.dtype)
            for x, timed in zip(self.inputs, self.sequences)
        ]
        jax.eval_shape(lambda flat: self.step(flat, None), structs)

    def starts(self) -> dict[str, list[Any]]:
        """The states of each recurrent layer at the beginning of sequences."""

        def first() -> dict[str, list[Any]]:
            layers = self.recurrent.items()
            return {k: list(leaves(layer.get_initial_state(self.batch))) for k, layer in layers}

        return jax.jit(first)()

    def step(
        self, flat: list[Any], states: Mapping[str, list[Any]] | None
    ) -> tuple[list[Any], dict[str, list[Any]]]:
        """The outputs of a timestep, and the states after it.

        Args:
            flat: for each input the data of the timestep, (batch, ...).
            states: of each recurrent layer before the timestep. None lets every layer be tried.
        """
        self._before, self._after = states, {}
        values = [
            Seen(x[:, None], alone=True) if timed else x for x, timed in zip(flat, self.sequences)
        ]
        with Scope():
            outputs = list(leaves(self._run(self._graph, values)))
        shown = [x.array[:, 0] if isinstance(x, Seen) and x.alone else _array(x) for x in outputs]
        return shown, self._after

    def _run(self, graph: Graph, flat: list[Any]) -> Any:
        values = dict(zip(map(id, graph.flat_inputs), flat, strict=True))

        def value(x: Any) -> Any:
            return values[id(x)] if isinstance(x, SymbolicTensor) else x

        for node in graph.nodes:
            args, kwargs = map_leaves(value, (node.args, node.kwargs))
            results = self._apply(node.operation, args, kwargs)
            values |= zip(map(id, leaves(node.outputs)), leaves(results), strict=True)
        return map_leaves(value, graph.outputs)

    def _apply(self, operation: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Call a layer or function on this timestep, or on what came of all so far."""
        seen = [x for x in leaves((args, kwargs)) if isinstance(x, Seen)]
        alone = any(x.alone for x in seen)
        inner = getattr(operation, "_graph", None)
        if seen and inner is not None:
            return self._run(inner, operation._match(args[0], "inputs"))
        if alone and isinstance(operation, RecurrentLayer):
            return self._recur(operation, args, kwargs)
        if alone and self._before is None:
            together = all(x.alone for x in seen) and not isinstance(operation, Bidirectional)
            if not together or not _treats_each_alone(operation, args, kwargs):
                _refuse(operation, _why(operation, together))
        args, kwargs = map_leaves(_array, (args, kwargs))
        results = operation(*args, **kwargs)
        return map_leaves(lambda x: Seen(x, alone), results) if seen else results

    def _recur(self, layer: RecurrentLayer, args: tuple, kwargs: dict[str, Any]) -> Any:
        """A recurrent layer from the states before this timestep to those after it."""
        calls = sum(n.partition(":")[0] == layer.name for n in self._after)
        name = f"{layer.name}:{calls + 1}" if calls else str(layer.name)
        if self._before is None:
            self._check_recurrent(layer, args, kwargs)
            self.recurrent[name] = layer
        one = copy.copy(layer)  # of the same weights, and with no states of its own
        one.return_state, one._states = True, None
        x, mask = _array(args[0]), _array(kwargs.get("mask"))
        before = layer.get_initial_state(self.batch) if self._before is None else self._before[name]
        outputs, *after = one(x, initial_state=before, mask=mask, training=False)
        self._after[name] = list(leaves(after))
        first = Seen(outputs, alone=layer.return_sequences)
        return (first, *(Seen(s, alone=False) for s in after)) if layer.return_state else first

    def _check_recurrent(self, layer: RecurrentLayer, args: tuple, kwargs: dict[str, Any]) -> None:
        if layer.go_backwards:
            _refuse(layer, "it begins at the last timestep", "leave out go_backwards=True")
        if not isinstance(args[0], Seen) or kwargs.get("initial_state") is not None or args[1:]:
            raise ArgumentError(
                f"{layer.label} takes its first states from the model's graph, and a stepper keeps "
                "states of its own.",
                fixes=["a model without `initial_state`; then stepper.states = {...}"],
            )
        cells = layer.cell.cells if isinstance(layer.cell, StackedRNNCells) else [layer.cell]
        masked = get_mask(args[0].array) is not None or kwargs.get("mask") is not None
        if masked and not all(isinstance(c, Cell) for c in cells):
            raise ArgumentError(
                f"{layer.label} has a cell of your own behind a mask, which a stepper does not "
                "take: at a masked timestep it would have to know the last output.",
                fixes=["leave out the mask, and do not call the stepper for padding"],
            )


def _array(x: Any) -> Any:
    return x.array if isinstance(x, Seen) else x


def _has_timesteps(x: SymbolicTensor, graph: Graph) -> bool:
    """Whether an input is a sequence: of vectors, or of ids that are looked up."""
    readers = [n.operation for n in graph.nodes if any(i is x for i in n.inputs)]
    return len(x.shape) > 2 or any(isinstance(r, Embedding) for r in readers)


def _treats_each_alone(operation: Any, args: tuple, kwargs: dict[str, Any]) -> bool:
    """Whether a layer gives for each of a few timesteps what it gives for that one alone.

    It is tried with random weights, since first weights may hide what later ones do.
    """
    rng = np.random.default_rng(0)

    def draw(x: Any, *more: int) -> np.ndarray:
        shape, dtype = (*x.shape[:1], *more, *x.shape[1 + len(more) :]), np.dtype(x.dtype)
        whole = dtype.kind in "biu"
        return (rng.integers(0, 2, shape) if whole else rng.uniform(0.5, 1.5, shape)).astype(dtype)

    given = list(leaves((args, kwargs)))
    timed = [isinstance(x, Seen) for x in given]
    drawn = {
        k: draw(x.array, TRIED) if isinstance(x, Seen) else draw(x)
        for k, x in enumerate(given)
        if isinstance(x, (Seen, jax.Array))
    }
    weights = list(getattr(operation, "weights", ()))
    numbers = [draw(v) for v in weights]

    def call(numbers: list[Any], arrays: dict[int, Any], steps: slice) -> list[Any]:
        places = iter(range(len(given)))

        def argument(x: Any) -> Any:
            k = next(places)
            return arrays[k][:, steps] if timed[k] else arrays.get(k, x)

        own_args, own_kwargs = map_leaves(argument, (args, kwargs))
        with Scope(dict(zip(weights, numbers, strict=True))):
            return list(leaves(operation(*own_args, **own_kwargs)))

    def both(numbers: list[Any], arrays: dict[int, Any]) -> tuple[list[Any], list[Any]]:
        rows = [call(numbers, arrays, slice(t, t + 1)) for t in range(TRIED)]
        if any(x.shape[1:2] != (1,) for row in rows for x in row):
            raise ValueError("a timestep does not stay one")
        joined = [jnp.concatenate(parts, axis=1) for parts in zip(*rows, strict=True)]
        return call(numbers, arrays, slice(None)), joined

    try:
        # Compiled by itself, it gives numbers although the model's step is being traced.
        whole, joined = jax.jit(both).lower(numbers, drawn).compile()(numbers, drawn)
    except Exception:  # whatever it cannot do with another number of timesteps
        return False
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-5, equal_nan=True)
        for a, b in zip(whole, joined, strict=True)
    )


def _why(operation: Any, together: bool) -> str:
    if isinstance(operation, Bidirectional):
        return "its backward layer begins at the last timestep"
    if not together:
        return "it puts what came of all timesteps beside each of them"
    return "what it gives for a timestep depends on others"


def _refuse(operation: Any, why: str, *fixes: str) -> NoReturn:
    label = getattr(operation, "label", None) or f"the function {operation.name!r}"
    raise ArgumentError(
        f"{label} needs the whole sequence, and a stepper gives one timestep at a time: {why}.",
        fixes=[
            *fixes,
            "a model of recurrent layers that go forwards and layers that treat each timestep "
            "alone, such as Dense; behind a recurrent layer without return_sequences any layer",
            "model.predict(x) on the whole sequence",
        ],
    )
