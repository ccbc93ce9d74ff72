"""Recurrences in C++ on a CPU: the binding of `src/` and its derivative.

Three calls share the work of the way back, so that XLA leaves out what nobody asks for: the
gradients of the projections, step by step; from these those of the weights, and of the inputs.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from recurra.kernels import library, reference

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
    """What is fixed when a program is compiled: the kernel, and the same step for `reference`."""

    form: Form
    way: Recurrence
    step: Gated  # without its arrays


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

    @property
    def fixed(self) -> _Arrays:
        """What there is no gradient of, alone."""
        return _Arrays(*(None,) * 7, self.mask, self.keep)

    @property
    def free(self) -> _Arrays:
        """What there is a gradient of, alone."""
        return self._replace(mask=None, keep=None)


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
        step.dropout,
    )
    arrays = varying_alike(arrays)
    alone = replace(step, **dict.fromkeys(ARRAYS))
    outputs, after = _run(_How(step.form, how, alone), False, arrays)[0]
    return (outputs if how.sequences else after[0]), after


#: The fields of `Gated` that are arrays.
ARRAYS = ("recurrent_kernel", "recurrent_bias", "dropout", "kernel", "bias")


def _by_reference(how: _How, arrays: _Arrays) -> tuple[Any, tuple]:
    """The same in plain JAX, which can be differentiated in every way and as often as one likes."""
    a = arrays
    step = replace(
        how.step, recurrent_kernel=a.recurrent, recurrent_bias=a.recurrent_bias, dropout=a.keep
    )
    steps = reference.projected(replace(step, kernel=a.kernel, bias=a.bias), a.x)
    states = (a.h,) if a.c is None else (a.h, a.c)
    outputs, after = reference.scan(how.way, step, steps, states, a.mask)
    return (outputs if how.way.sequences else None), after


def _results(how: _How, arrays: _Arrays) -> tuple[Any, tuple]:
    """Shapes and types of what it gives."""
    sequence, _, _ = _sizes(how, arrays)
    like = partial(jax.ShapeDtypeStruct, dtype=arrays.x.dtype)
    states = (like(sequence[1:]),) * (1 if arrays.c is None else 2)
    return (like(sequence) if how.way.sequences else None), states


# Derivatives ------------------------------------------------------------------------------------
#
# The tangent of a recurrence is one linear primitive. Its transpose is the native way back, so
# gradients are native. Computed as it stands (forward mode), or differentiated once more, it is the
# derivative of `_by_reference`: rare uses, for which plain JAX is right and fast enough.


@partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _run(how: _How, training: bool, arrays: _Arrays) -> tuple[tuple[Any, tuple], _Kept | None]:
    results, kept = _forward(how, arrays, training)
    return results, (kept if training else None)


@_run.defjvp
def _run_jvp(how: _How, training: bool, primals: tuple, tangents: tuple) -> tuple:
    (arrays,), (d_arrays,) = primals, tangents
    results, kept = _run(how, True, arrays)
    d_results = _tangent(how, arrays, kept, d_arrays.free)
    if not training:
        return (results, None), (d_results, None)
    return (results, kept), (d_results, jax.tree.map(jnp.zeros_like, kept))


def _push(how: _How, arrays: _Arrays, d_free: _Arrays) -> tuple[Any, tuple]:
    """The tangent of the results by that of the arrays, in plain JAX."""
    run = lambda free: _by_reference(how, free._replace(mask=arrays.mask, keep=arrays.keep))  # noqa: E731
    return jax.jvp(run, (arrays.free,), (d_free,))[1]


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def _pull(how: _How, arrays: _Arrays, kept: _Kept, d_results: tuple) -> _Arrays:
    """The gradient by the arrays from that by the results, natively."""
    d_outputs, d_after = d_results
    d_row, d_h, d_c = _backward(how, arrays, kept, d_outputs, d_after)
    weights = _weight_gradients(how, arrays, kept, d_row)
    d_x = _input_gradient(how, arrays, d_row)
    return _Arrays(d_x, weights[0], weights[1], d_h, d_c, weights[2], weights[3], None, None)


@_pull.defjvp
def _pull_jvp(how: _How, primals: tuple, tangents: tuple) -> tuple[_Arrays, _Arrays]:
    arrays, kept, d_results = primals

    def pull(free: _Arrays, d_results: tuple) -> _Arrays:
        whole = free._replace(mask=arrays.mask, keep=arrays.keep)
        run = lambda f: _by_reference(how, f._replace(mask=arrays.mask, keep=arrays.keep))  # noqa: E731
        return jax.vjp(run, whole.free)[1](d_results)[0]

    moved = jax.jvp(pull, (arrays.free, d_results), (tangents[0].free, tangents[2]))[1]
    return _pull(how, arrays, kept, d_results), moved


_tangent_p = Primitive("recurra_tangent")
_tangent_p.multiple_results = True


def _tangent(how: _How, arrays: _Arrays, kept: _Kept, d_free: _Arrays) -> tuple:
    """Bind the primitive; it takes flat lists of arrays."""
    operands, structure = jax.tree.flatten((arrays, kept, d_free))
    linear = len(jax.tree.leaves(d_free))
    flat, results = jax.tree.flatten(_results(how, arrays))
    found = _tangent_p.bind(*operands, how=how, structure=structure, linear=linear)
    return jax.tree.unflatten(results, found)


def _tangent_in_jax(*operands: Any, how: _How, structure: Any, **_: Any) -> list[Any]:
    arrays, _, d_free = jax.tree.unflatten(structure, operands)
    return jax.tree.leaves(_push(how, arrays, d_free))


def _tangent_shapes(*operands: Any, how: _How, structure: Any, **_: Any) -> list[Any]:
    arrays, kept, _ = jax.tree.unflatten(structure, operands)
    states = [s.strip_weak_type() for s in (arrays.h, arrays.c) if s is not None]
    return [kept.outputs, *states] if how.way.sequences else states


def _tangent_transpose(
    cotangents: Any, *operands: Any, how: _How, structure: Any, linear: int
) -> list[Any]:
    known = operands[:-linear]
    asked = [ad.is_undefined_primal(o) for o in operands[-linear:]]
    arrays, kept, _ = jax.tree.unflatten(structure, operands)
    flat, results = jax.tree.flatten(_results(how, arrays))
    given = [
        jnp.zeros(s.shape, s.dtype) if isinstance(ct, ad.Zero) else ct
        for ct, s in zip(cotangents, flat)
    ]
    gradient = _pull(how, arrays, kept, jax.tree.unflatten(results, given))
    found = zip(jax.tree.leaves(gradient), asked)
    return [*(None,) * len(known), *(g if a else None for g, a in found)]


def _tangent_jvp(primals: Any, tangents: Any, **params: Any) -> tuple:
    moved = [ad.instantiate_zeros(t) for t in tangents]
    return jax.jvp(partial(_tangent_in_jax, **params), tuple(primals), tuple(moved))


def _tangent_batched(operands: Any, axes: Any, **params: Any) -> tuple:
    """One after the other, as the native calls are."""
    mapped = [jnp.moveaxis(o, a, 0) for o, a in zip(operands, axes) if a is not None]

    def one(each: list[Any]) -> list[Any]:
        its = iter(each)
        return _tangent_p.bind(
            *(o if a is None else next(its) for o, a in zip(operands, axes)), **params
        )

    found = jax.lax.map(one, mapped)
    return found, [0] * len(found)


_tangent_p.def_impl(_tangent_in_jax)
_tangent_p.def_abstract_eval(_tangent_shapes)
ad.primitive_jvps[_tangent_p] = _tangent_jvp
ad.primitive_transposes[_tangent_p] = _tangent_transpose
batching.primitive_batchers[_tangent_p] = _tangent_batched
mlir.register_lowering(_tangent_p, mlir.lower_fun(_tangent_in_jax, multiple_results=True))


def varying_alike(tree: Any) -> Any:
    """Let all arrays vary over the same axes of a device mesh, as a kernel's results do.

    Inside `shard_map` a result that seems the same everywhere would be added up once for each
    device on the way back.
    """
    axes = {axis for a in jax.tree.leaves(tree) for axis in _varies(jax.typeof(a))}
    if not axes:
        return tree

    def vary(a: Any) -> Any:
        missing = axes - _varies(jax.typeof(a))
        return jax.lax.pcast(a, tuple(missing), to="varying") if missing else a

    return jax.tree.map(vary, tree)


def _varies(aval: Any) -> frozenset:
    """The mesh axes along which an array differs between devices."""
    return frozenset(aval.mat.varying)


# The calls: buffers in the order in which `src/ffi_recurrence.cc` takes them ---------------------


def _call(
    name: str, how: _How, arrays: _Arrays, given: list, results: dict, flags: tuple, alias: Any = None
) -> list:
    """Call a kernel; results that are None are not there."""
    wanted = {k: v for k, v in results.items() if v is not None}
    numbers = [
        CELLS.index(how.form.cell),
        *(activations()[name][0] for name in how.form[1:]),
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


def _sizes(how: _How, arrays: _Arrays) -> tuple:
    """(timesteps, batch, units), the shape of a state, and that of all rows of projections."""
    steps, batch, _ = arrays.x.shape
    units = arrays.recurrent.shape[0]
    segments = 1 if how.form.cell == "simple_rnn" else 4
    return (steps, batch, units), (batch, units), (steps, batch, segments * units)


def _keeps_row(how: _How) -> bool:
    """Whether more is kept than outputs: a SimpleRNN's slope mostly follows from these."""
    return how.form.cell != "simple_rnn" or not activations()[str(how.form.activation)][1]


def _forward(how: _How, arrays: _Arrays, training: bool) -> tuple[tuple[Any, tuple], _Kept]:
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
    return ((outputs if how.way.sequences else None), after), _Kept(outputs, kept, cells)


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
