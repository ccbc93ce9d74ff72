"""Long tables: an epoch reads a bounded number of rows, and goes on with other windows."""

import numpy as np
import pytest

from recurra.forecasting import choices, learning
from recurra.forecasting.tables.table import Table
from recurra.training.callbacks import Callback
from tests.forecasting.quick import quick, wave


class Steps(Callback):
    """Counts the steps of each epoch."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.epochs.append(0)

    def on_train_batch_end(self, batch, logs=None):
        self.epochs[-1] += 1


def test_an_epoch_reads_so_many_rows_and_this_is_said(monkeypatch):
    """4,000 rows are 500 windows of 8 rows."""
    monkeypatch.setattr(learning, "EPOCH", 4_000)
    steps = Steps()
    forecaster = quick(lookback=8, horizon=2, season=7, epochs=3, batch_size=32)
    forecaster._callbacks = (steps,)
    forecaster.fit({"t": np.arange(2_000), "y": wave(2_000)})
    learnt = forecaster.learned_.counts[0]
    _, size = learning.in_batches(np.arange(learnt), 32)
    assert steps.epochs == [500 // size] * 3
    assert (
        f"Of the {learnt:,} windows an epoch learns from 500, the next one from others."
        in forecaster.notes_
    )


def test_short_tables_are_read_whole_in_each_epoch():
    steps = Steps()
    forecaster = quick(lookback=8, horizon=2, season=7, epochs=2, batch_size=8)
    forecaster._callbacks = (steps,)
    forecaster.fit({"t": np.arange(200), "y": wave(200)})
    learnt = forecaster.learned_.counts[0]
    assert steps.epochs == [learnt // learning.in_batches(np.arange(learnt), 8)[1]] * 2
    assert not any("epoch" in note for note in forecaster.notes_)


@pytest.mark.parametrize(
    ("lookback", "windows", "size", "held_out"),
    [
        (10, 400_000, 512, 5_000),  # 400,000 / 100 is more than 512
        (1_000, 4_000, 32, 1_000),  # 4,000 / 100 = 40, a quarter of 4,000 is held out
        (5_000, 800, 32, 512),
    ],
)
def test_longer_windows_are_fewer(lookback, windows, size, held_out):
    assert learning.windows_an_epoch(lookback) == windows
    assert learning.usual_batch_size(10**6, lookback) == size
    found = learning.validated(np.arange(20_000), lookback)
    assert len(found) == held_out
    assert found[-1] == 19_999


@pytest.mark.parametrize(
    ("count", "most", "size", "left"),
    [
        (200, 32, 28, 4),  # 7 batches of 28; 6 of 32 would leave 8 out
        (15_000, 32, 32, 24),  # 469 batches of 31 would leave 461 out
        (5_000, 512, 500, 0),
        (20, 32, 20, 0),
        (1, 32, 1, 0),
    ],
)
def test_batches_are_of_one_size_and_few_windows_are_left_out(count, most, size, left):
    found, chosen = learning.in_batches(np.arange(count), most)
    assert (chosen, found[0], len(found) % size) == (size, left, 0)


@pytest.mark.parametrize(
    ("season", "expected"), [(1, 24), (12, 37), (24, 73), (168, 200), (365, 366), (5_000, 1_000)]
)
def test_of_long_seasons_a_window_sees_one(season, expected):
    table = Table.read({"t": np.arange(20_000), "y": np.zeros(20_000)}, {})
    assert choices.usual_lookback(table, season, 10) == expected
