"""The calls of the kernels in `src/`: which buffers go in and come out, in which order.

Three calls share the work of the way back, so that XLA leaves out what nobody asks for: the
gradients of the projections, step by step; from these those of the weights, and of the inputs.
Every call takes its buffers in the order in which `src/ffi_recurrence.cc` reads them.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np

from recurra.kernels import library

if TYPE_CHECKING:
    from recurra.kernels import Gated, Recurrence

#: The cells in the order of their numbers in `src/recurrence.h`.
CELLS = ("simple_rnn", "lstm", "gru", "gru_reset_before")


class Form(NamedTuple):
    """What a native kernel computes: a cell with these activations, by their names in `src/`."""

    cell: str
    activation: str | None
    recurrent_activation: str | None


@cache
def activations() -> dict[str, tuple[int, bool]]:
    """Number of each activation, and whether its value is kept for the way back."""
    rows = library.activations().split()
    names, kept = rows[::2], rows[1::2]
    return {n.rstrip("_"): (k, v == "true") for k, (n, v) in enumerate(zip(names, kept))}


class How(NamedTuple):
    """What is fixed when a program is compiled: the kernel, and the same step for `reference`."""

    form: Form
    way: Recurrence
    step: Gated  # without its arrays


class Arrays(NamedTuple):
    """What a recurrence is computed from; None where there is none."""

    x: Any
    kernel: Any
    recurrent: Any
    h: Any
    c: Any
    bias: Any
    recurrent_bias: Any
    mask: Any
    keep: Any

    @property
    def fixed(self) -> Arrays:
        """What there is no gradient of, alone."""
        return Arrays(*(None,) * 7, self.mask, self.keep)

    @property
    def free(self) -> Arrays:
        """What there is a gradient of, alone."""
        return self._replace(mask=None, keep=None)


class Kept(NamedTuple):
    """What the way back needs: all outputs, what slopes follow from, and an LSTM's cells."""

    outputs: Any
    row: Any
    cells: Any


def results(how: How, arrays: Arrays) -> tuple[Any, tuple]:
    """Shapes and types of what it gives."""
    sequence, _, _ = _sizes(how, arrays)
    like = partial(jax.ShapeDtypeStruct, dtype=arrays.x.dtype)
    states = (like(sequence[1:]),) * (1 if arrays.c is None else 2)
    return (like(sequence) if how.way.sequences else None), states


def _call(
    name: str, how: How, arrays: Arrays, given: list, results: dict, flags: tuple, alias: Any = None
) -> list:
    """Call a kernel; results that are None are not there."""
    wanted = {k: v for k, v in results.items() if v is not None}
    numbers = [
        CELLS.index(how.form.cell),
        *(activations()[str(name)][0] for name in how.form[1:]),
        how.way.reverse,
        arrays.bias is not None,
        arrays.recurrent_bias is not None,
        arrays.mask is not None,
        arrays.keep is not None,
        *flags,
    ]
    call = jax.ffi.ffi_call(
        name,
        [jax.ShapeDtypeStruct(shape, arrays.x.dtype) for shape in wanted.values()],
        vmap_method="sequential",
        input_output_aliases=alias,
    )
    there = [a for a in given if a is not None]
    found = iter(varying_alike([*call(*there, how=np.array(numbers, np.int64)), *there]))
    return [None if v is None else next(found) for v in results.values()]


def _sizes(how: How, arrays: Arrays) -> tuple:
    """(timesteps, batch, units), the shape of a state, and that of all rows of projections."""
    steps, batch, _ = arrays.x.shape
    units = arrays.recurrent.shape[0]
    segments = 1 if how.form.cell == "simple_rnn" else 4
    return (steps, batch, units), (batch, units), (steps, batch, segments * units)


def _keeps_row(how: How) -> bool:
    """Whether more is kept than outputs: a SimpleRNN's slope mostly follows from these."""
    return how.form.cell != "simple_rnn" or not activations()[str(how.form.activation)][1]


def forward(how: How, arrays: Arrays, training: bool) -> tuple[tuple[Any, tuple], Kept]:
    """Results of a recurrence, and in training what the way back needs."""
    a = arrays
    sequence, state, row = _sizes(how, a)
    lstm = a.c is not None
    h, c, outputs, kept, cells = _call(
        "recurra_forward",
        how,
        a,
        [a.x, a.kernel, a.recurrent, a.h, a.c, a.bias, a.recurrent_bias, a.mask, a.keep],
        {
            "h": state,
            "c": state if lstm else None,
            "outputs": sequence if training or how.way.sequences else None,
            "row": row if training and _keeps_row(how) else None,
            "cells": sequence if training and lstm else None,
        },
        (training or how.way.sequences, training),
    )
    after = (h, c) if lstm else (h,)
    return ((outputs if how.way.sequences else None), after), Kept(outputs, kept, cells)


def backward(
    how: How, arrays: Arrays, kept: Kept, d_outputs: Any, d_after: tuple
) -> tuple[Any, Any, Any]:
    """Gradients of the projections of all steps, and of the first states."""
    a = arrays
    _, state, row = _sizes(how, a)
    d_h, d_c = (*d_after, None)[:2]
    lstm = a.c is not None
    own_row = kept.row is not None and how.form.cell != "gru_reset_before"
    d_row, d_h, d_c = _call(
        "recurra_backward",
        how,
        a,
        [
            kept.outputs,
            kept.outputs if kept.row is None else kept.row,
            a.recurrent,
            a.h,
            d_h,
            a.c,
            kept.cells,
            d_c,
            a.mask,
            a.keep,
            d_outputs,
        ],
        {"row": row, "h": state, "c": state if lstm else None},
        (d_outputs is not None, True),
        {1: 0} if own_row else None,
    )
    return d_row, d_h, d_c


def weight_gradients(how: How, arrays: Arrays, kept: Kept, d_row: Any) -> list:
    """Gradients of kernel, recurrent kernel and both biases, those that there are."""
    a = arrays
    shape = {"kernel": a.kernel, "recurrent": a.recurrent, "b": a.bias, "rb": a.recurrent_bias}
    before = how.form.cell == "gru_reset_before"
    return _call(
        "recurra_weight_gradients",
        how,
        a,
        [a.x, kept.outputs, a.h, d_row, a.mask, a.keep, kept.row if before else None],
        {k: None if v is None else v.shape for k, v in shape.items()},
        (False, True),
    )


def input_gradient(how: How, arrays: Arrays, d_row: Any) -> Any:
    """Gradient of the inputs."""
    a = arrays
    (d_x,) = _call(
        "recurra_input_gradient",
        how,
        a,
        [d_row, a.kernel, a.mask],
        {"x": a.x.shape},
        (False, True),
    )
    return d_x


def varying_alike(tree: Any) -> Any:
    """Let all arrays vary over the same axes of a device mesh, as a kernel's results do.

    Inside `shard_map` a result that seems the same everywhere would be added up once for each
    device on the way back.
    """
    axes = {axis for a in jax.tree.leaves(tree) for axis in varies(jax.typeof(a))}
    if not axes:
        return tree

    def vary(a: Any) -> Any:
        missing = axes - varies(jax.typeof(a))
        return jax.lax.pcast(a, tuple(missing), to="varying") if missing else a

    return jax.tree.map(vary, tree)


def varies(aval: Any) -> frozenset:
    """The mesh axes along which an array differs between devices."""
    return frozenset(aval.mat.varying)
