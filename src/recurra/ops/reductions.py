"""Over axes: sums, means, extremes, running sums, order."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import special

from recurra.ops.making import REDUCTION, named, op


def _over(function: Any, doc: str) -> Any:
    return op(function, REDUCTION, doc + " All axes are taken together by default.")


sum = _over(jnp.sum, "The sum over axes.")
mean = _over(jnp.mean, "The mean over axes.")
var = _over(jnp.var, "The mean squared distance from the mean over axes.")
std = _over(jnp.std, "The square root of the variance over axes.")
any = _over(jnp.any, "Whether some value is true.")
all = _over(jnp.all, "Whether all values are true.")
amax = _over(jnp.amax, "The largest value over axes.")
amin = _over(jnp.amin, "The smallest value over axes.")
ptp = _over(jnp.ptp, "The largest minus the smallest value over axes.")
argmax = _over(jnp.argmax, "The place of the largest value along an axis.")
argmin = _over(jnp.argmin, "The place of the smallest value along an axis.")
median = _over(jnp.median, "The middle value over axes.")
logsumexp = _over(special.logsumexp, "log(sum(exp(x))) over axes.")
nansum = _over(jnp.nansum, "The sum over axes without NaN.")
nanmean = _over(jnp.nanmean, "The mean over axes without NaN.")
nanvar = _over(jnp.nanvar, "The variance over axes without NaN.")
nanstd = _over(jnp.nanstd, "The standard deviation over axes without NaN.")
nanmax = _over(jnp.nanmax, "The largest value over axes without NaN.")
nanmin = _over(jnp.nanmin, "The smallest value over axes without NaN.")
nanprod = _over(jnp.nanprod, "The product over axes without NaN.")
nanmedian = _over(jnp.nanmedian, "The middle value over axes without NaN.")
nanargmax = _over(jnp.nanargmax, "The place of the largest value that is not NaN.")
nanargmin = _over(jnp.nanargmin, "The place of the smallest value that is not NaN.")

_EXTREME = "x, axis=None, keepdims=False, initial=None"
max = op(jnp.max, _EXTREME, "The largest value over axes.")
min = op(jnp.min, _EXTREME, "The smallest value over axes.")
prod = op(jnp.prod, "x, axis=None, keepdims=False, dtype=None", "The product over axes.")
count_nonzero = op(jnp.count_nonzero, "x, axis=None", "How many values are not 0.")
average = op(jnp.average, "x, axis=None, weights=None", "The weighted mean over axes.")

_SHARE = "x, q, axis=None, method='linear', keepdims=False"
quantile = op(jnp.quantile, _SHARE, "The value below which a share q of the values lies.")
percentile = op(jnp.percentile, _SHARE, "The value below which q percent of the values lie.")
nanquantile = op(jnp.nanquantile, _SHARE, "The quantile without NaN.")
nanpercentile = op(jnp.nanpercentile, _SHARE, "The percentile without NaN.")

_RUNNING = "x, axis=None, dtype=None"
cumsum = op(jnp.cumsum, _RUNNING, "The sum of all values up to each.")
cumprod = op(jnp.cumprod, _RUNNING, "The product of all values up to each.")
nancumsum = op(jnp.nancumsum, _RUNNING, "The running sum with NaN as 0.")
nancumprod = op(jnp.nancumprod, _RUNNING, "The running product with NaN as 1.")
diff = op(jnp.diff, "a, n=1, axis=-1", "Each value minus the one before it, n times.")
trapezoid = op(jnp.trapezoid, "y, x=None, dx=1.0, axis=-1", "The area below y by trapezoids.")

sort = op(jnp.sort, "x, axis=-1", "The values in rising order.")
argsort = op(jnp.argsort, "x, axis=-1", "The places of the values in rising order.")
argpartition = op(
    jnp.argpartition, "x, kth, axis=-1", "Places such that the kth is where sorting puts it."
)
searchsorted = op(
    jnp.searchsorted,
    "sorted_sequence, values, side='left'",
    "Where values have to be put in to keep the order.",
)
digitize = op(jnp.digitize, "x, bins", "The number of the bin that each value falls into.")
unique = op(
    lambda x, sorted, **options: jnp.unique(x, sorted=sorted, equal_nan=False, **options),
    "x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, "
    "size=None, fill_value=None",
    "Each value once.",
)
corrcoef = op(jnp.corrcoef, "x", "The correlations of the rows.")
histogram = op(
    jnp.histogram, "x, bins=10, range=None", "How many values fall into each bin, and its edges."
)


@op
def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The k largest values along the last axis, and their places."""
    return tuple(jax.lax.top_k(x, k))


@op
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether each target (batch,) is among the k highest of predictions (batch, classes)."""
    own = jnp.take_along_axis(predictions, targets[..., None], axis=-1)
    higher = (predictions > jnp.where(jnp.isnan(own), -jnp.inf, own)).sum(axis=-1)
    return higher < k


@op
def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each whole number from 0 on occurs, in each row if there are rows."""
    length = int(jnp.maximum(jnp.max(x) + 1, minlength))
    if x.ndim == 1:
        return jnp.bincount(x, weights, length=length)
    weights = jnp.ones(x.shape, "int32") if weights is None else weights
    return jax.vmap(lambda row, w: jnp.bincount(row, w, length=length))(x, weights)


def _segment(function: Any, doc: str) -> Any:
    def by_segment(
        data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
    ) -> Any:
        return function(data, segment_ids, num_segments, indices_are_sorted=sorted)

    by_segment.__doc__ = doc + " num_segments is the largest id + 1 unless given."
    return op(by_segment)


segment_sum = _segment(jax.ops.segment_sum, "The sum of the rows that have the same id.")
segment_max = _segment(jax.ops.segment_max, "The largest of the rows that have the same id.")
segment_min = _segment(jax.ops.segment_min, "The smallest of the rows that have the same id.")
segment_prod = _segment(jax.ops.segment_prod, "The product of the rows that have the same id.")

named(globals())
