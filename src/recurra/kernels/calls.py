"""The calls of the kernels in `src/`: which buffers go in and come out, in which order.

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
    name: str, how: How, arrays: Arrays, given: list, results: dict, flags: tuple
) -> dict[str, Any]:
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
    )
    there = [a for a in given if a is not None]
    found = iter(varying_alike([*call(*there, how=np.array(numbers, np.int64)), *there]))
    return {k: None if v is None else next(found) for k, v in results.items()}


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
    found = _call(
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
        (training or how.way.sequences, training, False),
    )
    outputs = found["outputs"] if how.way.sequences else None
    after = (found["h"], found["c"]) if lstm else (found["h"],)
    return (outputs, after), Kept(found["outputs"], found["row"], found["cells"])


def backward(
    how: How, arrays: Arrays, kept: Kept, d_results: tuple[Any, tuple], wants_input: bool
) -> Arrays:
    """Gradients of everything that went in; of the inputs if they are wanted."""
    a = arrays
    d_outputs, d_after = d_results
    d_h, d_c = (*d_after, None)[:2]
    shapes = {name: None if array is None else array.shape for name, array in a._asdict().items()}
    found = _call(
        "recurra_backward",
        how,
        a,
        [
            *(a.x, a.kernel, a.recurrent, a.h, a.c, a.mask, a.keep),
            *(kept.outputs, kept.row, kept.cells),
            *(d_outputs, d_h, d_c),
        ],
        {k: shapes[k] for k in ("kernel", "recurrent", "bias", "recurrent_bias", "h", "c")}
        | {"x": shapes["x"] if wants_input else None},
        (d_outputs is not None, True, wants_input),
    )
    return Arrays(**found, mask=None, keep=None)


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
