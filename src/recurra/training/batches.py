"""Where batches come from: arrays in memory, or anything that yields them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import jax
import numpy as np

from recurra.engine.arguments import is_count
from recurra.engine.calls import check_kind
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.shapes import Shape
from recurra.engine.tree import leaves, map_leaves


class Batch(NamedTuple):
    """Inputs, targets and sample weights: each a flat list of arrays, empty where not given."""

    x: list[Any]
    y: list[Any]
    weights: list[Any]

    @property
    def size(self) -> int:
        """The number of samples."""
        return len(self.x[0])


class ArrayBatches:
    """Batches out of arrays in memory.

    Args:
        data: all samples.
        batch_size: samples a batch; 32 by default.
        shuffle: whether each epoch takes them in another order.
    """

    def __init__(self, data: Batch, batch_size: int | None, shuffle: bool) -> None:
        if batch_size is not None and not is_count(batch_size):
            raise ArgumentError(
                f"`batch_size`={batch_size!r}: a whole number of at least 1 is needed."
            )
        self.data, self.shuffle = data, shuffle
        self.samples = data.size
        self.batch_size = min(int(batch_size or 32), self.samples)
        self.steps = math.ceil(self.samples / self.batch_size)
        self._on_device: Batch | None = None

    def on_device(self) -> Batch:
        """All samples on the device, put there once."""
        if self._on_device is None:
            self._on_device = jax.tree.map(jax.numpy.asarray, self.data)
        return self._on_device

    def order(self, generator: np.random.Generator) -> np.ndarray:
        """The order of the samples in one epoch."""
        order = np.arange(self.samples, dtype=np.int32)
        if self.shuffle:
            generator.shuffle(order)
        return order

    def __iter__(self) -> Iterator[Batch]:
        """Batches in the samples' own order, each cut out of the arrays."""
        for start in range(0, self.samples, self.batch_size):
            stop = start + self.batch_size
            yield Batch(*([a[start:stop] for a in part] for part in self.data))


class IterableBatches:
    """Batches out of a generator, a `Sequence`, a DataLoader or any other iterable.

    Args:
        source: yields `x`, `(x, y)` or `(x, y, sample_weight)`. One that can only be walked once
            (a generator) goes on in the next epoch where it stopped.
        steps: batches an epoch; None is until the source ends.
        flatten: brings one item to a `Batch` and checks it.
    """

    def __init__(self, source: Any, steps: int | None, flatten: Callable[[Any], Batch]) -> None:
        if steps is not None and not is_count(steps):
            raise ArgumentError(
                f"the number of steps is {steps!r}; a whole number of at least 1 is needed."
            )
        self.source, self.flatten = source, flatten
        self.steps = len(source) if steps is None and hasattr(source, "__len__") else steps
        self._walk = self._begin()

    def _begin(self) -> Iterator[Any]:
        if hasattr(self.source, "__getitem__") and hasattr(self.source, "__len__"):
            return (self.source[k] for k in range(len(self.source)))
        return iter(self.source)

    def _next(self) -> Any:
        """The next item, from the beginning again where a source that allows it has ended."""
        item = next(self._walk, _END)
        if item is _END and not hasattr(self.source, "__next__") and self.steps is not None:
            self._walk = self._begin()
            item = next(self._walk, _END)
        return item

    def __iter__(self) -> Iterator[Batch]:
        """The batches of one epoch."""
        taken = 0
        while self.steps is None or taken < self.steps:
            item = self._next()
            if item is _END:
                break
            taken += 1
            yield self.flatten(item)
        if self.steps is None and not hasattr(self.source, "__next__"):
            self._walk = self._begin()
        on_epoch_end = getattr(self.source, "on_epoch_end", None)
        if callable(on_epoch_end):
            on_epoch_end()

    def peek(self) -> Batch:
        """The first batch; the first epoch still gets it."""
        first = next(self._walk, _END)
        if first is _END:
            raise DataError(
                "the source of the data ended before its first batch.",
                fixes=["a generator is used up after one pass: make a new one for each call"],
            )
        self._walk = itertools.chain([first], self._walk)
        return self.flatten(first)


_END = object()

Batches: TypeAlias = ArrayBatches | IterableBatches


def is_arrays(x: Any) -> bool:
    """Whether data are arrays in memory (or lists and dicts of them), not a source of batches."""
    if x is None or hasattr(x, "__next__"):
        return False
    return all(hasattr(leaf, "shape") or np.isscalar(leaf) for leaf in leaves(x))


def unpack(item: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` of what a source yields; a list of two or three counts as a tuple."""
    if isinstance(item, (tuple, list)) and len(item) <= 3:
        return (*item, *(None,) * (3 - len(item)))  # type: ignore[return-value]
    if isinstance(item, tuple):
        raise DataError(
            f"a source of batches yielded a tuple of {len(item)}; x, (x, y) or "
            "(x, y, sample_weight) is needed."
        )
    return item, None, None


def to_numpy(x: Any, argument: str, who: str) -> Any:
    """An array of numbers from what a user gave: lists, data frames, tensors of other libraries."""
    if hasattr(x, "detach"):  # a PyTorch tensor
        x = x.detach().cpu()
    array = x if hasattr(x, "shape") and hasattr(x, "dtype") and _is_jax(x) else _as_array(x)
    if isinstance(array, np.ndarray):
        check_kind(array, who, argument)
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
    """Refuse NaN, and say where the first one is."""
    values = np.asarray(array)
    if values.dtype.kind not in "fV" or not np.isnan(np.sum(values)):
        return
    bad = np.isnan(values)
    if not bad.any():
        return
    first = np.unravel_index(int(bad.argmax()), values.shape)
    names = Shape(values.shape).names
    where = ", ".join(f"{n} {k}" for n, k in zip(("sample", *names[1:]), first))
    raise DataError(
        f"{who}: `{argument}` holds NaN in {int(bad.sum())} of {values.size} places, first at "
        f"{where.replace('timesteps', 'timestep').replace('features', 'feature')}. "
        "One NaN makes every weight NaN.",
        fixes=[
            "fill it or leave those samples out, such as "
            "X = X[~np.isnan(X).any(axis=tuple(range(1, X.ndim)))]"
        ],
    )


def class_weights(y: Any, weights: dict[int, float]) -> np.ndarray:
    """A weight for each sample from a weight for each class."""
    y = np.asarray(y)
    classes = y.argmax(-1) if y.ndim == 2 and y.shape[-1] > 1 else y.reshape(len(y), -1)
    if classes.ndim == 2 and classes.shape[1] > 1:
        raise DataError(
            f"`class_weight` needs one label a sample, and y has shape {y.shape}.",
            fixes=["give sample_weight of shape (samples, timesteps) instead"],
        )
    labels = classes.reshape(-1).astype(int)
    missing = sorted(set(labels.tolist()) - set(weights))
    if missing:
        raise ArgumentError(
            f"`class_weight` has no weight for class {missing[0]}; it has "
            f"{', '.join(map(str, sorted(weights)))}."
        )
    lookup = np.array([weights.get(k, 0.0) for k in range(int(labels.max()) + 1)], np.float32)
    return lookup[labels]


def split(data: Batch, fraction: float) -> tuple[Batch, Batch]:
    """The first part for training, the last one for validation, in the samples' own order."""
    if not 0 < fraction < 1:
        raise ArgumentError(
            f"`validation_split`={fraction!r}: a number above 0 and below 1 is needed."
        )
    at = math.floor(data.size * (1 - fraction))
    if at == 0 or at == data.size:
        raise DataError(
            f"`validation_split`={fraction} of {data.size} samples leaves no samples on one side."
        )
    return (
        Batch(*([a[:at] for a in part] for part in data)),
        Batch(*([a[at:] for a in part] for part in data)),
    )


def flat(tree: Any, argument: str, who: str) -> list[Any]:
    """The arrays of a list or dict, in order."""
    return list(leaves(map_leaves(lambda a: to_numpy(a, argument, who), tree)))
