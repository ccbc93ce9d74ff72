"""Tables where they lie: a program on the CPU reads the memory of a NumPy array itself."""

from __future__ import annotations

import contextlib
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

#: XLA reads memory in place from addresses that are multiples of so many bytes.
ALIGNED = 64
#: A table of no more bytes than this is copied to such an address where it does not begin at one.
COPIED = 2**20
#: Numbers of a table further from its first one than this need positions of 64 bits.
MOST = 2**31 - 1


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array with any values in it whose memory the device can read in place."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    memory = np.empty(size + ALIGNED, np.uint8)
    start = -memory.ctypes.data % ALIGNED
    return memory[start : start + size].view(dtype).reshape(shape)


class Placed:
    """A table for compiled programs, its numbers in one row as they lie in memory.

    A number of the table is found by its place, so that columns of a table, or rows that lie side
    by side, need no memory of their own. A row of numbers can begin between two addresses that XLA
    takes: those before the first such address are copied, 15 at most of float32; of a small table
    all are, which spares each step a second look.

    Args:
        head: the numbers that were copied, (0 to 15,).
        body: all others, (numbers,).
        shape: of the table, (rows, ...).
        strides: places from one number to the next along each axis.
    """

    def __init__(
        self, head: Any, body: Any, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.head, self.body, self.shape, self.strides = head, body, shape, strides

    @classmethod
    def of(cls, table: np.ndarray) -> Placed:
        """The same table: in place on a CPU, copied to any other device."""
        size = table.itemsize
        in_place = all(s >= 0 and s % size == 0 for s in table.strides)
        if not in_place or jax.default_backend() != "cpu":
            table = np.ascontiguousarray(table)
        strides = tuple(s // size for s in table.strides)
        span = 1 + sum((n - 1) * s for n, s in zip(table.shape, strides))
        row = np.lib.stride_tricks.as_strided(table, (span,), (size,), writeable=False)
        first = -table.ctypes.data % ALIGNED // size if span * size > COPIED else 0
        return cls(
            jax.device_put(row[:first].copy()), jax.device_put(row[first:]), table.shape, strides
        )

    @property
    def dtype(self) -> Any:
        """The type of its numbers."""
        return self.body.dtype

    def rows(self, starts: Any, length: int | None) -> Any:
        """Stretches of rows: (n, length, ...), or (n, ...) of single rows.

        Args:
            starts: the first row of each, (n,).
            length: rows each; None for a single one, without an axis of rows.
        """
        far = sum((n - 1) * s for n, s in zip(self.shape, self.strides)) > MOST
        with jax.enable_x64(True) if far else contextlib.nullcontext():
            axes = [*zip(self.shape[1:], self.strides[1:])]
            if length is not None:
                axes = [(length, self.strides[0]), *axes]
            place = starts.astype("int64" if far else "int32") * self.strides[0]
            for count, stride in axes:
                place = place[..., None] + jnp.arange(count, dtype=place.dtype) * stride
            first = len(self.head)
            values = jnp.take(self.body, place - first, mode="clip")
            if not first:
                return values
            return jnp.where(place < first, jnp.take(self.head, place, mode="clip"), values)


jax.tree_util.register_pytree_node(
    Placed,
    lambda p: ((p.head, p.body), (p.shape, p.strides)),
    lambda known, children: Placed(*children, *known),
)
