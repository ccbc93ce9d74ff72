"""Random recurrences, and how far the native kernels are from NumPy on them.

`python -m tests.kernels.drawn FIRST END` compares those with these numbers and says how far off
the kernels are at most, for tests that need a process of their own.
"""

from __future__ import annotations

import json
import sys
from typing import Any, NamedTuple

import jax
import numpy as np

from recurra.kernels import Form, Gated, Recurrence, calls, library
from tests.kernels import closed, frames

#: The greatest difference, as a share of the largest number of an array or of 1: what rounding
#: explains in sums over up to 5000 numbers and after up to 60 steps, and about three times what was
#: seen over 3000 recurrences.
TOLERANCE = {"float32": 3e-5, "float64": 1e-12}
#: How far from a jump of a slope all arguments are, so that rounding does not take one across it.
CLEAR = {"float32": 2e-6, "float64": 1e-11}
#: Between other values, or without bounds, a recurrence soon makes small differences large.
GATES = ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras1")
BOUNDED = (*GATES, "tanh", "hard_tanh", "softsign")
MASKS = ("none", "none", "right", "left", "holes", "some empty", "all empty")
#: Numbers at which kernels change over from one way to another: vectors, tiles, chunks, blocks.
EDGES = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    11,
    12,
    13,
    15,
    16,
    17,
    23,
    24,
    31,
    32,
    33,
    47,
    48,
    49,
    63,
    64,
    65,
)


#: The step without its arrays, which only JAX looks into.
STEP = Gated(lambda *_: (), None)  # type: ignore[arg-type]


class Case(NamedTuple):
    """One recurrence: how, on what, and the gradients of a loss by what comes out."""

    form: Form
    reverse: bool
    sequences: bool
    dtype: str
    data: closed.Data
    d_outputs: Any
    d_after: tuple
    expected: closed.Found

    def __str__(self) -> str:
        steps, batch, features = self.data.x.shape
        words = [*self.form, self.dtype, f"{steps=} {batch=} {features=}"]
        words += [f"units={self.data.h.shape[1]}", f"{self.reverse=} {self.sequences=}"]
        there = [
            k
            for k in ("bias", "recurrent_bias", "mask", "keep")
            if getattr(self.data, k) is not None
        ]
        return " ".join(map(str, [*words, *there]))


def mask_of(rng: np.random.Generator, kind: str, steps: int, batch: int) -> Any:
    """A mask (steps, batch) of a kind, or None."""
    lengths, t = rng.integers(0, steps + 1, batch), np.arange(steps)[:, None]
    if kind == "right":
        return t < lengths
    if kind == "left":
        return t >= lengths
    if kind == "holes":
        return rng.random((steps, batch)) < rng.choice([0.2, 0.6, 0.95])
    if kind == "some empty":
        return (t < lengths) & (rng.random(batch) < 0.5)
    return None if kind == "none" else np.zeros((steps, batch), bool)


def sizes_of(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Steps, batch, features and units: mostly small, at times one of them large."""
    steps, batch = int(rng.integers(1, 13)), int(rng.choice(EDGES[:19]))
    features, units = int(rng.choice(EDGES[:16])), int(rng.choice(EDGES[:19]))
    kind = rng.integers(12)
    if kind == 0:
        units, steps = int(rng.integers(66, 160)), min(steps, 4)
    elif kind == 1:
        features, batch = int(rng.integers(66, 301)), min(batch, 16)
    elif kind == 2:
        batch, steps = int(rng.choice(EDGES)) + 40, min(steps, 6)
    elif kind == 3:  # so many steps and samples that gradients of weights are sums of ranges
        steps, batch, features, units = 60, int(rng.integers(69, 90)), min(features, 5), 3
    elif kind == 4:
        steps = int(rng.integers(0, 2))
    return steps, batch, features, units


def draw(number: int) -> Case:
    """The random recurrence with a number."""
    rng = np.random.default_rng(number)
    names = list(closed.ACTIVATIONS)
    usual = rng.random() < 0.2
    form = Form(
        str(rng.choice(calls.CELLS)),
        "tanh" if usual else names[number % len(names)],
        "sigmoid" if usual else names[number // len(names) % len(names)],
    )
    dtype = str(rng.choice([*TOLERANCE]))
    sizes, kind = sizes_of(rng), str(rng.choice(MASKS))
    bias, dropout, reverse, sequences = (rng.random(4) < (0.8, 0.3, 0.5, 0.6)).tolist()
    tame = form.activation in BOUNDED and form.recurrent_activation in GATES
    scale = (1 if tame else 0.5) * (1 if sizes[0] < 20 else 0.5)
    for attempt in range(50):
        if attempt > 8:  # fewer numbers are rarely all far from the kinks
            sizes = (sizes[0] + 1) // 2, (sizes[1] + 1) // 2, *sizes[2:]
        data = _data(rng, form.cell, sizes, dtype, bias, dropout, kind, scale)
        steps, batch, units = *sizes[:2], sizes[3]
        d_outputs = rng.normal(size=(steps, batch, units)).astype(dtype) if sequences else None
        d_after = tuple(rng.normal(size=(batch, units)).astype(dtype) for _ in data.states)
        with np.errstate(all="ignore"):  # some grow out of all bounds
            expected = closed.run(*form, data, reverse, d_outputs, d_after)
        large = max(abs(a).max(initial=0) for a in expected.after)
        if expected.margin > CLEAR[dtype] and large < 10:
            return Case(form, reverse, sequences, dtype, data, d_outputs, d_after, expected)
    raise AssertionError(
        f"number {number}: no data far from the kinks for {form} in {dtype} with {sizes}"
    )


def _data(
    rng: np.random.Generator,
    cell: str,
    sizes: tuple[int, int, int, int],
    dtype: str,
    bias: bool,
    dropout: bool,
    mask: str,
    scale: float,
) -> closed.Data:
    steps, batch, features, units = sizes
    width = {"simple_rnn": 1, "lstm": 4}.get(cell, 3) * units

    def normal(*shape: int, scale: float = scale) -> Any:
        return (rng.normal(size=shape) * scale).astype(dtype)

    both = bias and cell != "gru_reset_before"  # which has no second one
    x, real = normal(steps, batch, features), mask_of(rng, mask, steps, batch)
    if real is not None:
        x[~real] = np.nan  # padding may hold anything
    return closed.Data(
        x,
        normal(features, width, scale=scale / max(features, 1) ** 0.5),
        normal(units, width, scale=scale / units**0.5),
        normal(batch, units),
        normal(batch, units) if cell == "lstm" else None,
        normal(width) if bias else None,
        normal(width) if both and rng.random() < 0.5 else None,
        real,
        (rng.random((batch, units)) < 0.5).astype(dtype) * 2 if dropout else None,
    )


def found(*cases: Case) -> list[tuple[Any, tuple, closed.Data]]:
    """What the native kernels find in one call: outputs or None, last states and gradients."""
    hows = tuple(
        calls.How(c.form, Recurrence(c.reverse, sequences=c.sequences), STEP) for c in cases
    )
    arrays = tuple(calls.Arrays(*c.data) for c in cases)
    d_results = tuple((c.d_outputs, c.d_after) for c in cases)
    with frames.instead_of_xla():
        results, _ = calls.forward(hows, arrays, training=False)
        in_training, kept = calls.forward(hows, arrays, training=True)
        gradients = calls.backward(hows, arrays, kept, d_results, wants_input=True)
        of_weights = calls.backward(hows, arrays, kept, d_results, wants_input=False)
    assert all(g.x is None for g in of_weights)
    others = tuple(g._replace(x=h.x) for g, h in zip(of_weights, gradients, strict=True))
    alike((results, gradients), (in_training, others), "what else is asked for changes results")
    return [(*r, closed.Data(*g)) for r, g in zip(results, gradients, strict=True)]


def alike(one: Any, other: Any, otherwise: str) -> None:
    """The same numbers in both, to the last bit."""
    for a, b in zip(*map(jax.tree.leaves, (one, other)), strict=True):
        np.testing.assert_array_equal(a, b, otherwise)


def difference(one: Any, other: Any) -> float:
    """The greatest difference of two arrays, as a share of the largest number or of 1."""
    assert one.shape == other.shape
    if not one.size:
        return 0.0
    return float(abs(one - other).max() / max(1.0, abs(other).max()))


def differences(case: Case) -> dict[str, float]:
    """How far each thing that the kernels find is from what NumPy finds."""
    want = case.expected
    ((outputs, after, gradients),) = found(case)
    result = {f"state {k}": difference(a, b) for k, (a, b) in enumerate(zip(after, want.after))}
    if case.sequences:
        result["outputs"] = difference(outputs, want.outputs)
    for name, a, b in zip(closed.Data._fields, gradients, want.gradients):
        assert (a is None) == (b is None), name
        if a is not None:
            assert a.dtype == case.dtype
            result[f"gradient of {name}"] = difference(a, b)
    return result


def check(first: int, end: int) -> dict[str, float]:
    """Compare the recurrences with these numbers; the greatest difference for each type."""
    worst = dict.fromkeys(TOLERANCE, 0.0)
    for number in range(first, end):
        case = draw(number)
        for what, by in differences(case).items():
            assert by <= TOLERANCE[case.dtype], f"number {number}, {case}: {what} is off by {by}"
            worst[case.dtype] = max(worst[case.dtype], by)
    return worst


if __name__ == "__main__":
    print(json.dumps([library.isa(), check(*map(int, sys.argv[1:]))]))
