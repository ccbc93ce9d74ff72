"""What a program cannot avoid: its multiplications, and at batch 1 the reading of its weights.

The limit of a step is the larger of
- its floating-point operations at the speed of a large matrix product, measured in the same run;
- at batch 1, its recurrent weights at the speed of one core reading from L2: each time step of a
  single sequence is a product of a matrix and a vector, which reads every recurrent weight, once
  forward and once backward.
Activations, the loss, the optimizer and all of Python count as nothing: no program reaches 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from program import GATES, WIDTH, Program


@dataclass(frozen=True)
class Limit:
    """The least time of a step, and what binds: "FMA" or "L2"."""

    ms: float
    bound: str


def forward(program: Program) -> tuple[float, float]:
    """Operations of one forward pass over a batch: all, and those of the first layer's input.

    Only real steps of ragged samples count. A product of (n, k) and (k, m) takes 2 n k m.
    """
    real = float(program.lengths().mean()) / program.steps
    total, first = 0.0, 0.0
    for layer, steps, features in program.sizes():
        rows, units = program.batch * max(steps, 1) * real ** bool(steps), layer.units
        by_input, by_state = 0.0, 0.0
        if layer.kind in GATES:
            width = GATES[layer.kind] * units * (2 if layer.both else 1)
            by_input, by_state = 2 * rows * features * width, 2 * rows * units * width
        elif layer.kind == "Dense":
            by_input = 2 * rows * features * units
        elif layer.kind == "Conv1D":
            by_input = 2 * program.batch * (steps - WIDTH + 1) * WIDTH * features * units
        elif layer.kind == "Hadamard":
            by_input = rows * features
        first = first or by_input
        total += by_input + by_state
    return total, first


def streamed(program: Program) -> float:
    """Bytes of recurrent weights that one forward pass reads, at batch 1."""
    if program.batch > 1:
        return 0.0
    return sum(
        4.0 * steps * GATES[layer.kind] * layer.units**2 * (2 if layer.both else 1)
        for layer, steps, _ in program.sizes()
        if layer.kind in GATES
    )


def limit(program: Program, gflops: float, stream: float, training: bool = True) -> Limit:
    """The least time of a step on this machine.

    Backward has the gradients of inputs and of weights, each as much work as forward; the data need
    no gradient, so the first layer's input counts twice and all else three times.

    Args:
        program: what is computed.
        gflops: 10^9 operations a second of a large matrix product, all cores.
        stream: 10^9 bytes a second that one core reads from L2.
        training: forward and backward, or forward alone.
    """
    total, first = forward(program)
    operations = 3 * total - first if training else total
    fma = operations / gflops / 1e6
    l2 = streamed(program) * (2 if training else 1) / stream / 1e6
    return Limit(l2, "L2") if l2 > fma else Limit(fma, "FMA")
