"""Recurrences in C++ on a CPU: the binding of `src/` and its derivative.

Three calls share the work of the way back, so that XLA leaves out what nobody asks for: the
gradients of the projections, step by step; from these those of the weights, and of the inputs.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from recurra.kernels import library

if TYPE_CHECKING:
    from recurra.kernels import Gated, Recurrence

#: The cells in the order of their numbers in `src/recurrence.h`.
CELLS = ("simple_rnn", "lstm", "gru", "gru_reset_before")
DTYPES = ("float32", "float64")


class Form(NamedTuple):
    """What a native kernel computes: a cell with these activations, by their names in `src/`."""

    cell: str
    activation: str | None
    recurrent_activation: str | None


def reason(step: Gated, inputs: Any, states: Any, how: Recurrence) -> str | None:
    """Why a step is not run natively; None where it is."""
    if isinstance(step.form, str):
        return step.form
    for name in step.form[1:]:
        if name is None:
            return "its activation is a function of one's own"
        if library.library() is not None and name not in activations():
            return f"{name} is not among the kernels' activations"
    if library.library() is None:
        return library.why_missing()
    if jax.default_backend() != "cpu":
        return f"it runs on {jax.default_backend()}"
    if how.unroll:
        return "unroll=True asks for a loop that is written out"
    arrays = [inputs, *states, step.kernel, step.recurrent_kernel]
    types = {str(a.dtype) for a in arrays}
    if len(types) > 1 or not types <= set(DTYPES):
        return f"it computes in {' and '.join(sorted(types))}"
    return None


@cache
def activations() -> dict[str, tuple[int, bool]]:
    """Number of each activation, and whether its value is kept for the way back."""
    rows = library.activations().split()
    names, kept = rows[::2], rows[1::2]
    return {n.rstrip("_"): (k, v == "true") for k, (n, v) in enumerate(zip(names, kept))}


class _How(NamedTuple):
    """What is fixed when a program is compiled."""

    form: Form
    reverse: bool
    sequences: bool


class _Arrays(NamedTuple):
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


class _Kept(NamedTuple):
    """What the way back needs: all outputs, what slopes follow from, and an LSTM's cells."""

    outputs: Any
    row: Any
    cells: Any


def gated(how: Recurrence, step: Gated, inputs: Any, states: tuple, mask: Any) -> tuple[Any, tuple]:
    """As `reference.gated`, for steps for which `reason` finds none against it."""
    assert isinstance(step.form, Form)
    h, c = (*states, None)[:2]
    arrays = _Arrays(
        inputs,
        step.kernel,
        step.recurrent_kernel,
        h,
        c,
        step.bias,
        step.recurrent_bias,
        None if mask is None else mask.astype(bool),
        None if step.dropout is None else jax.lax.stop_gradient(step.dropout),
    )
    outputs, after = _run(_How(step.form, how.reverse, how.sequences), arrays)
    return (outputs if how.sequences else after[0]), after


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _run(how: _How, arrays: _Arrays) -> tuple[Any, tuple]:
    outputs, after, _ = _forward(how, arrays, training=False)
    return outputs, after


def _run_forward(how: _How, arrays: _Arrays) -> tuple[Any, Any]:
    outputs, after, kept = _forward(how, arrays, training=True)
    return (outputs, after), (arrays, kept)


def _run_backward(how: _How, saved: tuple[_Arrays, _Kept], gradients: tuple) -> tuple[_Arrays]:
    arrays, kept = saved
    d_outputs, d_after = gradients
    d_row, d_h, d_c = _backward(how, arrays, kept, d_outputs, d_after)
    weights = _weight_gradients(how, arrays, kept, d_row)
    d_x = _input_gradient(how, arrays, d_row)
    return (_Arrays(d_x, weights[0], weights[1], d_h, d_c, weights[2], weights[3], None, None),)


_run.defvjp(_run_forward, _run_backward)


# The calls: buffers in the order in which `src/ffi_recurrence.cc` takes them ---------------------


def _call(
    name: str, how: _How, arrays: _Arrays, given: list, results: dict, flags: tuple, alias: Any = None
) -> list:
    """Call a kernel; results that are None are not there."""
    wanted = {k: v for k, v in results.items() if v is not None}
    numbers = [
        CELLS.index(how.form.cell),
        *(activations()[name][0] for name in how.form[1:]),
        how.reverse,
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
    found = iter(call(*there, how=np.array(numbers, np.int64)))
    return [None if v is None else next(found) for v in results.values()]


def _sizes(how: _How, arrays: _Arrays) -> tuple:
    """(timesteps, batch, units), the shape of a state, and that of all rows of projections."""
    steps, batch, _ = arrays.x.shape
    units = arrays.recurrent.shape[0]
    segments = 1 if how.form.cell == "simple_rnn" else 4
    return (steps, batch, units), (batch, units), (steps, batch, segments * units)


def _keeps_row(how: _How) -> bool:
    """Whether more is kept than outputs: a SimpleRNN's slope mostly follows from these."""
    return how.form.cell != "simple_rnn" or not activations()[str(how.form.activation)][1]


def _forward(how: _How, arrays: _Arrays, training: bool) -> tuple[Any, tuple, _Kept]:
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
            "outputs": sequence if training or how.sequences else None,
            "row": row if training and _keeps_row(how) else None,
            "cells": sequence if training and lstm else None,
        },
        (training or how.sequences, training),
    )
    after = (h, c) if lstm else (h,)
    return (outputs if how.sequences else None), after, _Kept(outputs, kept, cells)


def _backward(
    how: _How, arrays: _Arrays, kept: _Kept, d_outputs: Any, d_after: tuple
) -> tuple[Any, Any, Any]:
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


def _weight_gradients(how: _How, arrays: _Arrays, kept: _Kept, d_row: Any) -> list:
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


def _input_gradient(how: _How, arrays: _Arrays, d_row: Any) -> Any:
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
