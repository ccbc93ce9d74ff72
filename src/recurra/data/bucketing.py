"""Batches of sequences of near lengths, so that little of them is padding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from recurra.data.padding import filled, read_sequences
from recurra.engine import seeds
from recurra.engine.arguments import INTEGER
from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.words import amount

#: So many lengths are tried as those of batches, however many there are.
MOST_LENGTHS = 256


def bucket(
    sequences: Any,
    y: Any = None,
    *,
    by: Any = None,
    batch_size: int = 32,
    lengths: int = 8,
    value: float = math.nan,
) -> Buckets:
    """Batches of sequences of near lengths, for `fit`, `evaluate` and `predict`.

    Batches have few different lengths, chosen so that least is filled in, and each is compiled
    once. With targets the samples come in another order in each epoch; `predict` gives its outputs
    in the order of the sequences all the same. As in `pad`, `Masking(float("nan"))` as the first
    layer skips what is filled in.

    Args:
        sequences: a list of arrays (timesteps, features) or (timesteps,). With `by` a table of all
            of them, (rows, features) or (rows,), in order of time.
        y: a target for each sequence, (samples, ...), or a list with one for each of its timesteps,
            (timesteps, ...), which is filled up with 0.
        by: which sequence each row belongs to, (rows,). Sequences come in the order of their first
            rows, that of `dict.fromkeys(by)`.
        batch_size: samples a batch.
        lengths: how many different lengths batches may have.
        value: what is filled in, as in `pad`.

    Returns:
        Batches x (batch, timesteps, features), or (x, y), that can be gone through again.

    Raises:
        DataError: as `pad`, and where there are not as many targets.

    Example:
        >>> batches = bucket([[1.0], [2.0, 3.0, 4.0], [5.0]], batch_size=2, lengths=2)
        >>> batches
        <3 sequences in 2 batches of length 1 or 3, 0% padding>
        >>> [x.shape for x in batches]
        [(2, 1, 1), (1, 3, 1)]
    """
    for name, count in (("batch_size", batch_size), ("lengths", lengths)):
        if not (INTEGER.ok(count) and count > 0):
            raise ArgumentError(
                f"bucket: `{name}`={count!r}: a whole number of at least 1 is needed."
            )
    arrays = read_sequences(sequences, by, value, "bucket")
    if y is not None and len(y) != len(arrays):
        raise DataError(
            f"bucket: there are {len(arrays)} sequences and {len(y)} targets: one is needed for "
            "each, in the order of `dict.fromkeys(by)`."
            if by is not None
            else f"bucket: there are {len(arrays)} sequences and {len(y)} targets."
        )
    return Buckets(arrays, _targets(y, arrays), batch_size, lengths, value)


class Buckets:
    """What `bucket` returns.

    Args:
        arrays: the sequences, each (timesteps, features).
        y: targets: (samples, ...), a list of arrays (timesteps, ...), or None.
        batch_size: samples a batch.
        lengths: how many different lengths batches may have.
        value: of padding.

    Attributes:
        lengths: of batches, in order.
        order: the numbers of the samples in the order in which they came last.
    """

    def __init__(
        self, arrays: list[np.ndarray], y: Any, batch_size: int, lengths: int, value: float
    ) -> None:
        self.arrays, self.y, self.batch_size, self.value = arrays, y, batch_size, value
        self.steps = np.array([len(a) for a in arrays])
        self.lengths = best_lengths(self.steps, lengths)
        self.order = np.arange(0)

    def __repr__(self) -> str:
        """How many batches, the lengths that are compiled, and how much of them is padding."""
        filled_up = int(self.lengths[np.searchsorted(self.lengths, self.steps)].sum())
        padding = 1 - self.steps.sum() / filled_up
        lengths = " or ".join(filter(None, (_listed(self.lengths[:-1]), f"{self.lengths[-1]}")))
        return (
            f"<{amount(len(self.steps), 'sequence')} in {amount(len(self), 'batch', 'batches')} of "
            f"length {lengths}, {padding:.0%} padding>"
        )

    def __len__(self) -> int:
        """The number of batches."""
        return math.ceil(len(self.arrays) / self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        """All batches; with targets they are put together anew each time."""
        count = len(self.arrays)
        shuffled = self.y is not None
        order = seeds.generator().permutation(count) if shuffled else np.arange(count)
        of_sample = np.searchsorted(self.lengths, self.steps)
        order = order[np.argsort(of_sample[order], kind="stable")]
        batches = [order[k : k + self.batch_size] for k in range(0, count, self.batch_size)]
        if shuffled:  # the short one is always the longest: it has one shape in all epochs
            batches = [batches[k] for k in seeds.generator().permutation(len(batches))]
        self.order = np.concatenate(batches)
        return map(self._batch, batches)

    def _batch(self, samples: np.ndarray) -> Any:
        length = self._length(samples)
        x = filled([self.arrays[k] for k in samples], length, self.value)
        if self.y is None:
            return x
        if isinstance(self.y, np.ndarray):
            return x, self.y[samples]
        return x, filled([self.y[k] for k in samples], length, 0)

    def _length(self, samples: np.ndarray) -> int:
        """The length of a batch, that of the bucket of its longest sequence."""
        return int(self.lengths[np.searchsorted(self.lengths, self.steps[samples].max())])

    def in_order(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        """The outputs of all batches in the order of the sequences.

        Args:
            parts: one output of a model for each batch that came last, (batch, ...).

        Returns:
            (samples, ...). Outputs for each timestep are NaN behind the end of a sequence.
        """
        ends = np.cumsum([len(p) for p in parts])
        samples = np.split(self.order[: ends[-1]], ends[:-1])
        steps = [self._length(s) for s in samples]
        timed = all(p.ndim > 1 and p.shape[1] == n for p, n in zip(parts, steps))
        if timed and (parts[0].ndim > 2 or len(set(steps)) > 1):
            longest = max(steps)
            parts = [
                np.where(_behind(self.steps[s], longest, p.ndim), np.nan, _widened(p, longest))
                for s, p in zip(samples, parts)
            ]
        whole = np.concatenate(parts)
        ordered: np.ndarray = whole[np.argsort(self.order[: ends[-1]])]
        return ordered


def _listed(lengths: np.ndarray) -> str:
    return ", ".join(map(str, lengths))


def best_lengths(steps: np.ndarray, most: int) -> np.ndarray:
    """The lengths to which sequences are filled up, each to the next one, so that least is filled.

    Args:
        steps: the length of each sequence.
        most: how many lengths there may be.
    """
    sizes, counts = np.unique(steps, return_counts=True)
    if len(sizes) > MOST_LENGTHS:
        some = np.linspace(0, len(sizes) - 1, MOST_LENGTHS).round().astype(int)
        counts = np.add.reduceat(counts, np.concatenate([[0], some[:-1] + 1]))
        sizes = sizes[some]
    below = np.concatenate([[0], np.cumsum(counts)])
    # timesteps, with padding, where the sizes from i to j share the size j
    shared = np.triu(sizes * (below[1:] - below[:-1, None]).astype(float))
    shared[np.tril_indices(len(sizes), -1)] = np.inf
    best, first = shared[0], []
    for _ in range(min(most, len(sizes)) - 1):
        total = np.concatenate([[0], best[:-1]])[:, None] + shared
        first.append(total.argmin(0))
        best = total.min(0)
    j, chosen = len(sizes) - 1, []
    for begin in [*reversed(first), None]:
        chosen.append(sizes[j])
        if begin is None or begin[j] == 0:
            break
        j = begin[j] - 1
    return np.array(chosen[::-1])


def _targets(y: Any, arrays: list[np.ndarray]) -> Any:
    """(samples, ...), or a list of arrays of one type where each timestep has a target."""
    if y is None or isinstance(y, np.ndarray):
        return y
    if not all(np.ndim(t) > 0 and len(t) == len(a) for t, a in zip(y, arrays)):
        return np.asarray(y)
    targets = [np.asarray(t) for t in y]
    kind = np.result_type(*targets)
    dtype = np.int32 if kind.kind in "biu" else np.float32
    return [t.astype(dtype) for t in targets]


def _behind(steps: np.ndarray, length: int, rank: int) -> np.ndarray:
    """Which timesteps lie behind the ends, (samples, length, 1, ...)."""
    behind = np.arange(length) >= steps[:, None]
    return behind.reshape(behind.shape + (1,) * (rank - 2))


def _widened(part: np.ndarray, length: int) -> np.ndarray:
    """With NaN up to a length."""
    more = [(0, 0), (0, length - part.shape[1]), *[(0, 0)] * (part.ndim - 2)]
    return np.pad(part, more, constant_values=np.nan)
