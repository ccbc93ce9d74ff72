"""A model that takes one timestep at a time and keeps its states in between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recurra.engine.arguments import did_you_mean
from recurra.engine.errors import ArgumentError, ShapeError
from recurra.engine.rule import Expected
from recurra.engine.shapes import Axis, Shape
from recurra.engine.symbolic import SymbolicTensor
from recurra.engine.tree import pack_like
from recurra.engine.variable import Variable
from recurra.layers.embedding import Embedding
from recurra.models.stepping import Stepping
from recurra.training.arrays import check_finite, to_numpy
from recurra.training.checks import check_counts
from recurra.training.runner import Runner


class Stepper:
    """Runs a model timestep by timestep: after each one it gives the output so far.

    Made by `model.stepper()`. After t calls the output is that of `model.predict` on the t
    timesteps since the last `reset`: its last timestep, or its only output where the last recurrent
    layer does not return sequences. Weights are the model's own, also after further training;
    states that `stateful` layers carry are neither used nor changed.

    Args:
        model: a Sequential, or a Model made from inputs and outputs, of recurrent layers and layers
            that treat each timestep alone.
        batch_size: how many sequences are followed side by side.

    Raises:
        ArgumentError: for a model with a layer that needs the whole sequence.

    Example:
        >>> from recurra import Input, Sequential
        >>> from recurra.layers import LSTM, Dense
        >>> model = Sequential([Input((20, 1)), LSTM(4), Dense(1)])
        >>> stepper, x = model.stepper(), np.ones((20, 1), "float32")
        >>> for x_t in x:
        ...     y = stepper(x_t)
        >>> bool(np.allclose(y, model.predict(x[None], verbose=0)[0], atol=1e-6))
        True
    """

    def __init__(self, model: Any, batch_size: int = 1) -> None:
        check_counts("stepper", batch_size=1 if batch_size is None else batch_size)
        self._stepping = stepping = Stepping(model, int(batch_size or 1))
        self._inputs = [
            _Input(model, x, timed, stepping.batch)
            for x, timed in zip(stepping.inputs, stepping.sequences)
        ]
        self._match, self._alone = model._match, len(self._inputs) == 1
        self._single = isinstance(stepping.outputs, SymbolicTensor)
        self._starts = stepping.starts()
        self._states = {
            name: [Variable(s, trainable=False, name="state") for s in states]
            for name, states in self._starts.items()
        }
        carried = [v for states in self._states.values() for v in states]
        self._runner = Runner(self._step, model.weights, carried, reuse=False)

    def __call__(self, x: Any) -> Any:
        """Take one timestep.

        Args:
            x: the features of the timestep, (batch, features), or (features,) where the batch size
                is 1; a list or dict of them for several inputs.

        Returns:
            The output as a NumPy array (batch, ...), without the batch where `x` has none; several
            outputs in their structure.
        """
        flat = [x] if self._alone and not isinstance(x, dict) else self._match(x, "x")
        outputs = self._runner.on_batch([i.take(a) for i, a in zip(self._inputs, flat)])
        if self._single:
            return np.array(outputs[0])
        return pack_like(self._stepping.outputs, [np.array(a) for a in outputs])

    def _step(self, batch: list[Any], rows: Any) -> list[Any]:
        single = all(a.ndim < len(i.sizes) for i, a in zip(self._inputs, batch))
        batch = [a.reshape(i.sizes) for i, a in zip(self._inputs, batch)]
        before = {name: [v.value for v in own] for name, own in self._states.items()}
        outputs, after = self._stepping.step(batch, before)
        for name, own in self._states.items():
            for variable, value in zip(own, after[name], strict=True):
                variable.assign(value)
        return [y[0] for y in outputs] if single else outputs

    def reset(self) -> None:
        """Begin new sequences."""
        self.states = self._starts

    @property
    def states(self) -> dict[str, list[np.ndarray]]:
        """The states of each recurrent layer by its name, arrays (batch, units).

        They are copies, to be kept and given back later: `stepper.states = states`.
        """
        return {name: [v.numpy() for v in own] for name, own in self._states.items()}

    @states.setter
    def states(self, values: Mapping[str, Sequence[Any]]) -> None:
        unknown = [name for name in values if name not in self._states]
        if unknown:
            raise ArgumentError(
                f"stepper.states: there is no recurrent layer {unknown[0]!r}"
                f"{did_you_mean(str(unknown[0]), self._states) or '.'} "
                f"There is {', '.join(self._states)}."
            )
        for name, given in values.items():
            have = [np.shape(a) for a in given]
            want = [v.shape for v in self._states[name]]
            if have != want:
                raise ArgumentError(
                    f"stepper.states: {name!r} has states of shapes {_listed(want)}, and "
                    f"{_listed(have)} came."
                )
        for name, given in values.items():
            for variable, value in zip(self._states[name], given, strict=True):
                variable.assign(value)


def _listed(shapes: list[tuple]) -> str:
    return ", ".join(map(str, shapes)) or "none"


class _Input:
    """One input of a step: brings what is given to a checked array."""

    def __init__(self, model: Any, tensor: SymbolicTensor, timed: bool, batch: int) -> None:
        self.label, self.argument = f"stepper of {model.label}", model._argument("x", tensor)
        axes = [a for k, a in enumerate(tensor.axes) if k and not (timed and k == 1)]
        self.sizes = (batch, *(a.size for a in axes))
        self.shapes = (self.sizes, self.sizes[1:]) if batch == 1 else (self.sizes,)
        self.expected = Expected(map(Axis, ("batch", *(a.name for a in axes)), self.sizes))
        self.origin = getattr(tensor.node and tensor.node.operation, "origin", None)
        self.dtype = np.dtype(tensor.dtype)
        self.finite = self.dtype.kind == "f" and not model._feed("predict")._masks_nan
        readers = [n.operation for n in model._graph.nodes if n.args and n.args[0] is tensor]
        self.ids = [r for r in readers if isinstance(r, Embedding)]

    def take(self, x: Any) -> np.ndarray:
        """The array (batch, ...), or (...) where it is one sample without the batch."""
        if type(x) is not np.ndarray or x.dtype != self.dtype:
            x = np.asarray(to_numpy(x, self.argument, self.label)).astype(self.dtype)
        if x.shape not in self.shapes:
            x = self._with_last_axis(x)
        if self.finite and not math.isfinite(np.vdot(x, x)):  # cheaper than to look at each
            check_finite(x, self.argument, self.label)
        for layer in self.ids:
            layer.check_input(np.atleast_1d(x), self.argument)
        return x

    def _with_last_axis(self, x: np.ndarray) -> np.ndarray:
        """An array that lacks only a last axis of size 1."""
        if self.sizes[-1] == 1 and (*x.shape, 1) in self.shapes:
            return x[..., None]
        names = [a.name for a in self.expected]
        raise ShapeError(
            self.label,
            self.argument,
            Shape(x.shape, names if x.ndim == len(names) else None),
            self.expected,
            origin=self.origin,
            problem=f"{self.label} takes one timestep at a time, {self.expected}, and "
            f"`{self.argument}` is {Shape(x.shape)}.",
            fixes=["for x_t in x: y = stepper(x_t)  # x is (timesteps, features)"]
            + [f"model.stepper(batch_size={len(x)})"] * (x.shape[1:] == self.sizes[1:]),
        )
