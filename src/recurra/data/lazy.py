"""An array of windows over series, of which only the series are in memory."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


class Windows:
    """Windows over the rows of a table, as an array (windows, rows, columns) that is not there.

    It has the shape, the type, the length and the slices of such an array. Values are copied out
    only of the windows that somebody asks for; a training step gathers them on the device.

    Args:
        table: the rows of all series one below the other, (rows, columns) or (rows,).
        starts: the first row of each window, (windows,) whole numbers.
        length: rows a window; None for a single row, without an axis of rows.
    """

    def __init__(self, table: Any, starts: Any, length: int | None) -> None:
        self.table, self.starts, self.length = table, starts, length

    @property
    def shape(self) -> tuple[int, ...]:
        """(windows, rows, columns)."""
        rows = () if self.length is None else (self.length,)
        return (len(self.starts), *rows, *self.table.shape[1:])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> Any:
        """The type of its numbers."""
        return self.table.dtype

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, index: Any) -> Any:
        """Copy windows out: on the device if the series are there, else in NumPy.

        Args:
            index: numbers of windows, (n,).

        Returns:
            (n, rows, columns).
        """
        numpy = isinstance(self.table, np.ndarray)
        starts = self.starts[index] if numpy else jnp.take(self.starts, index, mode="clip")
        if self.length is None:
            rows = starts
        else:
            rows = starts[:, None] + (np if numpy else jnp).arange(self.length)
        return self.table[rows] if numpy else jnp.take(self.table, rows, axis=0, mode="clip")

    def __getitem__(self, index: Any) -> Any:
        """Some of the windows: as windows for a slice or an array, as an array for a number."""
        if isinstance(index, tuple):
            return np.asarray(self[index[0]])[(slice(None), *index[1:])]
        if isinstance(index, (slice, np.ndarray, list)):
            return Windows(self.table, self.starts[index], self.length)
        return self.take(np.asarray([index]))[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        values = np.asarray(self.take(np.arange(len(self))))
        return values if dtype is None else values.astype(dtype)

    def astype(self, dtype: Any) -> Windows:
        """The same windows over a table of another type."""
        return Windows(self.table.astype(dtype), self.starts, self.length)


jax.tree_util.register_pytree_node(
    Windows,
    lambda w: ((w.table, w.starts), w.length),
    lambda length, children: Windows(*children, length),
)
