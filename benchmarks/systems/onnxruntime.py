"""Models in ONNX Runtime, which only predicts: a graph of its own recurrent operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from program import GATES, Layer, Program

#: ONNX's operator and its order of Keras's gates: LSTM i, f, c, o to i, o, f, c; GRU z, r, h.
OPERATORS = {"SimpleRNN": ("RNN", [0]), "LSTM": ("LSTM", [0, 3, 1, 2]), "GRU": ("GRU", [0, 1, 2])}


class Graph:
    """Nodes and weights; recurrent operators work on (time, batch, features)."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, kind: str, *inputs: str, results: int = 1, **attributes: Any) -> str:
        """A node; the name of its last result."""
        names = [f"v{len(self.nodes)}_{k}" for k in range(results)]
        outputs = ["" if name != names[-1] else name for name in names]
        self.nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs[-1]

    def constant(self, value: np.ndarray) -> str:
        """The name of a weight."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def recurrent(self, x: str, layer: Layer, weights: Any, lengths: str) -> str:
        """A recurrent layer, time-major: (time, batch, units) or (batch, units)."""
        operator, order = OPERATORS[layer.kind]
        directions = 2 if layer.both else 1

        def gates(value: np.ndarray) -> np.ndarray:
            return np.concatenate([np.split(value, len(order))[k] for k in order])

        stacks: list[list[np.ndarray]] = [[], [], []]
        for _ in range(directions):
            kernel, square, bias = (next(weights) for _ in range(3))
            pair = bias if layer.kind == "GRU" else (bias, np.zeros_like(bias))
            values = gates(kernel.T), gates(square.T), np.concatenate([gates(b) for b in pair])
            for stack, value in zip(stacks, values, strict=True):
                stack.append(value)
        attributes: dict[str, Any] = {"hidden_size": layer.units}
        attributes["direction"] = "bidirectional" if layer.both else "forward"
        if layer.kind == "GRU":
            attributes["linear_before_reset"] = 1
        if layer.kind == "SimpleRNN":
            attributes["activations"] = [(layer.activation or "tanh").capitalize()] * directions
        inputs = [x, *(self.constant(np.stack(stack)) for stack in stacks), lengths]
        found = self.add(operator, *inputs, results=1 if layer.sequences else 2, **attributes)
        # (time, directions, batch, units), or the last state: (directions, batch, units)
        axes = [0, 2, 1, 3] if layer.sequences else [1, 0, 2]
        shape = np.array([*([0] * (len(axes) - 2)), directions * layer.units])
        return self.add("Reshape", self.add("Transpose", found, perm=axes), self.constant(shape))


def graph(program: Program) -> Any:
    """The program as an ONNX model."""
    g, weights, x, time_major = Graph(), iter(program.initial_weights()), "x", False
    lengths = "lengths" if program.shortest else ""
    for layer in program.layers:
        if layer.kind in GATES:
            x = x if time_major else g.add("Transpose", x, perm=[1, 0, 2])
            x, time_major = g.recurrent(x, layer, weights, lengths), layer.sequences
            continue
        if time_major:
            x, time_major = g.add("Transpose", x, perm=[1, 0, 2]), False
        if layer.kind == "Dense":
            x = g.add("MatMul", x, g.constant(next(weights)))
            x = g.add("Add", x, g.constant(next(weights)))
        elif layer.kind == "Conv1D":
            x = g.add("Transpose", x, perm=[0, 2, 1])
            kernel = g.constant(next(weights).transpose(2, 1, 0))
            x = g.add("Conv", x, kernel, g.constant(next(weights)))
            x = g.add("Transpose", x, perm=[0, 2, 1])
        elif layer.kind == "Hadamard":
            x = g.add("Mul", x, g.constant(next(weights)))
        elif layer.kind == "Flatten":
            x = g.add("Flatten", x)
        if layer.activation:
            x = g.add(layer.activation.capitalize(), x)
    inputs = [("x", TensorProto.FLOAT, [None, program.steps, program.features])]
    inputs += [("lengths", TensorProto.INT32, [None])] if program.shortest else []
    return helper.make_model(
        helper.make_graph(
            g.nodes,
            "program",
            [helper.make_tensor_value_info(*spec) for spec in inputs],
            [helper.make_tensor_value_info(x, TensorProto.FLOAT, None)],
            g.weights,
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )


class Trained:
    """A session with as many threads as suit the program."""

    def __init__(self, program: Program) -> None:
        self.program, self.lengths = program, program.lengths().astype("int32")
        self.model = graph(program).SerializeToString()
        self.set_threads(0)

    def set_threads(self, threads: int) -> None:
        """Work with so many; 0: ONNX Runtime's choice."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(
            self.model, options, providers=["CPUExecutionProvider"]
        )

    def predict(self, x: Any, batch: int) -> np.ndarray:
        """The outputs for all samples."""
        found = []
        for k in range(0, len(x), batch):
            fed = {"x": x[k : k + batch]}
            if self.program.shortest:
                fed["lengths"] = self.lengths[k : k + batch]
            found.append(self.session.run(None, fed)[0])
        return np.concatenate(found)
