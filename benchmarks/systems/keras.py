"""Models in Keras's API: recurra, and Keras on JAX or TensorFlow, each with its defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
from program import GATES, WIDTH, Layer, Program


def built(layer: Layer, library: Any) -> Any:
    """One layer."""
    layers = library.layers

    class Hadamard(layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.kernel = self.add_weight(name="kernel", shape=(1, *input_shape[1:]))

        def call(self, x: Any) -> Any:
            return x * self.kernel

    chosen = {"activation": layer.activation} if layer.activation else {}
    if layer.kind in GATES:
        kind = getattr(layers, layer.kind)
        one = kind(layer.units, return_sequences=layer.sequences, **chosen)
        return layers.Bidirectional(one) if layer.both else one
    return {
        "Dense": lambda: layers.Dense(layer.units, **chosen),
        "Conv1D": lambda: layers.Conv1D(layer.units, WIDTH, **chosen),
        "Activation": lambda: layers.Activation(layer.activation),
        "Flatten": layers.Flatten,
        "Hadamard": Hadamard,
    }[layer.kind]()


class Trained:
    """A compiled `Sequential`; padded steps are masked where samples are ragged."""

    def __init__(self, program: Program, library: Any) -> None:
        ragged = [library.layers.Masking(0.0)] if program.shortest else []
        shape = (program.steps, program.features)
        stack = [built(layer, library) for layer in program.layers]
        self.model = library.Sequential([library.Input(shape), *ragged, *stack])
        if hasattr(self.model, "stepper"):
            self.stepper = self.model.stepper
        self.model.set_weights(program.initial_weights())
        self.model.compile(
            optimizer=library.optimizers.Adam(1e-3, epsilon=1e-7),
            loss="binary_crossentropy" if program.classifies else "mse",
        )

    def fit(self, x: Any, y: Any, batch: int, epochs: int, shuffle: bool) -> list[float]:
        """Train; the loss of each epoch."""
        history = self.model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=shuffle, verbose=0)
        return [float(loss) for loss in history.history["loss"]]

    def predict(self, x: Any, batch: int) -> np.ndarray:
        """The outputs for all samples."""
        return np.asarray(self.model.predict(x, batch_size=batch, verbose=0))
