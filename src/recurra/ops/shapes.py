"""The same values in another shape or order, joined, cut or picked."""

from __future__ import annotations

import math
import operator
from typing import Any

import jax.numpy as jnp
from jax import lax

from recurra.ops.making import named, op


def _arrays(xs: Any) -> list[Any]:
    return [jnp.asarray(x) for x in xs]


@op
def reshape(x: Any, newshape: Any) -> Any:
    """The values in another shape; one size may be -1 and follows from the others."""
    sizes = tuple(newshape) if hasattr(newshape, "__iter__") else (newshape,)
    sizes = tuple(-1 if n is None else n for n in sizes)
    open_axes = [k for k, n in enumerate(sizes) if isinstance(n, int) and n == -1]
    if len(open_axes) == 1:
        # worked out here, since sizes may be symbols
        known = math.prod(n for k, n in enumerate(sizes) if k not in open_axes)
        x = jnp.asarray(x)
        missing = math.prod(x.shape) // known
        sizes = tuple(missing if k in open_axes else n for k, n in enumerate(sizes))
    return jnp.reshape(x, sizes)


ravel = op(jnp.ravel, "x", "All values in one row.")
transpose = op(jnp.transpose, "x, axes=None", "The axes in another order, by default reversed.")
moveaxis = op(jnp.moveaxis, "x, source, destination", "Axes moved to other places.")
swapaxes = op(jnp.swapaxes, "x, axis1, axis2", "Two axes exchanged.")
expand_dims = op(jnp.expand_dims, "x, axis", "A new axis of size 1.")
squeeze = op(jnp.squeeze, "x, axis=None", "Axes of size 1 taken away.")
broadcast_to = op(jnp.broadcast_to, "x, shape", "Repeated along axes of size 1 up to a shape.")
flip = op(jnp.flip, "x, axis=None", "In reverse order along axes, by default all.")
fliplr = op(jnp.fliplr, "x", "In reverse order along axis 1.")
flipud = op(jnp.flipud, "x", "In reverse order along axis 0.")
roll = op(jnp.roll, "x, shift, axis=None", "Moved along an axis, what falls off coming in again.")
repeat = op(jnp.repeat, "x, repeats, axis=None", "Each value several times.")
tile = op(jnp.tile, "x, repeats", "The whole array several times.")
concatenate = op(
    lambda xs, axis: jnp.concatenate(_arrays(xs), axis), "xs, axis=0", "Joined along an axis."
)
stack = op(lambda x, axis: jnp.stack(list(x), axis), "x, axis=0", "Joined along a new axis.")
hstack = op(lambda xs: jnp.hstack(_arrays(xs)), "xs", "Joined side by side.")
vstack = op(lambda xs: jnp.vstack(_arrays(xs)), "xs", "Joined one below the other.")
dstack = op(lambda xs: jnp.dstack(_arrays(xs)), "xs", "Joined along the third axis.")
append = op(jnp.append, "x1, x2, axis=None", "x2 behind x1.")
split = op(jnp.split, "x, indices_or_sections, axis=0", "Cut into equal parts, or at indices.")
array_split = op(
    jnp.array_split, "x, indices_or_sections, axis=0", "Cut into nearly equal parts, or at indices."
)
hsplit = op(jnp.hsplit, "x, indices_or_sections", "Cut along axis 1.")
vsplit = op(jnp.vsplit, "x, indices_or_sections", "Cut along axis 0.")
dsplit = op(jnp.dsplit, "x, indices_or_sections", "Cut along axis 2.")
take = op(jnp.take, "x, indices, axis=None", "The values at indices along an axis.")
take_along_axis = op(
    lambda x, indices, axis: jnp.take_along_axis(x, indices, axis),
    "x, indices, axis=None",
    "The values at indices, others for each place.",
)
get_item = op(operator.getitem, "x, key", "x[key].")
diag = op(jnp.diag, "x, k=0", "The diagonal of a matrix, or a matrix with that diagonal.")
diagflat = op(jnp.diagflat, "x, k=0", "A matrix with all values as its diagonal.")
diagonal = op(jnp.diagonal, "x, offset=0, axis1=0, axis2=1", "The diagonal of two axes.")
tril = op(jnp.tril, "x, k=0", "0 above the kth diagonal.")
triu = op(jnp.triu, "x, k=0", "0 below the kth diagonal.")
nonzero = op(jnp.nonzero, "x", "The indices of the values that are not 0, for each axis.")
select = op(
    lambda condlist, choicelist, default: jnp.select(list(condlist), list(choicelist), default),
    "condlist, choicelist, default=0",
    "The choice of the first condition that holds.",
)
unravel_index = op(jnp.unravel_index, "indices, shape", "Indices along each axis from flat ones.")
view = op(lambda x, dtype: jnp.asarray(x).view(dtype), "x, dtype=None", "The same bits as a dtype.")


@op
def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turned by 90 degrees k times."""
    return jnp.rot90(array, k, axes)


@op
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """Values put in before and after each axis, by default zeros."""
    kwargs = {} if constant_values is None else {"constant_values": constant_values}
    return jnp.pad(x, pad_width, mode=mode, **kwargs)


@op
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where the condition holds, x2 elsewhere; without them the indices where it holds."""
    return jnp.where(condition) if x1 is None and x2 is None else jnp.where(condition, x1, x2)


@op
def unstack(x: Any, num: int | None = None, axis: int = 0) -> Any:
    """A list of the parts along an axis."""
    return [
        lax.index_in_dim(x, k, axis, keepdims=False)
        for k in range(x.shape[axis] if num is None else num)
    ]


@op
def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """The part of that shape which begins at some indices; -1 is all that is left."""
    sizes = tuple(
        inputs.shape[k] - start_indices[k] if isinstance(n, int) and n == -1 else n
        for k, n in enumerate(shape)
    )
    return lax.dynamic_slice(inputs, [jnp.asarray(i) for i in start_indices], sizes)


@op
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """The array with a part replaced that begins at some indices."""
    return lax.dynamic_update_slice(inputs, updates, [jnp.asarray(i) for i in start_indices])


@op
def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of a shape with values added at indices (n, axes)."""
    places = tuple(jnp.moveaxis(jnp.asarray(indices), -1, 0))
    return jnp.zeros(shape, values.dtype).at[places].add(values)


@op
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """The array with values set at indices (n, axes), or combined: "add", "max", "min", "mul"."""
    at = inputs.at[tuple(jnp.moveaxis(jnp.asarray(indices), -1, 0))]
    return getattr(at, reduction or "set")(updates)


@op
def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    """All windows of the last axis, sequence_stride apart."""
    starts = jnp.arange(0, x.shape[-1] - sequence_length + 1, sequence_stride)
    return x[..., starts[:, None] + jnp.arange(sequence_length)]


named(globals())
