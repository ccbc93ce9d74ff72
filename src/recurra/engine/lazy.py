"""An array of windows over series, of which only the series are in memory."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from recurra.engine.placed import Placed
from recurra.engine.runs import Runs
from recurra.engine.shapes import of_samples

#: So many numbers are copied out at once where all windows are looked at.
AT_ONCE = 2**18


class Windows(np.lib.mixins.NDArrayOperatorsMixin):
    """Windows over the rows of a table, as an array (windows, rows, columns) that is not there.

    It has the shape, the type, the length and the slices of such an array. Values are copied out
    only of the windows that somebody asks for; a training step gathers them on the device. What is
    computed from it is an array: `y - x[:, -1, :1]`.

    Args:
        table: the rows of all series one below the other, (rows, columns) or (rows,).
        starts: the first row of each window, (windows,): `Runs` or whole numbers.
        length: rows a window; None for a single row, without an axis of rows.

    Attributes:
        sample: the shape of one window where it is another than (rows, columns).

    Example:
        >>> pairs = Windows(np.arange(5.0), np.array([0, 3]), 2)
        >>> pairs
        <Windows (samples=2, features=2) float64>
        >>> pairs[-1].tolist(), (10 * pairs).tolist()
        ([3.0, 4.0], [[0.0, 10.0], [30.0, 40.0]])
    """

    sample: tuple[int, ...] | None = None

    __hash__ = object.__hash__

    def __init__(self, table: Any, starts: Any, length: int | None) -> None:
        self.table, self.starts, self.length = table, starts, length

    @property
    def shape(self) -> tuple[int, ...]:
        """(windows, rows, columns)."""
        rows = () if self.length is None else (self.length,)
        sample = (*rows, *self.table.shape[1:]) if self.sample is None else self.sample
        return (len(self.starts), *sample)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of numbers that an array of this shape has."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def dtype(self) -> Any:
        """The type of its numbers."""
        return self.table.dtype

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"<Windows {of_samples(self.shape)} {self.dtype}>"

    def take(self, index: Any) -> Any:
        """Copy windows out: on the device if the series are there, else in NumPy.

        Args:
            index: numbers of windows, (n,).

        Returns:
            (n, rows, columns).
        """
        placed = isinstance(self.table, Placed)
        if isinstance(self.starts, Runs):
            starts = self.starts.at(index)
        else:
            starts = jnp.take(self.starts, index, mode="clip") if placed else self.starts[index]
        if placed:
            values = self.table.rows(starts, self.length)
        else:
            length = self.length
            values = self.table[starts if length is None else starts[:, None] + np.arange(length)]
        return values if self.sample is None else values.reshape(len(index), *self.sample)

    def __getitem__(self, index: Any) -> Any:
        """Some of the windows: as windows for a slice or an array, as an array for a number."""
        if isinstance(index, tuple):
            return self._part(index)
        if isinstance(index, (slice, np.ndarray, list)):
            return self._with(starts=self.starts[index])
        if index is Ellipsis:
            return self
        return self.take(np.asarray([range(len(self))[index]]))[0]

    def _part(self, index: tuple[Any, ...]) -> Any:
        """What `windows[first, ...]` is; windows again where no number has to be copied."""
        if len(index) == 2 and index[0] is Ellipsis and index[1] is None:
            return self._with(sample=(*self.shape[1:], 1))
        first, *rest = _without_ellipsis(index, self.ndim)
        if _is_several(first) and any(map(_is_several, rest)):  # NumPy pairs them
            return np.asarray(self)[index]
        some = self[first]
        if not isinstance(some, Windows):
            return some[tuple(rest)]
        if all(isinstance(r, slice) and r == slice(None) for r in rest):
            return some
        rows, columns = (rest[:1], rest[1:]) if self.length is not None else ([], rest)
        if self.sample is None and len(columns) <= 1 and not any(map(_is_several, rows)):
            part = some._rows(rows[0]) if rows else some
            if part is not None:
                return part._with(table=part.table[(slice(None), *columns)])
        return np.asarray(some)[(slice(None), *rest)]

    def _rows(self, index: Any) -> Windows | None:
        """The same rows of each window; None for rows that are not next to each other."""
        rows = range(self.length or 0)[index]
        if not isinstance(rows, range):
            return self._with(starts=self.starts + rows, length=None)
        if not rows or rows.step != 1:
            return None
        return self._with(starts=self.starts + rows.start, length=len(rows))

    def _with(self, **attributes: Any) -> Windows:
        """The same but for these attributes."""
        other = copy.copy(self)
        other.__dict__.update(attributes)
        return other

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        values = self.take(np.arange(len(self)))
        return values if dtype is None else values.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return getattr(ufunc, method)(*map(loaded, inputs), **options)

    def reshape(self, *shape: Any) -> np.ndarray:
        """An array of all windows in another shape."""
        return np.asarray(self).reshape(*shape)

    def astype(self, dtype: Any) -> Windows:
        """The same windows over a table of another type."""
        same = self.dtype == np.dtype(dtype)
        return self if same else self._with(table=self.table.astype(dtype))

    def like(self, array: Any) -> Windows:
        """The same windows with the type and the shape of a sample that an array of some has."""
        changed = self if array.shape[1:] == self.shape[1:] else self._with(sample=array.shape[1:])
        return changed.astype(array.dtype)

    def on_device(self) -> Windows:
        """The same windows over a table that compiled programs read."""
        starts = jax.tree.map(lambda a: jax.device_put(a.astype(np.int32)), self.starts)
        return self._with(table=Placed.of(self.table), starts=starts)

    def pieces(self) -> Iterator[np.ndarray]:
        """Arrays of windows which together hold every number of them, and each but few times."""
        step = self.starts.step if isinstance(self.starts, Runs) else 1
        size = max(1, self.size // max(len(self), 1))
        every = max(1, (self.length or 1) // max(1, step)) if isinstance(self.starts, Runs) else 1
        block = max(1, AT_ONCE // size) * every
        for first in range(0, len(self), block):
            places = np.arange(first, min(first + block, len(self)))
            if every > 1:  # windows that touch each other, and the last one of each run
                before = self.starts.before
                run = np.searchsorted(before, places, side="right") - 1
                ends = np.append(before[1:], len(self))[run]
                places = places[((places - before[run]) % every == 0) | (places == ends - 1)]
            for some in np.array_split(places, -(-len(places) * size // (2 * AT_ONCE)) or 1):
                yield self.take(some)


jax.tree_util.register_pytree_node(
    Windows,
    lambda w: ((w.table, w.starts), (w.length, w.sample)),
    lambda known, children: Windows(*children, known[0])._with(sample=known[1]),
)


def _is_several(index: Any) -> bool:
    """Whether an index is an array or a list of places, not a number or a slice."""
    return isinstance(index, (list, np.ndarray)) and np.ndim(index) > 0


def _without_ellipsis(index: tuple[Any, ...], rank: int) -> list[Any]:
    """The same index with slices for the axes that `...` stands for."""
    at = next((k for k, i in enumerate(index) if i is Ellipsis), len(index))
    behind = index[at + 1 :]
    return [*index[:at], *(slice(None),) * (rank - at - len(behind)), *behind]


def is_windows(x: Any) -> bool:
    """Whether something is an array of windows that is not there."""
    return isinstance(x, Windows)


def pieces(x: Any) -> Iterator[np.ndarray]:
    """Arrays that together hold every number of an array: itself, or parts of windows."""
    return x.pieces() if isinstance(x, Windows) else iter((np.asarray(x),))


def loaded(tree: Any) -> Any:
    """The same with windows as arrays."""
    return jax.tree.map(lambda a: np.asarray(a) if is_windows(a) else a, tree, is_leaf=is_windows)


def gathered(tree: Any, index: Any) -> Any:
    """Some samples of each array, on the device if the arrays are there.

    Args:
        tree: arrays and windows, (samples, ...).
        index: the numbers of the samples, (n,).

    Returns:
        Arrays (n, ...).
    """

    def take(a: Any) -> Any:
        if is_windows(a):
            return a.take(index)
        return a[index] if isinstance(a, np.ndarray) else jnp.take(a, index, axis=0, mode="clip")

    return jax.tree.map(take, tree, is_leaf=is_windows)
