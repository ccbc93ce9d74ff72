"""The programs that are measured, for each library: one training step and a whole first epoch."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

#: name: (inputs, targets, batch size, epochs to time); shapes are (samples, ...)
SHAPES: dict[str, tuple[tuple[int, ...], tuple[int, ...], int, int]] = {
    "SimpleRNN(64, relu), (1000, 64, 1)": ((8000, 64, 1), (8000, 1), 1000, 2),
    "LSTM 5 -> LSTM 4, (10, 20, 1)": ((1000, 20, 1), (1000, 1), 10, 5),
    "two LSTM(128), (52, 20, 30)": ((1040, 20, 30), (1040, 1), 52, 3),
    "Conv1D(1, 3), (5, 133906, 1)": ((50, 133_906, 1), (50, 1), 5, 3),
    "Dense, Hadamard, (10, 10, 64)": ((1000, 10, 64), (1000, 10, 1), 10, 5),
    "LSTM(128), (1, 600, 25)": ((10, 600, 25), (10, 600, 1), 1, 3),
}


def data(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Random inputs, and targets of 0 and 1."""
    x_shape, y_shape, _, _ = SHAPES[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=x_shape).astype("float32")
    return x, (rng.random(size=y_shape) > 0.5).astype("float32")


def keras_model(name: str, keras: Any) -> Any:
    """The model in Keras's API, which is also recurra's."""
    layers = keras.layers
    shape = SHAPES[name][0][1:]

    class Hadamard(layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.kernel = self.add_weight(name="kernel", shape=(1, *input_shape[1:]))

        def call(self, x: Any) -> Any:
            return x * self.kernel

    stacks: dict[str, list[Any]] = {
        "SimpleRNN": [layers.SimpleRNN(64, activation="relu"), layers.Dense(1, "sigmoid")],
        "LSTM 5": [
            layers.LSTM(5, return_sequences=True),
            layers.LSTM(4),
            layers.Dense(1, "sigmoid"),
        ],
        "two": [
            layers.LSTM(128, return_sequences=True),
            layers.LSTM(128),
            layers.Dense(1, "sigmoid"),
        ],
        "Conv1D": [layers.Conv1D(1, 3), layers.Flatten(), layers.Dense(1, "sigmoid")],
        "Dense": [
            layers.Dense(128, "relu"),
            layers.Dense(64),
            Hadamard(),
            layers.Activation("relu"),
            layers.Dense(32),
            layers.Dense(1),
        ],
        "LSTM(128)": [layers.LSTM(128, return_sequences=True), layers.Dense(1)],
    }
    stack = next(v for k, v in stacks.items() if name.startswith(k))
    model = keras.Sequential([keras.Input(shape), *stack])
    binary = "sigmoid" in str(stack[-1].get_config()["activation"])
    model.compile(optimizer="adam", loss="binary_crossentropy" if binary else "mse")
    return model


def with_keras(name: str, keras: Any) -> Callable[[], float]:
    """A function that trains one epoch and returns the loss."""
    model = keras_model(name, keras)
    x, y = data(name)
    batch = SHAPES[name][2]

    def epoch() -> float:
        history = model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
        return float(history.history["loss"][0])

    return epoch


def with_torch(name: str) -> Callable[[], float]:
    """The same in PyTorch."""
    import torch
    from torch import nn

    torch.set_num_threads(os.cpu_count() or 1)

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kind = name
            if name.startswith("SimpleRNN"):
                self.a, self.out = (
                    nn.RNN(1, 64, nonlinearity="relu", batch_first=True),
                    nn.Linear(64, 1),
                )
            elif name.startswith("LSTM 5"):
                self.a, self.b = nn.LSTM(1, 5, batch_first=True), nn.LSTM(5, 4, batch_first=True)
                self.out = nn.Linear(4, 1)
            elif name.startswith("two"):
                self.a, self.b = (
                    nn.LSTM(30, 128, batch_first=True),
                    nn.LSTM(128, 128, batch_first=True),
                )
                self.out = nn.Linear(128, 1)
            elif name.startswith("Conv1D"):
                self.conv, self.out = nn.Conv1d(1, 1, 3), nn.Linear(133_904, 1)
            elif name.startswith("Dense"):
                self.first, self.second = nn.Linear(64, 128), nn.Linear(128, 64)
                self.kernel = nn.Parameter(torch.ones(1, 10, 64))
                self.third, self.out = nn.Linear(64, 32), nn.Linear(32, 1)
            else:
                self.a, self.out = nn.LSTM(25, 128, batch_first=True), nn.Linear(128, 1)

        def forward(self, x: Any) -> Any:
            if self.kind.startswith("Conv1D"):
                return self.out(self.conv(x.transpose(1, 2)).flatten(1))
            if self.kind.startswith("Dense"):
                x = self.second(torch.relu(self.first(x)))
                return self.out(self.third(torch.relu(x * self.kernel)))
            x, _ = self.a(x)
            if hasattr(self, "b"):
                x, _ = self.b(x)
            return self.out(x if self.kind.startswith("LSTM(128)") else x[:, -1])

    net = Net()
    regression = name.startswith(("Dense", "LSTM(128)"))
    loss_of = nn.MSELoss() if regression else nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(net.parameters())
    x, y = (torch.from_numpy(a) for a in data(name))
    batch = SHAPES[name][2]

    def epoch() -> float:
        order, total = torch.randperm(len(x)), 0.0
        for at in range(0, len(x), batch):
            index = order[at : at + batch]
            optimizer.zero_grad()
            loss = loss_of(net(x[index]), y[index])
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(index)
        return total / len(x)

    return epoch


def main(system: str, name: str, started: float) -> dict[str, float]:
    """Train in this process; returns ms a step, seconds to the end of the first epoch, peak MB."""
    import resource

    if system == "recurra":
        import recurra

        epoch = with_keras(name, recurra)
    elif system == "keras":
        os.environ["KERAS_BACKEND"] = "jax"
        import keras

        epoch = with_keras(name, keras)
    else:
        epoch = with_torch(name)
    epoch()
    first = time.time() - started
    x_shape, _, batch, epochs = SHAPES[name]
    epoch()  # a second one to settle
    steps, best = -(-x_shape[0] // batch), float("inf")
    for _ in range(epochs):
        begin = time.perf_counter()
        epoch()
        best = min(best, (time.perf_counter() - begin) / steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"ms": best * 1e3, "first": first, "peak": peak}


if __name__ == "__main__":
    import json

    print(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
