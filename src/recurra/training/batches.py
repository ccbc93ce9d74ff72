"""Where batches come from: arrays in memory, or anything that yields them."""

from __future__ import annotations

import itertools
import math
import reprlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import jax
import numpy as np

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.lazy import Windows, is_windows, loaded
from recurra.engine.notes import noting
from recurra.engine.placed import aligned
from recurra.engine.tree import leaves
from recurra.engine.variable import as_array


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
        steps: batches an epoch; None is all. The next epoch goes on where fewer than all stopped.
    """

    def __init__(
        self, data: Batch, batch_size: int | None, shuffle: bool, steps: int | None = None
    ) -> None:
        self.data, self.shuffle = data, shuffle
        self.samples = data.size
        self.batch_size = min(int(batch_size or 32), self.samples)
        self.steps = math.ceil(self.samples / self.batch_size)
        if steps is not None:
            self.steps = min(self.steps, steps)
        self._on_device: Batch | None = None
        self._order: np.ndarray | None = None
        self._next = 0

    def on_device(self) -> Batch:
        """All samples on the device, put there once: of windows the series alone."""
        if self._on_device is None:
            self._on_device = jax.tree.map(_on_device, self.data, is_leaf=is_windows)
        return self._on_device

    def epoch(self, generator: np.random.Generator) -> tuple[np.ndarray, int, int]:
        """The order of the samples; the first of its batches in this epoch, and where it ends.

        The order ends in zeros that fill up the last batch. The device reads it where it is.
        """
        total = math.ceil(self.samples / self.batch_size)
        if self._order is None or self._next == total:
            self._order = None  # its memory goes first
            self._order, self._next = aligned((total * self.batch_size,), np.int32), 0
            real = self._order[: self.samples]
            self._order.fill(0)
            real[1:] = 1
            np.cumsum(real, out=real)  # 0, 1, 2, ... without a second array
            if self.shuffle:
                generator.shuffle(real)
        first, self._next = self._next, min(self._next + self.steps, total)
        return self._order, first, self._next

    def rewind(self) -> None:
        """Begin anew in the next epoch."""
        self._order = None

    def __iter__(self) -> Iterator[Batch]:
        """Batches in the samples' own order, each cut out of the arrays."""
        for step in range(self.steps):
            start, stop = step * self.batch_size, (step + 1) * self.batch_size
            yield loaded(Batch(*([a[start:stop] for a in part] for part in self.data)))


def _on_device(a: Any) -> Any:
    return a.on_device() if isinstance(a, Windows) else as_array(a)


class IterableBatches:
    """Batches out of a generator, a `Sequence`, a DataLoader or any other iterable.

    Args:
        source: yields `x`, `(x, y)` or `(x, y, sample_weight)`. One that can only be walked once
            (a generator) goes on in the next epoch where it stopped.
        steps: batches an epoch; None is until the source ends.
        flatten: brings one item to a `Batch` and checks it.

    Attributes:
        data: the first batch, once `peek` was called.
    """

    data: Batch

    def __init__(self, source: Any, steps: int | None, flatten: Callable[[Any], Batch]) -> None:
        if not hasattr(source, "__iter__") and not hasattr(source, "__getitem__"):
            raise ArgumentError(
                f"`x` is {reprlib.repr(source)}, neither arrays nor something that yields batches.",
                fixes=["call the function that makes the generator: fit(batches())"]
                if callable(source)
                else (),
            )
        self.source, self.flatten = source, flatten
        self.steps = len(source) if steps is None and hasattr(source, "__len__") else steps
        self._once = hasattr(source, "__next__")
        self._walk: Iterator[Any] | None = None

    def _begin(self) -> Iterator[Any]:
        if hasattr(self.source, "__getitem__") and hasattr(self.source, "__len__"):
            return (self.source[k] for k in range(len(self.source)))
        return iter(self.source)

    def _next(self) -> Any:
        """The next item, from the beginning again where a source that allows it has ended."""
        begun = self._walk is not None
        self._walk = self._walk or self._begin()
        with noting(lambda: "in the source of batches"):
            item = next(self._walk, _END)
            if item is _END and begun and not self._once and self.steps is not None:
                self._walk = self._begin()
                item = next(self._walk, _END)
        return item

    def rewind(self) -> None:
        """Begin anew next time, where the source allows it."""
        if not self._once:
            self._walk = None

    def __iter__(self) -> Iterator[Batch]:
        """The batches of one epoch."""
        taken = 0
        while self.steps is None or taken < self.steps:
            item = self._next()
            if item is _END:
                self._check_end(taken)
                break
            taken += 1
            yield self.flatten(item)
        if self.steps is None:
            self.rewind()
        on_epoch_end = getattr(self.source, "on_epoch_end", None)
        if callable(on_epoch_end):
            on_epoch_end()

    def _check_end(self, taken: int) -> None:
        """Refuse a source that ended before the batches that were asked for."""
        if taken and self.steps is None:
            return
        came = f"after {taken} of {self.steps} batches" if taken else "before this epoch"
        raise DataError(
            f"the source of batches ended {came}.",
            fixes=[
                "a generator is gone through once: let it repeat itself (while True:) and give "
                "the number of batches an epoch",
                "a list of batches, a Sequence or a DataLoader can be gone through again",
            ],
        )

    def peek(self) -> Batch:
        """The first batch; the first epoch still gets it."""
        first = self._next()
        if first is _END:
            raise DataError(
                "the source of the data ended before its first batch.",
                fixes=["a generator is used up after one pass: make a new one for each call"],
            )
        self._walk = itertools.chain([first], self._walk or ())
        self.data = self.flatten(first)
        return self.data


_END = object()

Batches: TypeAlias = ArrayBatches | IterableBatches


def is_arrays(x: Any) -> bool:
    """Whether data are arrays in memory (or lists and dicts of them), not a source of batches."""
    if x is None or hasattr(x, "__next__") or is_list_of_batches(x):
        return False
    return all(hasattr(leaf, "shape") or np.isscalar(leaf) for leaf in leaves(x))


def is_list_of_batches(x: Any) -> bool:
    """Whether data are a list of `(x, y)` or `(x, y, sample_weight)`."""
    return (
        isinstance(x, list)
        and bool(x)
        and all(
            isinstance(item, tuple)
            and 2 <= len(item) <= 3
            and any(getattr(leaf, "shape", ()) for leaf in leaves(item))
            for item in x
        )
    )


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


def uneven_fixes(samples: int, batch_size: int, fixed: int) -> list[str]:
    """What to type where samples do not fill the batches that states are carried for."""
    fixes = []
    if samples % fixed == 0:
        fixes.append(f"batch_size={fixed}")
    elif samples > fixed:
        whole = samples // fixed * fixed
        fixes.append(f"X[:{whole}], y[:{whole}]  # leaves out {samples - whole}")
    sizes = ", ".join(str(k) for k in range(1, samples + 1) if samples % k == 0)
    if samples < fixed:
        twin = f"a twin for batches of {samples}: build the model with batch_shape=({samples}, ...)"
        fixes.append(f"twin.set_weights(model.get_weights())  # {twin}")
    else:
        fixes.append(f"Input(batch_shape=(b, timesteps, features))  # b one of {sizes}")
    return [*fixes, "leave out stateful=True if samples do not continue each other"]


def split(data: Batch, fraction: float) -> tuple[Batch, Batch]:
    """The first part for training, the last one for validation, in the samples' own order."""
    at = math.floor(data.size * (1 - fraction))
    if at == 0 or at == data.size:
        raise DataError(
            f"fit: `validation_split`={fraction} of {data.size} samples leaves no samples on one "
            "side."
        )
    return (
        Batch(*([a[:at] for a in part] for part in data)),
        Batch(*([a[at:] for a in part] for part in data)),
    )
