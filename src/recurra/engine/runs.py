"""Whole numbers in runs, which stand for an array of them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


class Runs:
    """Whole numbers in ascending runs: each goes from its first number on by the same step.

    An array of as many numbers would take 4 bytes each; of windows over a long series there is
    almost one for each row.

    Args:
        firsts: the number with which each run begins, (runs,).
        before: how many numbers the runs before it have, (runs,).
        step: from one number of a run to the next.
        count: of all numbers.
    """

    def __init__(self, firsts: Any, before: Any, step: int, count: int) -> None:
        self.firsts, self.before, self.step, self.count = firsts, before, step, count

    @classmethod
    def of(cls, firsts: np.ndarray, sizes: np.ndarray, step: int) -> Runs:
        """Runs of these sizes, of which those of size 0 are left out."""
        some = sizes > 0
        ends = np.cumsum(sizes[some])
        before = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        count = int(ends[-1]) if len(ends) else 0
        return cls(firsts[some].astype(np.int32), before.astype(np.int32), step, count)

    def __len__(self) -> int:
        return self.count

    def at(self, index: Any) -> Any:
        """The numbers in these places, on the device if the runs are there.

        Args:
            index: whole numbers from 0, (n,).

        Returns:
            (n,).
        """
        if len(self.firsts) == 1:
            return self.firsts[0] + self.step * index
        if isinstance(self.firsts, np.ndarray):
            run = np.searchsorted(self.before, index, side="right") - 1
            return self.firsts[run] + self.step * (index - self.before[run])
        run = jnp.searchsorted(self.before, index, side="right") - 1
        first, before = (jnp.take(a, run, mode="clip") for a in (self.firsts, self.before))
        return first + self.step * (index - before)

    def __getitem__(self, index: Any) -> Any:
        """Runs for a slice of neighbours, an array for other places, a number for one."""
        if isinstance(index, slice) and index.step in (None, 1):
            start, stop, _ = index.indices(self.count)
            ends = np.append(self.before[1:], self.count)
            low, high = (np.clip(k, self.before, ends) - self.before for k in (start, stop))
            return Runs.of(self.firsts + low * self.step, high - low, self.step)
        if isinstance(index, slice):
            return self.at(np.arange(*index.indices(self.count), dtype=np.int32))
        places = np.asarray(index)
        places = np.flatnonzero(places) if places.dtype == bool else places
        if places.size and not -self.count <= places.min() <= places.max() < self.count:
            raise IndexError(f"there are {self.count} windows, and no number {index!r}.")
        return self.at(places % self.count)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.at(np.arange(self.count, dtype=np.int32)), dtype)

    def tolist(self) -> list[int]:
        """The numbers."""
        numbers: list[int] = np.asarray(self).tolist()
        return numbers

    def __add__(self, more: int) -> Runs:
        return Runs(self.firsts + np.int32(more), self.before, self.step, self.count)


jax.tree_util.register_pytree_node(
    Runs,
    lambda r: ((r.firsts, r.before), (r.step, r.count)),
    lambda known, children: Runs(*children, *known),
)
