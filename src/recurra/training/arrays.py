"""From lists, data frames and tensors of other libraries to arrays of numbers, checked."""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.kinds import check_kind
from recurra.engine.lazy import AT_ONCE, Windows, pieces
from recurra.engine.placed import aligned
from recurra.engine.shapes import Shape
from recurra.engine.tree import leaves, map_leaves


def to_numpy(x: Any, argument: str, who: str) -> Any:
    """An array of numbers from what a user gave: lists, data frames, tensors of other libraries.

    Windows stay windows.
    """
    if hasattr(x, "detach"):  # a PyTorch tensor
        x = x.detach().cpu()
    kept = isinstance(x, Windows) or (hasattr(x, "shape") and hasattr(x, "dtype") and _is_jax(x))
    array = x if kept else _as_array(x)
    if isinstance(array, (np.ndarray, Windows)):
        if isinstance(array, np.ndarray):
            array = check_kind(array, who, argument)
        if array.dtype == np.float64:
            with np.errstate(over="ignore"):  # numbers beyond float32 are refused as infinity
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
            fixes=_length_fixes(parts),
        )
    samples = next(iter(sizes.values()))
    if samples == 0:
        raise DataError("there are no samples: the first axis of the data has size 0.")
    return samples


def _length_fixes(parts: dict[str, list[Any]]) -> list[str]:
    """What to cut, or where an axis is missing, if x and y have not as many samples."""
    general = "X[:n] and y[:n] of one length; a look-back of W leaves n - W targets, y[W:]"
    if [len(arrays) for arrays in parts.values()] != [1, 1] or set(parts) != {"x", "y"}:
        return [general]
    x, y = parts["x"][0], parts["y"][0]
    surplus = len(x) - len(y)
    if len(x) == 1 and np.ndim(x) > 1 and x.shape[1] == len(y):
        return [
            f"y = y[None]  # x is one sample, and y holds a target for each of its {len(y)} steps"
        ]
    if 0 < surplus < len(y):
        last = f"the last {surplus} of x have" if surplus > 1 else "the last of x has"
        return [f"X = X[:{len(y)}]  # if {last} no target: a look-back of W leaves n - W targets"]
    if 0 < -surplus < len(x):
        left = f"a look-back of {-surplus} leaves {len(y)} - {-surplus} = {len(x)} targets"
        return [f"y = y[{-surplus}:]  # {left}, each behind its window"]
    return [general]


def check_finite(array: Any, argument: str, who: str) -> None:
    """Refuse NaN and infinity, and say where the first one is."""
    if isinstance(array, Windows):
        return _check_finite_windows(array, argument, who)
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
        fixes=[
            *(_for_padding(values) if argument.startswith("x") else ()),
            f"fill it in, or leave those samples out: {_those_without(argument, values.ndim)}",
        ],
    )


def _for_padding(values: np.ndarray) -> list[str]:
    """What to type where NaN stands behind the ends of sequences and nowhere else."""
    missing = np.isnan(values)
    padding = missing.all(axis=-1)
    whole = values.ndim == 3 and padding.any() and (missing.any(axis=-1) == padding).all()
    if not whole or padding[:, 0].any() or (padding[:, :-1] > padding[:, 1:]).any():
        return []
    return [
        "Masking(float('nan')) as the first layer: timesteps of NaN alone, behind the end of a "
        "sequence, are padding"
    ]


def _check_finite_windows(windows: Windows, argument: str, who: str) -> None:
    """Refuse windows that hold NaN or infinity, as those of `recurra.data.windows` never do."""
    if all(_is_finite(part) for part in pieces(windows)):
        return
    raise DataError(
        f"{who}: `{argument}` are windows over a table that holds NaN or infinity, which it did "
        "not when they were made, or they were not made by `recurra.data.windows`.",
        fixes=["change the table first, then make the windows: those with NaN are left out"],
    )


def _is_finite(values: np.ndarray) -> bool:
    return values.dtype.kind not in "fV" or bool(np.isfinite(values).all())


def _those_without(argument: str, rank: int) -> str:
    """Code that keeps the samples without NaN and infinity."""
    axes = "" if rank < 2 else f".all(axis={tuple(range(1, rank)) if rank > 2 else 1})"
    name = argument.split("[")[0]
    others = " and ".join(f"{n}[keep]" for n in dict.fromkeys((name, "x", "y")))
    return f"keep = np.isfinite({argument}){axes}, then {others}"


def class_weights(y: Any, weights: dict[int, float], numbers: bool) -> Any:
    """A weight for each sample, or each timestep of it, from a weight for each class.

    Args:
        y: class numbers, one-hot rows or columns of 0 and 1; an array or windows.
        weights: by class.
        numbers: whether each of y is a class number, so that its last axis is no row of classes.

    Returns:
        (samples,) or (samples, timesteps), float32: windows where y are such.
    """
    if not isinstance(weights, dict):
        raise ArgumentError(
            f"`class_weight`={reprlib.repr(weights)}: a dict with a weight for each class is "
            "needed, such as {0: 1.0, 1: 5.0}."
        )
    labels = np.unique([k for part in pieces(y) for k in np.unique(_classes(part, numbers))])
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
    by_label = np.array([weights[int(k)] for k in labels], np.float32)

    def weighted(part: np.ndarray) -> np.ndarray:
        classes = _classes(part, numbers)
        return by_label[np.searchsorted(labels, classes).clip(max=len(labels) - 1)]

    if isinstance(y, Windows):
        whole = numbers or y.ndim < 2
        alone = whole or y.shape[-1] == 1  # each number of the table is a class
        if alone or y.table.shape[1:] == y.shape[-1:]:
            return _windows_of(weighted, y, y.shape[1:] if whole else y.shape[1:-1], alone)
    return weighted(np.asarray(y))


def _classes(y: np.ndarray, numbers: bool) -> np.ndarray:
    """The class of each sample or timestep."""
    if y.ndim < 2 or numbers:
        return y
    return y[..., 0] if y.shape[-1] == 1 else y.argmax(-1)


def _windows_of(weighted: Any, y: Windows, sample: tuple[int, ...], alone: bool) -> Windows:
    """The same windows over a table of weights, which takes the place of that of classes.

    Args:
        weighted: the weights of some classes.
        y: windows over a table of classes.
        sample: the shape of the weights of one window.
        alone: whether each number of the table is a class, not each row.
    """
    table = y.table.reshape(-1, 1) if alone else y.table
    made = aligned((len(table),), np.float32)
    for first in range(0, len(table), AT_ONCE):
        part = table[first : first + AT_ONCE]
        made[first : first + AT_ONCE] = weighted(part).reshape(-1)
    return Windows(made.reshape(y.table.shape) if alone else made, y.starts, y.length).like(
        np.empty((0, *sample), np.float32)
    )


def flat(tree: Any, argument: str, who: str) -> list[Any]:
    """The arrays of a list or dict, in order."""
    return list(leaves(map_leaves(lambda a: to_numpy(a, argument, who), tree)))
