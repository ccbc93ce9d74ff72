"""Models take windows as the arrays that they stand for, and make no such array of them."""

import warnings

import jax
import numpy as np
import pytest

import recurra as rc
from recurra.data import Windows, windows
from recurra.training.arrays import class_weights
from recurra.utils import clear_session, set_random_seed

#: So many numbers of windows may be copied out at once in these tests, and a batch has.
MOST = 40_000
ROWS, COLUMNS = 1500, 3


@pytest.fixture(autouse=True)
def never_whole(monkeypatch):
    """Windows refuse to become an array of all of them: 1,478 x 20 x 3 numbers are 88,680."""
    plain = Windows.take

    def take(self, index):
        assert len(index) * int(np.prod(self.shape[1:])) <= MOST
        return plain(self, index)

    monkeypatch.setattr(Windows, "take", take)
    monkeypatch.setattr("recurra.engine.lazy.AT_ONCE", 1000)


def series(rows=ROWS):
    """Columns that go up and down by chance, about from -1 to 1."""
    steps = np.random.default_rng(0).normal(size=(rows, COLUMNS))
    return (np.cumsum(steps, axis=0) / 30).astype(np.float32)


def written_out(*lazy):
    """The arrays that windows stand for."""
    table_rows = [w.starts.tolist() for w in lazy]
    return [
        np.stack([w.table[s : s + w.length] if w.length else w.table[s] for s in starts])
        for w, starts in zip(lazy, table_rows)
    ]


def network(outputs=2, first=(), **options):
    """A model with dropout, whose draws depend on the order of the steps.

    What reads the windows lies before the layers, which are quick to compile by default.
    """
    clear_session()
    set_random_seed(1)
    model = rc.Sequential(
        [
            rc.Input((20, COLUMNS)),
            *(first or [rc.layers.Flatten(), rc.layers.Dense(4)]),
            rc.layers.Dropout(0.1),
            rc.layers.Dense(outputs, **options),
        ]
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("horizon", [1, 2])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 100},
        {"shuffle": False, "batch_size": 64},
        {"validation_split": 0.25},
        {"steps_per_epoch": 7, "epochs": 4},
        {"sample_weight": np.linspace(0, 1, ROWS)},
        {"first": rc.layers.LSTM},
    ],
)
def test_they_are_learnt_as_arrays_are(horizon, options):
    table = series()
    x, y = windows(table, table[:, 1:], lookback=20, horizon=horizon)
    if horizon == 2:
        y = y[:, :, 1]
    options = {"epochs": 2, "verbose": 0} | options
    if "sample_weight" in options:
        options["sample_weight"] = options["sample_weight"][: len(x)]
    first = options.pop("first", None)
    found = []
    for data in ((x, y), written_out(x, y)):
        model = network(2, [first(4)] if first else [])
        history = model.fit(*data, **options).history
        found.append((history, model.get_weights()))
    (lazy, lazy_weights), (array, array_weights) = found
    assert lazy == array
    for one, other in zip(lazy_weights, array_weights, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("horizon", [1, 2])
def test_they_are_measured_and_predicted_as_arrays_are(horizon):
    table = series()
    x, y = windows(table, table[:, 1:], lookback=20, horizon=horizon)
    if horizon == 2:
        y = y[:, :, 1]
    model = network(2, [rc.layers.LSTM(4)])
    (lazy, predicted), (array, array_predicted) = (
        (model.evaluate(*data, batch_size=50, verbose=0), model.predict(data[0], verbose=0))
        for data in ((x, y), written_out(x, y))
    )
    assert lazy == array
    assert np.array_equal(predicted, array_predicted)


CLASSES = np.searchsorted([-0.2, 0.2], series()[:, 0]).astype(np.int32)
CLASSES[:5] = 7  # in no window's targets


@pytest.mark.parametrize("horizon", [1, 30])
@pytest.mark.parametrize(
    ("table", "numbers"),
    [
        (CLASSES, True),
        ((CLASSES > 0).astype(np.float32), False),
        (np.eye(8, dtype=np.float32)[CLASSES], False),
    ],
)
def test_weights_of_classes_are_windows_as_targets_are(table, numbers, horizon):
    _, y = windows(series(), table, lookback=20, horizon=horizon)
    if y.ndim == 2 and table.ndim == 1:  # as they are checked against a model's outputs
        y = y.like(np.empty((0, horizon, 1)[: 1 if horizon == 1 else 3], table.dtype))
    given = {0: 1.0, 1: 5.0, 2: 0.5}
    lazy = class_weights(y, given, numbers)
    assert isinstance(lazy, Windows) and lazy.dtype == np.float32
    array, weights = (
        np.concatenate([np.asarray(w[k : k + 100]) for k in range(0, len(y), 100)])
        for w in (y, lazy)
    )
    np.testing.assert_array_equal(weights, class_weights(array, given, numbers))


def test_classes_with_weights_are_learnt_as_arrays_are():
    """An array of the targets of 30 steps ahead is larger than `never_whole` allows."""
    x, y = windows(series(), (CLASSES > 0).astype(np.float32), lookback=20, horizon=30)
    found = []
    for data in ((x, y[..., None]), (written_out(x)[0], written_out(y)[0][..., None])):
        set_random_seed(0)
        layers = [rc.layers.RepeatVector(30), rc.layers.Dense(1, "sigmoid")]
        model = rc.Sequential([rc.Input((20, COLUMNS)), rc.layers.LSTM(2), *layers])
        model.compile("adam", "binary_crossentropy", advice=False)
        weights = {0: 1.0, 1: 5.0}
        history = model.fit(*data, class_weight=weights, batch_size=128, verbose=0).history
        found.append(history["loss"])
    assert found[0] == found[1]


def test_validation_data_and_parts_may_be_windows():
    table = series()
    x, y = windows(table, table[:, :2], lookback=20)
    found = []
    for a, b in ((x, y), written_out(x, y)):
        history = network().fit(
            a[:1000], b[:1000], validation_data=(a[1100:], b[1100:]), verbose=0, epochs=2
        )
        found.append(history.history)
    assert found[0] == found[1]


def test_several_inputs_some_of_them_windows():
    """What is known of the future beside the past, and an ordinary array, in a dict and a list."""
    table = series()
    x, y, known = windows(table, table[:, 0], lookback=20, horizon=3, known=table[:, 1:])
    static = np.linspace(0, 1, len(x), dtype=np.float32)[:, None]

    def made():
        clear_session()
        set_random_seed(1)
        inputs = [
            rc.Input((20, 3), name="past"),
            rc.Input((3, 2), name="known"),
            rc.Input((1,), name="static"),
        ]
        parts = [rc.layers.LSTM(3)(inputs[0]), rc.layers.Flatten()(inputs[1]), inputs[2]]
        model = rc.Model(inputs, rc.layers.Dense(3)(rc.layers.concatenate(parts)))
        model.compile("adam", "mse")
        return model

    arrays = written_out(x, known)
    (target,) = written_out(y)
    found = []
    for data, wanted in (
        ({"known": known, "past": x, "static": static}, y),
        ({"known": arrays[1], "past": arrays[0], "static": static}, target),
        ([x, known, static], y),
    ):
        model = made()
        history = model.fit(data, wanted, epochs=2, verbose=0).history
        found.append((history, model.predict(data, verbose=0)))
    for history, predicted in found[1:]:
        assert history == found[0][0]
        assert np.array_equal(predicted, found[0][1])


def test_categories_are_looked_up():
    """A table of whole numbers goes to an Embedding, and ids without a vector are refused."""
    ids = np.random.default_rng(1).integers(0, 5, ROWS)
    x, y = windows(ids, ids, lookback=6)
    x = x[..., 0]
    assert x.shape == (ROWS - 6, 6)
    found = []
    for data in ((x, y[:, 0]), written_out(x, y[:, 0])):
        clear_session()
        set_random_seed(1)
        model = rc.Sequential(
            [
                rc.Input((6,)),
                rc.layers.Embedding(5, 3),
                rc.layers.GRU(4),
                rc.layers.Dense(5, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        found.append(model.fit(*data, epochs=2, verbose=0).history)
    assert found[0] == found[1]
    ids[1000] = 9
    with pytest.raises(rc.DataError, match="holds the id 9 at") as refused:
        model.fit(*(a[..., 0] for a in windows(ids, ids % 5, lookback=6)), verbose=0)
    assert "ids are whole numbers from 0 to 4" in str(refused.value)


def test_classes_out_of_range_are_found_wherever_they_are():
    table, labels = series(), np.zeros(ROWS, int)
    labels[1400] = 3
    model = network(2, activation="softmax")
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = windows(table, labels, lookback=20)
    with pytest.raises(rc.DataError) as refused:
        model.fit(x, y, verbose=0)
    assert "`y` for the output holds class numbers from 0 to 3" in str(refused.value)


@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_targets_of_another_shape_get_the_words_of_arrays(method):
    table = series()
    x, y = windows(table, table, lookback=20)
    errors = []
    for data in ((x, y), written_out(x, y)):
        with pytest.raises(rc.ShapeError) as refused:
            getattr(network(), method)(*data, verbose=0)
        errors.append(str(refused.value))
    assert errors[0] == errors[1]
    assert "samples=1480" in errors[0]


def test_inputs_of_another_shape_get_the_words_of_arrays():
    table = series()
    x, y = windows(table[:, :2], table[:, :2], lookback=20)
    errors = []
    for data in ((x, y), written_out(x, y)):
        with pytest.raises(rc.ShapeError) as refused:
            network().fit(*data, verbose=0)
        errors.append(str(refused.value))
    assert errors[0] == errors[1]


def test_nan_that_came_into_the_table_is_refused():
    table = series()
    x, y = windows(table, table[:, :2], lookback=20)
    table[700, 2] = np.nan
    with pytest.raises(rc.DataError) as refused:
        network().fit(x, y, verbose=0)
    assert str(refused.value) == (
        "Sequential 'sequential': `x` are windows over a table that holds NaN or infinity, which "
        "it did not when they were made, or they were not made by `recurra.data.windows`.\n"
        "  fix:      change the table first, then make the windows: those with NaN are left out"
    )


def test_nan_outside_of_all_windows_harms_nothing():
    table = series()
    table[700, 2] = np.nan
    with pytest.warns(UserWarning, match="20 of 1,480 hold NaN"):
        x, y = windows(table, table[:, :2], lookback=20)
    history = network().fit(x, y, verbose=0).history
    assert np.isfinite(history["loss"]).all()


def test_targets_far_out_of_reach_are_refused_as_arrays_are():
    table = series()
    x, y = windows(table, 100 + table[:, :2], lookback=20)
    errors = []
    for data in ((x, y), written_out(x, y)):
        with pytest.raises(rc.DataError) as refused:
            network(2, activation="sigmoid").fit(*data, verbose=0)
        errors.append(str(refused.value))
    assert errors[0] == errors[1]
    assert "no target can be reached" in errors[0]


def test_the_same_advice_is_given(recwarn):
    """Inputs of some thousands are not scaled, which a part of the windows shows."""
    table = 5000 + 1000 * series()
    x, y = windows(table, table[:, :2], lookback=20)
    found = []
    for data in ((x, y), written_out(x, y)):
        model = network()
        found.append([f.rule for f in model.check(*data)])
    assert found[0] == found[1]
    assert "unscaled-inputs" in found[0]


def test_the_device_reads_the_series_where_it_lies(monkeypatch):
    """On a CPU. The numbers before the first address that it takes, 64 bytes apart, are copied."""
    monkeypatch.setattr("recurra.engine.placed.COPIED", 0)
    if jax.default_backend() != "cpu":
        pytest.skip("other devices have memory of their own")
    table = series()
    x, y = windows(table, table[:, 1], lookback=20)
    data = network(1)._feed("train").batches(x, y).on_device()
    first = -table.ctypes.data % 64
    for found, address in ((data.x[0], 0), (data.y[0], table.itemsize)):
        begins = table.ctypes.data + address
        place = found.table.body.unsafe_buffer_pointer()
        assert place == begins + -begins % 64
    assert first + data.x[0].table.body.nbytes == table.nbytes


def test_a_series_may_lie_in_a_file(tmp_path):
    """Of a file that is mapped, the parts that are looked at are read."""
    table = series()
    np.save(tmp_path / "series.npy", table)
    mapped = np.load(tmp_path / "series.npy", mmap_mode="r")
    histories = []
    for values in (table, mapped):
        x, y = windows(values, values[:, :2], lookback=20)
        histories.append(network().fit(x, y, verbose=0).history)
    assert np.shares_memory(x.table, mapped)
    assert histories[0] == histories[1]


def test_series_by_columns_are_learnt_as_they_lie():
    """Data frames often keep each column by itself: (features, rows) in memory."""
    table = series()
    histories = []
    for values in (table, np.asfortranarray(table)):
        x, y = windows(values, values[:, :2], lookback=20)
        assert x.table is values
        histories.append(network().fit(x, y, verbose=0).history)
    assert histories[0] == histories[1]


def test_a_source_may_yield_windows():
    table = series()
    x, y = windows(table, table[:, :2], lookback=20)
    parts = [(x[k : k + 32], y[k : k + 32]) for k in range(0, 320, 32)]
    arrays = [tuple(written_out(*p)) for p in parts]
    assert network().fit(parts, verbose=0).history == network().fit(arrays, verbose=0).history


def test_one_batch_may_be_windows():
    table = series()
    x, y = windows(table, table[:, :2], lookback=20)
    arrays = written_out(x[:32], y[:32])
    assert network().train_on_batch(x[:32], y[:32]) == network().train_on_batch(*arrays)
    predicted = network().predict_on_batch(x[:32])
    assert np.array_equal(predicted, network().predict_on_batch(arrays[0]))


def test_steps_of_one_s_own_see_arrays():
    table = series()
    x, y = windows(table, table[:, :2], lookback=20)
    model = network()
    model.compile("adam", "mse", run_eagerly=True)
    kinds = set()

    def callback_free_step(data):
        kinds.update(type(a).__name__ for a in data[:2])
        return type(model).train_step(model, data)

    model.train_step = callback_free_step
    model.fit(x, y, steps_per_epoch=2, verbose=0)
    assert "Windows" not in kinds and kinds


def test_a_model_and_a_layer_are_called_on_windows():
    table = series()
    x, _ = windows(table, table[:, :2], lookback=20)
    (array,) = written_out(x[:8])
    model, layer = network(), rc.layers.GRU(3)
    assert np.array_equal(model(x[:8]), model(array))
    assert np.array_equal(layer(x[:8]), layer(array))


def test_nothing_is_said_of_windows():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = series()
        x, y = windows(table, table[:, :2], lookback=20)
        network().fit(x, y, verbose=0)
