"""Models in PyTorch: its fused layers, its fused Adam, and a plain loop of training."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from program import GATES, WIDTH, Layer, Program
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


def module(layer: Layer, steps: int, features: int) -> nn.Module:
    """One layer, without its activation."""
    if layer.kind in GATES:
        shape = {"batch_first": True, "bidirectional": layer.both}
        if layer.kind == "SimpleRNN":
            return nn.RNN(features, layer.units, nonlinearity=layer.activation or "tanh", **shape)
        return getattr(nn, layer.kind)(features, layer.units, **shape)
    if layer.kind == "Dense":
        return nn.Linear(features, layer.units)
    if layer.kind == "Conv1D":
        return nn.Conv1d(features, layer.units, WIDTH)
    if layer.kind == "Hadamard":
        holder = nn.Module()
        holder.kernel = nn.Parameter(torch.empty(1, steps, features))
        return holder
    return nn.Flatten() if layer.kind == "Flatten" else nn.Identity()


def converted(layer: Layer, weights: Any) -> list[np.ndarray]:
    """A layer's weights, taken from Keras's list, in the order and layout of PyTorch.

    Matrices are transposed. PyTorch adds a bias to the input's part and one to the state's; only a
    GRU uses both. Gates: LSTM i, f, g, o in both; GRU z, r, h in Keras and r, z, n in PyTorch.
    """
    found: list[np.ndarray] = []
    for _ in range((2 if layer.both else 1) if layer.kind in GATES else 0):
        kernel, recurrent, bias = (next(weights) for _ in range(3))
        pair = bias if layer.kind == "GRU" else np.stack([bias, np.zeros_like(bias)])
        matrices = [kernel.T, recurrent.T, *pair]
        if layer.kind == "GRU":
            matrices = [np.concatenate([np.split(m, 3)[i] for i in (1, 0, 2)]) for m in matrices]
        found += matrices
    if layer.kind == "Dense":
        found += [next(weights).T, next(weights)]
    elif layer.kind == "Conv1D":
        found += [next(weights).transpose(2, 1, 0), next(weights)]
    elif layer.kind == "Hadamard":
        found.append(next(weights))
    return found


class Net(nn.Module):
    """The program's layers; ragged samples are packed, so that padding costs nothing."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program = program
        self.parts = nn.ModuleList(module(*size) for size in program.sizes())
        weights = iter(program.initial_weights())
        kinds = {layer.kind for layer in program.layers}
        with torch.no_grad():
            for layer, part in zip(program.layers, self.parts, strict=True):
                values = converted(layer, weights)
                for parameter, value in zip(part.parameters(), values, strict=True):
                    parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
        for name, parameter in self.named_parameters():
            # A second bias that learns too would double the first one's steps.
            parameter.requires_grad_("GRU" in kinds or "bias_hh" not in name)

    def forward(self, x: Any, lengths: Any) -> Any:
        """Logits where the program classifies, else the outputs."""
        if self.program.shortest:
            x = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        for layer, part in zip(self.program.layers, self.parts, strict=True):
            if layer.kind in GATES:
                x, state = part(x)
                if not layer.sequences:
                    last = state[0] if layer.kind == "LSTM" else state
                    x = torch.cat([last[0], last[1]], -1) if layer.both else last[0]
            elif layer.kind == "Conv1D":
                x = part(x.transpose(1, 2)).transpose(1, 2)
            elif layer.kind == "Hadamard":
                x = x * part.kernel
            else:
                x = part(x)
            if layer.activation == "relu" and layer.kind != "SimpleRNN":
                x = torch.relu(x)
        return x


class Trained:
    """The net with its loop of training, over tensors in memory."""

    def __init__(self, program: Program) -> None:
        self.net = Net(program)
        self.program, self.lengths = program, torch.from_numpy(program.lengths())
        self.loss = nn.BCEWithLogitsLoss() if program.classifies else nn.MSELoss()
        learned = [p for p in self.net.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(learned, 1e-3, fused=True)
        self.taken = 0  # steps

    def set_threads(self, threads: int) -> None:
        """Work with so many."""
        torch.set_num_threads(threads)

    def fit(self, x: Any, y: Any, batch: int, epochs: int, shuffle: bool) -> list[float]:
        """Train; the loss of each epoch."""
        x, y, losses = torch.from_numpy(x), torch.from_numpy(y), []
        for _ in range(epochs):
            order, total = torch.randperm(len(x)) if shuffle else torch.arange(len(x)), 0.0
            for index in order.split(batch):
                # Keras adds epsilon before the correction of the second moment, PyTorch after it.
                self.taken += 1
                self.optimizer.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**self.taken) ** 0.5
                self.optimizer.zero_grad()
                loss = self.loss(self.net(x[index], self.lengths[index]), y[index])
                loss.backward()
                self.optimizer.step()
                total += loss.item() * len(index)
            losses.append(total / len(x))
        return losses

    def predict(self, x: Any, batch: int) -> np.ndarray:
        """The outputs for all samples."""
        self.net.eval()
        with torch.inference_mode():
            parts = zip(torch.from_numpy(x).split(batch), self.lengths.split(batch), strict=False)
            found = torch.cat([self.net(*part) for part in parts])
            return (torch.sigmoid(found) if self.program.classifies else found).numpy()

    def stepper(self) -> Any:
        """A function that takes one timestep of an LSTM with a Dense and keeps the state."""
        (lstm, dense), state = self.net.parts, None

        def step(x: np.ndarray) -> np.ndarray:
            nonlocal state
            with torch.inference_mode():
                output, state = lstm(torch.from_numpy(x)[None, None], state)
                return dense(output[0, 0]).numpy()

        return step
