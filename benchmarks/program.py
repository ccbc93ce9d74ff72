"""A program that is measured, stated once: its layers, data and initial weights.

Every system builds its model from the same `Program` and starts from the same `initial_weights`,
which follow the order of Keras's `get_weights`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

#: What a recurrent layer computes at each step: this many times its units.
GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
#: Steps that a convolution sees.
WIDTH = 3


@dataclass(frozen=True)
class Layer:
    """A layer in the words of Keras: its class, size, activation and whether it keeps the steps."""

    kind: str
    units: int = 0
    activation: str | None = None
    sequences: bool = False
    both: bool = False  # directions


@dataclass(frozen=True)
class Program:
    """A model, its data, and what is asked of recurra.

    Attributes:
        layers: first to last.
        steps, features, batch: the shape of a batch is (batch, steps, features).
        batches: steps of training an epoch.
        epochs: epochs of each `fit` that is timed.
        factor: how many times faster than the fastest peer training must be; 0: no goal.
        shortest: samples have from this many steps to `steps`; 0: all have `steps`.
    """

    layers: tuple[Layer, ...]
    steps: int
    features: int
    batch: int
    batches: int
    epochs: int
    factor: float = 0.0
    shortest: int = 0

    def sizes(self) -> Iterator[tuple[Layer, int, int]]:
        """Each layer with the steps (0: no such axis any more) and features that it gets."""
        steps, features = self.steps, self.features
        for layer in self.layers:
            yield layer, steps, features
            if layer.kind in GATES:
                steps = steps if layer.sequences else 0
                features = layer.units * (2 if layer.both else 1)
            elif layer.kind == "Conv1D":
                steps, features = steps - WIDTH + 1, layer.units
            elif layer.kind == "Flatten":
                steps, features = 0, steps * features
            elif layer.kind == "Dense":
                features = layer.units

    @property
    def classifies(self) -> bool:
        """Whether the model ends in a probability, learned by binary cross-entropy."""
        return self.layers[-1].activation == "sigmoid"

    def lengths(self) -> np.ndarray:
        """How many steps each sample really has."""
        samples = self.batch * self.batches
        if not self.shortest:
            return np.full(samples, self.steps)
        return np.random.default_rng(2).integers(self.shortest, self.steps + 1, samples)

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Random inputs, zero after a sample's last step, and targets of 0 and 1."""
        rng = np.random.default_rng(0)
        samples = self.batch * self.batches
        x = rng.standard_normal((samples, self.steps, self.features), "float32")
        if self.shortest:
            x[np.arange(self.steps) >= self.lengths()[:, None]] = 0
        *_, (last, steps, _) = self.sizes()
        shape = (samples, *([steps] if steps else []), last.units)
        return x, (rng.random(shape) > 0.5).astype("float32")

    def initial_weights(self) -> list[np.ndarray]:
        """Glorot-uniform kernels, orthogonal recurrent kernels and small random biases."""
        rng = np.random.default_rng(1)

        def kernel(*shape: int) -> np.ndarray:
            edge = (6 / (np.prod(shape[:-1]) + shape[-1])) ** 0.5
            return rng.uniform(-edge, edge, shape).astype("float32")

        def bias(*shape: int) -> np.ndarray:
            return rng.normal(scale=0.1, size=shape).astype("float32")

        weights: list[np.ndarray] = []
        for layer, steps, features in self.sizes():
            units = layer.units
            if layer.kind in GATES:
                width = GATES[layer.kind] * units
                for _ in range(2 if layer.both else 1):
                    square = np.linalg.qr(rng.normal(size=(width, units)))[0].T
                    # GRU has a bias for the input and one for the state (`reset_after`).
                    biases = bias(2, width) if layer.kind == "GRU" else bias(width)
                    weights += [kernel(features, width), square.astype("float32"), biases]
            elif layer.kind == "Dense":
                weights += [kernel(features, units), bias(units)]
            elif layer.kind == "Conv1D":
                weights += [kernel(WIDTH, features, units), bias(units)]
            elif layer.kind == "Hadamard":
                weights.append(kernel(1, steps, features))
        return weights
