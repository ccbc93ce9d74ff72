"""Recurrences in C++ on a CPU, and their derivatives in every way that JAX has.

The tangent of a recurrence is one linear primitive. Its transpose is the native way back, so
gradients are native. Computed as it stands (forward mode), or differentiated once more, it is the
derivative of the same step in plain JAX: rare uses, for which that is right and fast enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import jax
import jax.numpy as jnp
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from recurra.kernels import calls, library, reference
from recurra.kernels.calls import Arrays, Form, How, Hows, Kept, Results

if TYPE_CHECKING:
    from recurra.kernels import Gated, Recurrence

DTYPES = ("float32", "float64")
Many: TypeAlias = tuple[Arrays, ...]


def reason(step: Gated, inputs: Any, states: Any, how: Recurrence) -> str | None:
    """Why a step is not run natively; None where it is."""
    if isinstance(step.form, str):
        return step.form
    for name in step.form[1:]:
        if name is None:
            return "its activation is a function of one's own"
        if library.library() is not None and name not in calls.activations():
            return f"{name} is not among the kernels' activations"
    if library.library() is None:
        return library.why_missing()
    if jax.default_backend() != "cpu":
        return f"it runs on {jax.default_backend()}"
    if how.unroll:
        return "unroll=True asks for a loop that is written out"
    arrays = [inputs, *states, *(getattr(step, name) for name in ARRAYS)]
    types = {str(a.dtype) for a in arrays if a is not None}
    if len(types) > 1 or not types <= set(DTYPES):
        return f"it computes in {' and '.join(sorted(types))}"
    return None


def gated(how: Recurrence, step: Gated, inputs: Any, states: tuple, mask: Any) -> Results:
    """As `reference.gated`, for steps for which `reason` finds none against it."""
    return together([(how, step, inputs, states, mask)])[0]


def together(parts: Sequence[tuple]) -> list[Results]:
    """The same for several recurrences in one call, which share the threads."""
    hows, arrays = zip(*(_prepared(*part) for part in parts))
    found = _run(hows, False, calls.varying_alike(arrays))[0]
    return [
        (outputs if how.way.sequences else after[0], after)
        for how, (outputs, after) in zip(hows, found)
    ]


def _prepared(
    how: Recurrence, step: Gated, inputs: Any, states: tuple, mask: Any
) -> tuple[How, Arrays]:
    assert isinstance(step.form, Form)
    h, c = (*states, None)[:2]
    arrays = Arrays(
        *(inputs, step.kernel, step.recurrent_kernel, h, c, step.bias, step.recurrent_bias),
        None if mask is None else mask.astype(bool),
        step.dropout,
    )
    calls.check_shapes(step.form, arrays)
    alone: Any = replace(step, **dict.fromkeys(ARRAYS))  # type: ignore[arg-type]
    return How(step.form, how, alone), arrays


#: The fields of `Gated` that are arrays.
ARRAYS = ("recurrent_kernel", "recurrent_bias", "dropout", "kernel", "bias")


def _by_reference(hows: Hows, fixed: Many, free: Many) -> tuple[Results, ...]:
    """The same in plain JAX, which can be differentiated in every way and as often as one likes."""
    return tuple(map(_one_by_reference, hows, fixed, free))


def _one_by_reference(how: How, fixed: Arrays, a: Arrays) -> Results:
    step = replace(
        how.step, recurrent_kernel=a.recurrent, recurrent_bias=a.recurrent_bias, dropout=fixed.keep
    )
    steps = reference.projected(replace(step, kernel=a.kernel, bias=a.bias), a.x)
    states = (a.h,) if a.c is None else (a.h, a.c)
    outputs, after = reference.scan(how.way, step, steps, states, fixed.mask)
    return (outputs if how.way.sequences else None), after


def _free(arrays: Many) -> Many:
    """What there is a gradient of, alone."""
    return tuple(a._replace(mask=None, keep=None) for a in arrays)


@partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _run(
    hows: Hows, training: bool, arrays: Many
) -> tuple[tuple[Results, ...], tuple[Kept, ...] | None]:
    results, kept = calls.forward(hows, arrays, training)
    return results, (kept if training else None)


@_run.defjvp
def _run_jvp(hows: Hows, training: bool, primals: tuple, tangents: tuple) -> tuple:
    (arrays,), (d_arrays,) = primals, tangents
    results, kept = _run(hows, True, arrays)
    d_results = _tangent(hows, arrays, kept, _free(d_arrays))
    if not training:
        return (results, None), (d_results, None)
    return (results, kept), (d_results, jax.tree.map(jnp.zeros_like, kept))


def _push(hows: Hows, arrays: Many, d_free: Many) -> tuple[Results, ...]:
    """The tangent of the results by that of the arrays, in plain JAX."""
    run = partial(_by_reference, hows, arrays)
    return jax.jvp(run, (_free(arrays),), (d_free,))[1]


@partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _pull(hows: Hows, wants_input: bool, arrays: Many, kept: Any, d_results: Any) -> Many:
    """The gradient by the arrays from that by the results, natively."""
    return calls.backward(hows, arrays, kept, d_results, wants_input)


@_pull.defjvp
def _pull_jvp(hows: Hows, wants_input: bool, primals: tuple, tangents: tuple) -> tuple:
    arrays, kept, d_results = primals

    def pull(free: Many, d_results: Any) -> Many:
        gradient = jax.vjp(partial(_by_reference, hows, arrays), free)[1](d_results)[0]
        return gradient if wants_input else tuple(g._replace(x=None) for g in gradient)

    moved = jax.jvp(pull, (_free(arrays), d_results), (_free(tangents[0]), tangents[2]))[1]
    return _pull(hows, wants_input, arrays, kept, d_results), moved


_tangent_p = Primitive("recurra_tangent")
_tangent_p.multiple_results = True


def _tangent(hows: Hows, arrays: Many, kept: Any, d_free: Many) -> tuple:
    """Bind the primitive; it takes flat lists of arrays."""
    operands, structure = jax.tree.flatten((arrays, kept, d_free))
    linear = len(jax.tree.leaves(d_free))
    results = jax.tree.structure(calls.results(hows, arrays))
    found = _tangent_p.bind(*operands, hows=hows, structure=structure, linear=linear)
    return jax.tree.unflatten(results, found)


def _tangent_in_jax(*operands: Any, hows: Hows, structure: Any, **_: Any) -> list[Any]:
    arrays, _, d_free = jax.tree.unflatten(structure, operands)
    return jax.tree.leaves(_push(hows, arrays, d_free))


def _tangent_shapes(*operands: Any, hows: Hows, structure: Any, **_: Any) -> list[Any]:
    arrays, kept, _ = jax.tree.unflatten(structure, operands)
    found = []
    for how, a, its in zip(hows, arrays, kept):
        states = [s.strip_weak_type() for s in (a.h, a.c) if s is not None]
        found += [its.outputs, *states] if how.way.sequences else states
    return found


def _tangent_transpose(
    cotangents: Any, *operands: Any, hows: Hows, structure: Any, linear: int
) -> list[Any]:
    known = operands[:-linear]
    asked = [ad.is_undefined_primal(o) for o in operands[-linear:]]
    arrays, kept, _ = jax.tree.unflatten(structure, operands)
    flat, results = jax.tree.flatten(calls.results(hows, arrays))
    given = [
        jnp.zeros(s.shape, s.dtype) if isinstance(ct, ad.Zero) else ct
        for ct, s in zip(cotangents, flat)
    ]
    free = _free(arrays)
    of_input = [name == "x" for a in free for name, v in a._asdict().items() if v is not None]
    wants_input = any(x and a for x, a in zip(of_input, asked))
    gradient = _pull(hows, wants_input, arrays, kept, jax.tree.unflatten(results, given))
    found = [g for gs, a in zip(gradient, free) for g, v in zip(gs, a) if v is not None]
    return [*(None,) * len(known), *(g if a else None for g, a in zip(found, asked))]


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
