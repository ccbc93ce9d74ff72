"""The calls of the kernels in `src/`: which buffers go in and come out, in which order.

Every call takes its buffers in the order in which `src/ffi_recurrence.cc` reads them.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

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


class Kept(NamedTuple):
    """What the way back needs: all outputs, what slopes follow from, and an LSTM's cells."""

    outputs: Any
    row: Any
    cells: Any


def check_shapes(form: Form, arrays: Arrays) -> None:
    """Refuse arrays that do not fit each other; the kernels take their sizes from the first two."""
    steps, batch, features = arrays.x.shape
    units = arrays.recurrent.shape[0]
    width = {"simple_rnn": 1, "lstm": 4}.get(form.cell, 3) * units
    fitting = Arrays(
        *((steps, batch, features), (features, width), (units, width)),
        *((batch, units), (batch, units) if form.cell == "lstm" else None),
        *((width,), (width,), (steps, batch), (batch, units)),
    )
    for name, array in arrays._asdict().items():
        shape = getattr(fitting, name)
        if array is not None and array.shape != shape:
            raise ValueError(f"{form.cell}: `{name}` has shape {array.shape}, and {shape} fits.")
    if arrays.c is None and form.cell == "lstm":
        raise ValueError("lstm: two states are needed, and one was given.")


#: Of one recurrence: all outputs, or None where only the last is asked for, and the last states.
Results: TypeAlias = tuple[Any, tuple]
Hows: TypeAlias = tuple[How, ...]


def results(hows: Hows, arrays: tuple[Arrays, ...]) -> tuple[Results, ...]:
    """Shapes and types of what recurrences give."""

    def one(how: How, a: Arrays) -> Results:
        sequence, state, _ = _sizes(how, a)
        like = partial(jax.ShapeDtypeStruct, dtype=a.x.dtype)
        states = (like(state),) * (1 if a.c is None else 2)
        return (like(sequence) if how.way.sequences else None), states

    return tuple(map(one, hows, arrays))


def _call(name: str, parts: list[_Part]) -> list[dict[str, Any]]:
    """Call a kernel for one recurrence or two; what is None is not there."""
    operands = [a for part in parts for a in part.given if a is not None]
    wanted = [(k, s) for k, part in enumerate(parts) for s in part.results.items() if s[1]]
    dtype = operands[0].dtype
    call = jax.ffi.ffi_call(
        name,
        [jax.ShapeDtypeStruct(shape, dtype) for _, (_, shape) in wanted],
        vmap_method="sequential",
    )
    numbers = np.array([n for part in parts for n in part.numbers], np.int64)
    found: list[dict[str, Any]] = [dict.fromkeys(part.results) for part in parts]
    for (k, (result, _)), array in zip(
        wanted, varying_alike([*call(*operands, how=numbers), *operands])
    ):
        found[k][result] = array
    return found


class _Part(NamedTuple):
    """One recurrence of a call."""

    given: list[Any]
    results: dict[str, tuple | None]
    numbers: list[int]


def _numbers(how: How, arrays: Arrays, outputs: bool, training: bool, wants_input: bool) -> list:
    """As `src/ffi_recurrence.cc` numbers them."""
    return [
        CELLS.index(how.form.cell),
        *(activations()[str(name)][0] for name in how.form[1:]),
        how.way.reverse,
        arrays.bias is not None,
        arrays.recurrent_bias is not None,
        arrays.mask is not None,
        arrays.keep is not None,
        outputs,
        training,
        wants_input,
    ]


def _sizes(how: How, arrays: Arrays) -> tuple:
    """(timesteps, batch, units), the shape of a state, and that of all rows of projections."""
    steps, batch, _ = arrays.x.shape
    units = arrays.recurrent.shape[0]
    segments = 1 if how.form.cell == "simple_rnn" else 4
    return (steps, batch, units), (batch, units), (steps, batch, segments * units)


def _keeps_row(how: How) -> bool:
    """Whether more is kept than outputs: a SimpleRNN's slope mostly follows from these."""
    return how.form.cell != "simple_rnn" or not activations()[str(how.form.activation)][1]


def forward(
    hows: Hows, arrays: tuple[Arrays, ...], training: bool
) -> tuple[tuple[Results, ...], tuple[Kept, ...]]:
    """Results of recurrences, and in training what the way back needs."""
    parts = [_forward(how, a, training) for how, a in zip(hows, arrays)]
    results, kept = [], []
    for how, its in zip(hows, _call("recurra_forward", parts)):
        after = tuple(s for s in (its["h"], its["c"]) if s is not None)
        results.append((its["outputs"] if how.way.sequences else None, after))
        kept.append(Kept(its["outputs"], its["row"], its["cells"]))
    return tuple(results), tuple(kept)


def _forward(how: How, a: Arrays, training: bool) -> _Part:
    sequence, state, row = _sizes(how, a)
    lstm, outputs = a.c is not None, training or how.way.sequences
    results = {
        "h": state,
        "c": state if lstm else None,
        "outputs": sequence if outputs else None,
        "row": row if training and _keeps_row(how) else None,
        "cells": sequence if training and lstm else None,
    }
    given = [a.x, a.kernel, a.recurrent, a.h, a.c, a.bias, a.recurrent_bias, a.mask, a.keep]
    return _Part(given, results, _numbers(how, a, outputs, training, False))


def backward(
    hows: Hows,
    arrays: tuple[Arrays, ...],
    kept: tuple[Kept, ...],
    d_results: tuple[Results, ...],
    wants_input: bool,
) -> tuple[Arrays, ...]:
    """Gradients of everything that went in; of the inputs if they are wanted."""
    parts = [
        _backward(how, a, k, d, wants_input) for how, a, k, d in zip(hows, arrays, kept, d_results)
    ]
    return tuple(Arrays(**g, mask=None, keep=None) for g in _call("recurra_backward", parts))


def _backward(how: How, a: Arrays, kept: Kept, d_results: Results, wants_input: bool) -> _Part:
    d_outputs, d_after = d_results
    d_h, d_c = (*d_after, None)[:2]
    shapes = {name: None if array is None else array.shape for name, array in a._asdict().items()}
    results = {k: shapes[k] for k in ("kernel", "recurrent", "bias", "recurrent_bias", "h", "c")}
    results["x"] = shapes["x"] if wants_input else None
    given = [
        *(a.x, a.kernel, a.recurrent, a.h, a.c, a.mask, a.keep),
        *(kept.outputs, kept.row, kept.cells),
        *(d_outputs, d_h, d_c),
    ]
    return _Part(given, results, _numbers(how, a, d_outputs is not None, True, wants_input))


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
