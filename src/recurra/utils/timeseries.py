"""Windows over a series in batches, by Keras's two names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from recurra.engine import seeds
from recurra.engine.arguments import COUNT, keywords_checked
from recurra.engine.errors import ArgumentError, DataError


class TimeseriesGenerator:
    """Windows that end before a row, and the target of that row, in batches.

    Batch k holds, for rows r = `length`, `length + stride`, ..., the sample
    `data[r - length : r : sampling_rate]` and the target `targets[r]`.

    Args:
        data: (rows, ...), in order of time.
        targets: (rows, ...), as many rows.
        length: rows a window looks back.
        sampling_rate: every how many rows one is taken within a window.
        stride: rows from one window to the next.
        start_index: the first row that a window may hold.
        end_index: the last row that may be a target; by default the last one there is.
        shuffle: draw the windows of a batch at random.
        reverse: put the latest timestep of each window first.
        batch_size: windows a batch.

    Raises:
        DataError: where the series is too short for a window, or data and targets differ in length.

    Example:
        >>> import numpy as np
        >>> series = np.arange(10.0)[:, None]
        >>> x, y = TimeseriesGenerator(series, series, length=3, batch_size=2)[0]
        >>> x.shape, y[:, 0].tolist()
        ((2, 3, 1), [3.0, 4.0])

    Source: `keras.preprocessing.sequence.TimeseriesGenerator` of Keras 2.
    """

    @keywords_checked
    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        _check(type(self).__name__, length=length, sampling_rate=sampling_rate, stride=stride)
        _check(type(self).__name__, batch_size=batch_size)
        self.data, self.targets = np.asarray(data), np.asarray(targets)
        if len(self.data) != len(self.targets):
            raise DataError(
                f"TimeseriesGenerator: `data` has {len(self.data)} rows and `targets` "
                f"{len(self.targets)}: row r of one belongs to row r of the other."
            )
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.batch_size, self.shuffle, self.reverse = batch_size, shuffle, reverse
        self.start_index = start_index + length
        self.end_index = len(self.data) - 1 if end_index is None else end_index
        if self.start_index > self.end_index:
            rows = self.end_index - start_index + 1
            raise _too_short("TimeseriesGenerator", "length", length, rows, "and its target ")

    def __len__(self) -> int:
        """The number of batches."""
        windows = (self.end_index - self.start_index) // self.stride + 1
        return math.ceil(windows / self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch number `index`: samples (batch, timesteps, ...) and targets (batch, ...)."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} batches, and no number {index}.")
        if self.shuffle:
            draw = seeds.generator()
            rows = draw.integers(self.start_index, self.end_index + 1, self.batch_size)
        else:
            ends = np.arange(self.start_index, self.end_index + 1, self.stride)
            first = index % len(self) * self.batch_size
            rows = ends[first : first + self.batch_size]
        steps = np.arange(-self.length, 0, self.sampling_rate)
        samples = self.data[rows[:, None] + steps]
        return (samples[:, ::-1] if self.reverse else samples), self.targets[rows]


class TimeseriesDataset:
    """What `timeseries_dataset_from_array` returns: batches that can be gone through again.

    Args:
        data: (rows, ...).
        targets: of the windows by their first row; None for windows alone.
        starts: the first row of each window.
        steps: rows of a window, counted from its first.
        batch_size: windows a batch; None for one window at a time, without an axis of samples.
    """

    def __init__(
        self,
        data: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        steps: np.ndarray,
        batch_size: int | None,
    ) -> None:
        self.data, self.targets, self.starts, self.steps = data, targets, starts, steps
        self.batch_size = batch_size

    def __len__(self) -> int:
        """The number of batches."""
        return math.ceil(len(self.starts) / (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        """Batch number `index`: samples, or (samples, targets)."""
        if not 0 <= index < len(self):
            raise IndexError(f"there are {len(self)} batches, and no number {index}.")
        size = self.batch_size or 1
        starts = self.starts[index * size : (index + 1) * size]
        samples = self.data[starts[:, None] + self.steps]
        targets = None if self.targets is None else self.targets[starts]
        if self.batch_size is None:
            samples, targets = samples[0], None if targets is None else targets[0]
        return samples if targets is None else (samples, targets)

    def __iter__(self) -> Iterator[Any]:
        """The batches."""
        return (self[k] for k in range(len(self)))


@keywords_checked
def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
) -> TimeseriesDataset:
    """Windows over a series, in batches for `fit`, `evaluate` and `predict`.

    Window k is `data[s], data[s + sampling_rate], ...` with s = k `sequence_stride`, and its target
    is `targets[s]`: to forecast the value after the window, give `data[:-length]` and
    `targets=data[length:]`.

    Args:
        data: (rows, ...), in order of time.
        targets: the target of the window that begins in each row, or None.
        sequence_length: timesteps a window.
        sequence_stride: rows from one window to the next.
        sampling_rate: rows from one timestep of a window to the next.
        batch_size: windows a batch; None for one window at a time.
        shuffle: put the windows in random order, once.
        seed: of that order.
        start_index: the first row to use.
        end_index: the row before which to stop.

    Returns:
        Batches of samples (batch, sequence_length, ...), or of (samples, targets).

    Raises:
        DataError: where the series is too short for a window. Keras gives no batch at all.

    Example:
        >>> import numpy as np
        >>> series = np.arange(10.0)[:, None]
        >>> data = timeseries_dataset_from_array(series[:-3], series[3:], 3, batch_size=2)
        >>> x, y = data[0]
        >>> x[0, :, 0].tolist(), y[0, 0].tolist()
        ([0.0, 1.0, 2.0], 3.0)

    Source: `keras.utils.timeseries_dataset_from_array`.
    """
    who = "timeseries_dataset_from_array"
    _check(who, sequence_length=sequence_length, sequence_stride=sequence_stride)
    _check(
        who,
        sampling_rate=sampling_rate,
        **({} if batch_size is None else {"batch_size": batch_size}),
    )
    rows = np.asarray(data)[start_index:end_index]
    wanted = None if targets is None else np.asarray(targets)[start_index:end_index]
    span = (sequence_length - 1) * sampling_rate + 1
    count = len(rows) - span + 1
    if count < 1:
        raise _too_short(who, "sequence_length", sequence_length, len(rows), "")
    if wanted is not None:
        count = min(count, len(wanted))
    starts = np.arange(0, count, sequence_stride)
    if shuffle:
        (np.random.default_rng(seed) if seed is not None else seeds.generator()).shuffle(starts)
    return TimeseriesDataset(rows, wanted, starts, np.arange(0, span, sampling_rate), batch_size)


def _check(who: str, **counts: Any) -> None:
    for name, value in counts.items():
        if not COUNT.ok(value):
            raise ArgumentError(f"{who}: `{name}`={value!r}: a whole number from 1 on is needed.")


def _too_short(who: str, argument: str, length: int, rows: int, more: str) -> DataError:
    return DataError(
        f"{who}: a window of `{argument}`={length} rows {more}is longer than the series, which has "
        f"{rows}: there is no window.",
        fixes=[f"{argument}={max(rows // 2, 1)}, say, or a longer series"],
    )
