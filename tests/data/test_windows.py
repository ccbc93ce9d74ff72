"""Windows over series, beside a plain loop."""

import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import recurra as rc
from recurra.data import windows


def by_loop(series, lookback, horizon, stride, gap):
    """What windows and targets are: a list of pairs of rows, for each series in turn."""
    seen, targets = [], []
    for rows in series:
        start = 0
        while start + lookback + gap + horizon <= len(rows):
            seen.append(rows[start : start + lookback])
            targets.append(rows[start + lookback + gap : start + lookback + gap + horizon])
            start += stride
    return np.array(seen), np.array(targets)


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    columns=st.integers(1, 3),
    lookback=st.integers(1, 6),
    horizon=st.integers(1, 4),
    stride=st.integers(1, 4),
    gap=st.integers(0, 3),
    one_table=st.booleans(),
)
def test_windows_are_those_of_a_loop(lengths, columns, lookback, horizon, stride, gap, one_table):
    rows = np.arange(sum(lengths) * columns, dtype=np.float32).reshape(-1, columns)
    series = np.split(rows, np.cumsum(lengths)[:-1])
    wanted_x, wanted_y = by_loop(series, lookback, horizon, stride, gap)
    options = {"lookback": lookback, "horizon": horizon, "stride": stride, "gap": gap}
    if one_table:
        given_x = rows
        options["by"] = np.repeat(np.arange(len(lengths)), lengths)
    else:
        given_x = series
    if not len(wanted_x):
        with pytest.raises(rc.DataError):
            windows(given_x, given_x, **options)
        return
    x, y = windows(given_x, given_x, **options)
    if horizon == 1:
        wanted_y = wanted_y[:, 0]
    elif columns == 1:
        wanted_y = wanted_y[..., 0]
    assert x.shape == wanted_x.shape
    assert y.shape == wanted_y.shape
    assert (np.asarray(x) == wanted_x).all()
    assert (np.asarray(y) == wanted_y).all()
    assert (np.asarray(x[1:]) == wanted_x[1:]).all()
    assert (x[-1] == wanted_x[-1]).all()


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(0, 25), min_size=1, max_size=4),
    lookback=st.integers(1, 5),
    horizon=st.integers(1, 4),
    stride=st.integers(1, 4),
    gap=st.integers(0, 3),
    holes=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 99)), max_size=8),
    listed=st.booleans(),
)
def test_windows_with_holes_are_those_of_a_loop(
    lengths, lookback, horizon, stride, gap, holes, listed
):
    """Holes in what is looked at, in targets and in what is known, each by itself."""
    rows = sum(lengths)
    tables = [np.arange(rows, dtype=np.float32).reshape(-1, 1) + k / 4 for k in range(3)]
    for table, row in holes:
        if rows:
            tables[table][row % rows] = np.nan
    cuts = np.cumsum(lengths)[:-1]
    wanted = []
    for x, y, known in zip(*(np.split(t, cuts) for t in tables)):
        seen, targets = by_loop([x], lookback, horizon, stride, gap)
        _, future = by_loop([known], lookback, horizon, stride, gap)
        _, targets = by_loop([y], lookback, horizon, stride, gap)
        kept = [
            k
            for k in range(len(seen))
            if np.isfinite(seen[k]).all()
            and np.isfinite(targets[k]).all()
            and np.isfinite(future[k]).all()
        ]
        wanted += [(seen[k], targets[k], future[k]) for k in kept]
    options = {"lookback": lookback, "horizon": horizon, "stride": stride, "gap": gap}
    if listed:
        tables = [np.split(t, cuts) for t in tables]
    else:
        options["by"] = np.repeat(np.arange(len(lengths)), lengths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not wanted:
            with pytest.raises(rc.DataError):
                windows(tables[0], tables[1], known=tables[2], **options)
            return
        x, y, known = windows(tables[0], tables[1], known=tables[2], **options)
    assert np.array_equal(x, [w[0] for w in wanted])
    assert np.array_equal(np.reshape(y, (len(y), horizon, 1)), [w[1] for w in wanted])
    assert np.array_equal(known, [w[2] for w in wanted])


def test_windows_without_targets_reach_the_last_row():
    x = windows(np.arange(5.0), lookback=3)
    assert np.asarray(x)[..., 0].tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]


def test_the_table_is_not_copied():
    table = np.zeros((1000, 25), np.float32)
    x, y = windows(table, table[:, :1], lookback=200)
    assert x.table.base is table or x.table is table
    assert x[100:500].table is x.table
    assert y.shape == (800, 1)


def test_a_table_of_float64_is_converted_once():
    """25 columns of 100,000 float64: the float32 table is made, and nothing as large beside it."""
    table = np.zeros((100_000, 25))
    tracemalloc.start()
    x, _ = windows(table, table[:, 0], lookback=200)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert x.table.dtype == np.float32
    assert most < 1.3 * x.table.nbytes


def test_windows_take_no_memory():
    """800,000 windows of a series: their starts alone would be 3.2 MB."""
    table = np.zeros((800_000, 1), np.float32)
    tracemalloc.start()
    x, y = windows(table, table, lookback=100, horizon=10)
    left, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (x.shape, y.shape) == ((799_891, 100, 1), (799_891, 10))
    assert left < 20_000
    assert most < 3_200_000


@pytest.mark.parametrize(
    "dtype, kept", [("int64", "int32"), ("bool", "int32"), ("float64", "float32")]
)
def test_whole_numbers_stay_whole(dtype, kept):
    x, y = windows(np.ones(9, dtype), np.ones(9, dtype), lookback=2)
    assert (x.dtype, y.dtype) == (kept, kept)


def test_series_of_whole_and_other_numbers_are_float32():
    x = windows([np.arange(4), np.arange(3) / 2], lookback=2)
    assert x.dtype == np.float32
    assert np.asarray(x)[..., 0].tolist() == [[0, 1], [1, 2], [2, 3], [0, 0.5], [0.5, 1]]


def test_windows_with_nan_are_left_out_and_counted():
    """NaN in row 4 of 10: of the 7 windows of 3 rows with 1 target, those from rows 1 to 4 go."""
    values = np.arange(10.0)
    values[4] = np.nan
    with pytest.warns(UserWarning) as warned:
        x, _ = windows(values, values, lookback=3)
    assert x.starts.tolist() == [0, 5, 6]
    assert str(warned[0].message) == (
        "windows: 4 of 7 hold NaN or infinity and are left out; the first is NaN in row 4, column "
        "0 of `x`."
    )


def test_series_that_stand_apart_are_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(6.0), lookback=1, by=["a", "a", "b", "b", "a", "b"])
    assert str(refused.value) == (
        "windows: the rows of series 'a' do not stand one below the other: they begin "
        "again in row 4.\n"
        "  fix:      sort the table by series and time first"
    )


def test_a_hole_in_a_list_of_series_is_told_by_its_own_row():
    first, second = np.arange(8.0), np.arange(8.0)
    second[6] = np.inf
    with pytest.warns(UserWarning) as warned:
        windows([first, second], lookback=3)
    assert str(warned[0].message) == (
        "windows: 2 of 12 hold NaN or infinity and are left out; the first is infinity in row 6, "
        "column 0 of `x[1]`."
    )


def test_a_hole_that_no_window_reaches_says_nothing():
    """With stride 4 windows of 2 rows look at rows 0, 1, 4, 5: not at row 3."""
    values = np.arange(8.0)
    values[3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = windows(values, lookback=2, stride=4)
    assert np.asarray(x)[..., 0].tolist() == [[0, 1], [4, 5]]


def test_what_is_known_lies_beside_the_targets():
    """Lookback 3, gap 1: the first targets are rows 4 and 5."""
    price = np.array([np.arange(10.0), 10 * np.arange(10.0)]).T
    x, y, known = windows(
        np.arange(10.0), np.arange(10.0), lookback=3, horizon=2, gap=1, known=price
    )
    assert (x.shape, y.shape, known.shape) == ((5, 3, 1), (5, 2), (5, 2, 2))
    assert known[0].tolist() == [[4, 40], [5, 50]]
    assert y[0].tolist() == [4, 5]


def test_what_is_known_needs_targets():
    with pytest.raises(rc.ArgumentError) as refused:
        windows(np.arange(5.0), lookback=2, known=np.arange(5.0))
    assert str(refused.value) == (
        "windows: `known` is given without `y`: it is cut at the rows that are to be forecast."
    )


@pytest.mark.parametrize(
    "x, options, message",
    [
        (
            np.zeros((5, 2, 2)),
            {},
            "windows: `x` has shape (5, 2, 2): (rows, columns) or (rows,) is needed.",
        ),
        (
            [np.zeros((5, 2)), np.zeros((5, 3))],
            {},
            "windows: `x[0]` has 2 columns and `x[1]` 3; all series need the same.",
        ),
        (
            np.zeros(5),
            {"by": ["a"] * 4},
            "windows: `by` has shape (4,), and `x` 5 rows; each row needs a series.",
        ),
        (
            np.array(["low", "high", "low"]),
            {},
            "windows: `x` holds text (dtype <U4).\n"
            "  came:     x[0] = 'low'\n"
            "  expected: an array of numbers\n"
            "  fix:      number what it says: names, x = np.unique(x, return_inverse=True)",
        ),
    ],
)
def test_what_is_no_table_is_refused(x, options, message):
    with pytest.raises(rc.DataError) as refused:
        windows(x, lookback=2, **options)
    assert str(refused.value) == message


def test_a_series_that_is_too_short_is_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(5.0), np.arange(5.0), lookback=10)
    assert str(refused.value) == (
        "windows: no series is long enough: a window takes 11 rows (10 to look at, 1 until the "
        "last target), and the longest series has 5.\n"
        "  fix:      lookback=4 at most"
    )


def test_nothing_but_nan_is_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.full(5, np.nan), lookback=2)
    assert str(refused.value) == (
        "windows: each of the 4 windows holds NaN or infinity; the first is NaN in row 0, column 0 "
        "of `x`.\n"
        "  fix:      fill gaps with what was known then, or leave out the column that lacks most"
    )


def test_tables_of_other_lengths_are_refused():
    with pytest.raises(rc.DataError) as refused:
        windows(np.arange(5.0), np.arange(4.0), lookback=2)
    assert str(refused.value) == (
        "windows: `x` has 5 rows and `y` 4 rows; they are rows of one table."
    )


@pytest.mark.parametrize(
    "name, value, least", [("lookback", 0, 1), ("stride", 1.5, 1), ("gap", -1, 0)]
)
def test_counts_are_whole_numbers(name, value, least):
    options = {"lookback": 2, name: value}
    with pytest.raises(rc.ArgumentError) as refused:
        windows(np.arange(5.0), **options)
    assert str(refused.value) == (
        f"windows: `{name}`={value}: a whole number of at least {least} is needed."
    )


def test_finite_windows_say_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        windows(np.arange(5.0), np.arange(5.0), lookback=2)


def test_scikit_learn_indexes_windows():
    """Its splits take `windows[numbers, ...]`."""
    x = windows(np.arange(8.0), lookback=3)
    part = x[np.array([4, 1]), ...]
    assert isinstance(part, rc.data.Windows)
    assert np.asarray(part)[..., 0].tolist() == [[4, 5, 6], [1, 2, 3]]


# Static columns ----------------------------------------------------------------------------------


def test_what_a_series_is_lies_beside_each_of_its_windows():
    """Series of 5, 2 and 6 rows: the second is too short; row 9, NaN, is in the third."""
    x, place = np.arange(13.0), np.array([[0, 7], [1, 8], [2, 9]])
    x[9] = np.nan
    by = np.repeat(["a", "b", "c"], [5, 2, 6])
    with pytest.warns(UserWarning):
        seen, _, static = windows(x, np.arange(13.0), lookback=2, by=by, static=place)
    assert np.asarray(seen)[:, 0, 0].tolist() == [0, 1, 2, 7, 10]
    assert (static.shape, static.dtype) == ((5, 2), np.int32)
    assert np.asarray(static).tolist() == [[0, 7]] * 3 + [[2, 9]] * 2
    assert np.asarray(static[2:4]).tolist() == [[0, 7], [2, 9]]
    assert [len(part) for part in static.pieces()] == [5]
    _, one = windows([x[:5], x[10:]], lookback=2, static=[0.5, 1.5])
    assert one.shape == (6, 1)
    assert np.asarray(one)[:, 0].tolist() == [0.5] * 4 + [1.5] * 2


def test_models_take_static_columns():
    """The target is what is static: a Dense over it alone learns it."""
    static = np.array([[1.0], [-1.0]])
    x, y, place = windows(
        [np.zeros(40), np.zeros(40)], [np.ones(40), -np.ones(40)], lookback=3, static=static
    )
    past, beside = rc.Input((3, 1)), rc.Input((1,))
    out = rc.layers.Dense(1)(rc.layers.Concatenate()([rc.layers.Flatten()(past), beside]))
    model = rc.Model([past, beside], out)
    model.compile(rc.optimizers.SGD(0.5), "mse", advice=False)
    model.fit([x, place], y, epochs=5, shuffle=False, batch_size=len(x), verbose=0)
    assert model.predict([x, place], verbose=0)[[0, -1], 0] == pytest.approx([1, -1], abs=0.05)


@pytest.mark.parametrize(
    ("static", "said"),
    [
        ([1.0], "`static` has 1 row, and there are 2 series: each needs one."),
        (
            [1.0, np.nan],
            "NaN in row 1, column 0 of `static`, which each window of that series sees.",
        ),
    ],
)
def test_static_columns_are_one_row_a_series(static, said):
    with pytest.raises(rc.DataError) as error:
        windows([np.zeros(9), np.zeros(9)], lookback=3, static=static)
    assert str(error.value) == f"windows: {said}"


def test_rows_without_a_series():
    for missing in (None, np.nan):
        by = np.array(["a"] * 5 + [missing] * 5, object)
        with pytest.raises(rc.DataError) as error:
            windows(np.zeros(10), lookback=3, by=by)
        assert str(error.value) == f"windows: row 5 has no series: `by` holds {missing!r} there."


def test_a_list_is_several_series_already():
    with pytest.raises(rc.ArgumentError) as error:
        windows([np.zeros(5), np.zeros(5)], lookback=3, by=np.zeros(10))
    assert str(error.value) == (
        "windows: `by` is given, and `x` is a list, one array for each series already.\n"
        "  fix:      leave out `by`"
    )
