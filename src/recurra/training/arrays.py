"""From lists, data frames and tensors of other libraries to arrays of numbers, checked."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.kinds import check_kind
from recurra.engine.shapes import Shape
from recurra.engine.tree import leaves, map_leaves


def to_numpy(x: Any, argument: str, who: str) -> Any:
    """An array of numbers from what a user gave: lists, data frames, tensors of other libraries."""
    if hasattr(x, "detach"):  # a PyTorch tensor
        x = x.detach().cpu()
    array = x if hasattr(x, "shape") and hasattr(x, "dtype") and _is_jax(x) else _as_array(x)
    if isinstance(array, np.ndarray):
        array = check_kind(array, who, argument)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        elif array.dtype == np.int64:
            array = array.astype(np.int32)
    return array


def _as_array(x: Any) -> np.ndarray:
    try:
        return np.asarray(x)
    except ValueError:  # lists of several lengths
        return np.array([np.asarray(v) for v in x] + [None], dtype=object)[:-1]


def _is_jax(x: Any) -> bool:
    return type(x).__module__.startswith("jax")


def check_lengths(parts: dict[str, list[Any]]) -> int:
    """The number of samples, which all arrays have to share."""
    sizes = {
        (name if len(arrays) == 1 else f"{name}[{k}]"): len(a) if np.ndim(a) else 0
        for name, arrays in parts.items()
        for k, a in enumerate(arrays)
    }
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} has {n}" for name, n in sizes.items())
        raise DataError(
            f"the arrays do not hold the same number of samples: {said}.",
            fixes=[
                "X[:n] and y[:n] of one length; windows of W steps over n rows leave n - W "
                "targets: y[W:]"
            ],
        )
    samples = next(iter(sizes.values()))
    if samples == 0:
        raise DataError("there are no samples: the first axis of the data has size 0.")
    return samples


def check_finite(array: Any, argument: str, who: str) -> None:
    """Refuse NaN and infinity, and say where the first one is."""
    values = np.asarray(array)
    with np.errstate(all="ignore"):
        if values.dtype.kind not in "fV" or np.isfinite(np.add.reduce(values, None)):
            return
    bad = ~np.isfinite(values)
    if not bad.any():  # only the sum was too large
        return
    kind = "NaN" if np.isnan(values).any() else "infinity"
    bad = np.isnan(values) if kind == "NaN" else bad
    first = np.unravel_index(int(bad.argmax()), values.shape)
    names = Shape(values.shape).names
    where = ", ".join(f"{n} {k}" for n, k in zip(("sample", *names[1:]), first))
    raise DataError(
        f"{who}: `{argument}` holds {kind} in {int(bad.sum())} of {values.size} places, first at "
        f"{where.replace('timesteps', 'timestep').replace('features', 'feature')}. "
        "One is enough to make the outputs, the loss and then every weight NaN.",
        fixes=[f"fill it in, or leave those samples out: {_those_without(argument, values.ndim)}"],
    )


def _those_without(argument: str, rank: int) -> str:
    """Code that keeps the samples without NaN and infinity."""
    axes = "" if rank < 2 else f".all(axis={tuple(range(1, rank)) if rank > 2 else 1})"
    name = argument.split("[")[0]
    others = " and ".join(f"{n}[keep]" for n in dict.fromkeys((name, "x", "y")))
    return f"keep = np.isfinite({argument}){axes}, then {others}"


def class_weights(y: Any, weights: dict[int, float]) -> np.ndarray:
    """A weight for each sample from a weight for each class."""
    if not isinstance(weights, dict):
        raise ArgumentError(
            f"`class_weight`={reprlib.repr(weights)}: a dict with a weight for each class is "
            "needed, such as {0: 1.0, 1: 5.0}."
        )
    y = np.asarray(y)
    classes = y.argmax(-1) if y.ndim == 2 and y.shape[-1] > 1 else y.reshape(len(y), -1)
    if classes.ndim == 2 and classes.shape[1] > 1:
        raise DataError(
            f"`class_weight` needs one label a sample, and y has shape {y.shape}.",
            fixes=["give sample_weight of shape (samples, timesteps) instead"],
        )
    labels, which = np.unique(classes, return_inverse=True)
    fractions = labels[labels != labels.astype(int)]
    if fractions.size:
        raise DataError(
            "`class_weight` is for targets that are class numbers, and y holds "
            f"{float(fractions[0]):g}.",
            fixes=["give sample_weight, a number for each sample, instead"],
        )
    missing = [int(k) for k in labels if int(k) not in weights]
    if missing:
        raise ArgumentError(
            f"`class_weight` has no weight for class {missing[0]}; it has weights for "
            f"{', '.join(map(repr, weights))}."
        )
    return np.array([weights[int(k)] for k in labels], np.float32)[which.reshape(-1)]


def flat(tree: Any, argument: str, who: str) -> list[Any]:
    """The arrays of a list or dict, in order."""
    return list(leaves(map_leaves(lambda a: to_numpy(a, argument, who), tree)))
