"""Windows in batches by Keras's names, beside plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recurra as rc
from recurra.utils import TimeseriesGenerator, timeseries_dataset_from_array


@given(
    rows=st.integers(1, 30),
    length=st.integers(1, 6),
    stride=st.integers(1, 4),
    rate=st.integers(1, 3),
    batch_size=st.one_of(st.none(), st.integers(1, 7)),
    with_targets=st.booleans(),
)
def test_windows_are_those_of_a_loop(rows, length, stride, rate, batch_size, with_targets):
    data, targets = np.arange(rows * 2).reshape(rows, 2), 100 + np.arange(rows)
    wanted, start = [], 0
    while start + (length - 1) * rate < rows:
        wanted.append((data[start : start + (length - 1) * rate + 1 : rate], targets[start]))
        start += stride
    options = {"sequence_stride": stride, "sampling_rate": rate, "batch_size": batch_size}
    given_targets = targets if with_targets else None
    if not wanted:
        with pytest.raises(rc.DataError):
            timeseries_dataset_from_array(data, given_targets, length, **options)
        return
    batches = list(timeseries_dataset_from_array(data, given_targets, length, **options))
    if batch_size is not None:
        if with_targets:
            assert [len(y) for _, y in batches[:-1]] == [batch_size] * (len(batches) - 1)
            batches = [pair for x, y in batches for pair in zip(x, y, strict=True)]
        else:
            batches = [x for batch in batches for x in batch]
    found = batches if with_targets else [(x, None) for x in batches]
    assert len(found) == len(wanted)
    for (x, y), (wanted_x, wanted_y) in zip(found, wanted, strict=True):
        assert np.array_equal(x, wanted_x)
        assert y is None or y == wanted_y


def test_fewer_targets_than_windows_end_them():
    data = timeseries_dataset_from_array(np.arange(10), np.arange(4), 3)
    assert data[0][0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]


def test_rows_may_be_cut_off():
    data = timeseries_dataset_from_array(np.arange(10), None, 2, start_index=3, end_index=6)
    assert data[0].tolist() == [[3, 4], [4, 5]]


def test_shuffling_changes_the_order_alone():
    options = {"sequence_length": 3, "shuffle": True, "batch_size": 100}
    first = timeseries_dataset_from_array(np.arange(50), np.arange(50), seed=1, **options)[0]
    again = timeseries_dataset_from_array(np.arange(50), np.arange(50), seed=1, **options)[0]
    assert np.array_equal(first[0], again[0])
    assert first[1].tolist() != sorted(first[1])
    assert sorted(first[1]) == list(range(48))
    assert (first[0][:, 0] == first[1]).all()


def test_a_window_longer_than_the_series():
    with pytest.raises(rc.DataError) as refused:
        timeseries_dataset_from_array(np.arange(5), None, 10)
    assert str(refused.value) == (
        "timeseries_dataset_from_array: a window of `sequence_length`=10 rows is longer than the "
        "series, which has 5: there is no window.\n"
        "  fix:      sequence_length=2, say, or a longer series"
    )
    with pytest.raises(rc.DataError) as refused:
        TimeseriesGenerator(np.arange(5), np.arange(5), 5)
    assert str(refused.value) == (
        "TimeseriesGenerator: a window of `length`=5 rows and its target is longer than the "
        "series, which has 5: there is no window.\n"
        "  fix:      length=2, say, or a longer series"
    )


def test_wrong_arguments():
    with pytest.raises(rc.ArgumentError) as refused:
        timeseries_dataset_from_array(np.arange(5), None, 2, sequence_stride=0)
    assert str(refused.value) == (
        "timeseries_dataset_from_array: `sequence_stride`=0: a whole number from 1 on is needed."
    )
    with pytest.raises(rc.DataError) as refused:
        TimeseriesGenerator(np.arange(5), np.arange(4), 2)
    assert str(refused.value) == (
        "TimeseriesGenerator: `data` has 5 rows and `targets` 4: row r of one belongs to row r of "
        "the other."
    )


def test_batches_end():
    generator = TimeseriesGenerator(np.arange(5), np.arange(5), 2)
    with pytest.raises(IndexError):
        generator[1]
    assert len(list(generator)) == 1


def test_a_shuffled_generator_draws_windows_with_their_targets():
    rc.utils.set_random_seed(0)
    x, y = TimeseriesGenerator(np.arange(99), np.arange(99), 3, shuffle=True, batch_size=50)[0]
    assert (x[:, -1] + 1 == y).all()
    assert y.min() >= 3
    assert len(set(y.tolist())) > 20


def test_models_take_both():
    series = np.sin(np.arange(200) / 5)[:, None].astype(np.float32)
    model = rc.Sequential([rc.Input((10, 1)), rc.layers.LSTM(4), rc.layers.Dense(1)])
    model.compile("adam", "mse")
    losses = model.fit(TimeseriesGenerator(series, series, 10), epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    data = timeseries_dataset_from_array(series[:-10], series[10:], 10, batch_size=64)
    assert model.fit(data, epochs=2, verbose=0).params["steps"] == 3  # 181 windows
    assert model.predict(timeseries_dataset_from_array(series, None, 10), verbose=0).shape == (
        191,
        1,
    )
