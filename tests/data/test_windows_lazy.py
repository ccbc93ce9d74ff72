"""Windows behave as the array they stand for, beside NumPy, and take no memory of their own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recurra.data import Windows
from recurra.engine.lazy import gathered, loaded, pieces
from recurra.engine.placed import ALIGNED, Placed, aligned
from recurra.engine.runs import Runs


def some_windows(columns=3, length=4, rows=50):
    """Windows in three runs, and the same numbers in an array."""
    table = np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)
    starts = Runs.of(np.array([0, 12, 30]), np.array([5, 1, 7]), 2)
    written = [0, 2, 4, 6, 8, 12, 30, 32, 34, 36, 38, 40, 42]
    window = np.arange(length) if length is not None else 0
    array = table[np.array(written)[:, None] + window if length is not None else written]
    return Windows(table, starts, length), array


INDICES = {
    "slice": np.s_[2:9],
    "slice to the end": np.s_[-4:],
    "nothing": np.s_[5:5],
    "step": np.s_[1::3],
    "backwards": np.s_[::-1],
    "array": np.array([3, 0, -1]),
    "list": [7, 7],
    "booleans": np.arange(13) % 2 == 0,
    "number": 4,
    "last": -1,
    "last rows": np.s_[:, -1],
    "some rows": np.s_[2:5, 1:3],
    "every second row": np.s_[:, ::2],
    "one column": np.s_[..., 1],
    "columns": np.s_[:, :, 1:],
    "row and column": np.s_[3:, 0, 2],
    "a number of it": np.s_[3, 1, 0],
    "a new axis": np.s_[..., None],
    "all": np.s_[...],
    "array of rows": np.s_[:3, [0, 2]],
    "the last row's first column": np.s_[:, -1, [0]],
    "columns in an order": np.s_[2:, 1:3, [2, 0]],
    "pairs": np.s_[[0, 3], :, [1, 2]],
    "a number of NumPy": np.s_[:, np.int64(1), np.int64(2)],
    "array and row": np.s_[[4, 2], 1],
}


@pytest.mark.parametrize("name", INDICES)
def test_parts_are_those_of_the_array(name):
    windows, array = some_windows()
    part, wanted = windows[INDICES[name]], array[INDICES[name]]
    assert part.shape == wanted.shape
    assert np.array_equal(np.asarray(part), wanted)


@pytest.mark.parametrize(
    "name", ["slice", "last rows", "some rows", "one column", "row and column"]
)
def test_parts_copy_nothing(name):
    windows, _ = some_windows()
    part = windows[INDICES[name]]
    assert isinstance(part, Windows)
    assert np.shares_memory(part.table, windows.table)


@pytest.mark.parametrize("index", [13, -14, np.array([13])])
def test_there_is_no_window_behind_the_last(index):
    windows, _ = some_windows()
    with pytest.raises(IndexError):
        windows[index]


def test_what_is_computed_from_them_is_an_array():
    windows, array = some_windows()
    change = windows[:, 0] - windows[:, -1]
    assert type(change) is np.ndarray
    assert np.array_equal(change, array[:, 0] - array[:, -1])
    assert np.array_equal(1 - windows, 1 - array)
    assert np.array_equal(jnp.asarray(array) + windows, 2 * array)
    assert np.array_equal(np.sqrt(windows), np.sqrt(array))
    assert np.array_equal(windows.reshape(len(windows), -1), array.reshape(13, -1))
    assert np.array_equal(windows.reshape((-1, 3)), array.reshape(-1, 3))


def test_they_say_what_they_are():
    assert repr(some_windows()[0]) == ("<Windows (samples=13, timesteps=4, features=3) float32>")


def test_they_look_like_an_array():
    windows, array = some_windows()
    assert (windows.ndim, windows.size, windows.dtype, len(windows)) == (3, 156, "float32", 13)
    assert np.array_equal(windows, array)
    assert np.array_equal(windows.astype(np.int32), array.astype(np.int32))
    assert windows.astype(np.float32) is windows
    assert (np.ndim(windows), np.shape(windows), np.size(windows)) == (3, (13, 4, 3), 156)


@settings(deadline=None)
@given(
    sizes=st.lists(st.integers(0, 5), min_size=1, max_size=5),
    step=st.integers(1, 3),
    start=st.integers(-3, 15),
    stop=st.integers(-3, 15),
)
def test_runs_are_the_numbers_written_out(sizes, step, start, stop):
    firsts = 20 * np.arange(len(sizes))
    written = [f + step * k for f, n in zip(firsts, sizes) for k in range(n)]
    runs = Runs.of(firsts, np.array(sizes), step)
    assert runs.tolist() == written
    assert runs[start:stop].tolist() == written[start:stop]
    assert (runs + 7)[start:stop].tolist() == [w + 7 for w in written[start:stop]]
    assert list(runs[::2]) == written[::2]
    if written:
        on_device = jax.tree.map(jnp.asarray, runs)
        assert on_device.at(jnp.arange(len(runs))).tolist() == written


@settings(deadline=None)
@given(
    length=st.one_of(st.none(), st.integers(1, 7)),
    step=st.integers(1, 4),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    at_once=st.integers(1, 40),
)
def test_pieces_hold_every_number(length, step, sizes, at_once):
    firsts = np.cumsum([0, *(n * step + 8 for n in sizes[:-1])])
    starts = Runs.of(firsts, np.array(sizes), step)
    windows = Windows(np.arange(300.0, dtype=np.float32), starts, length)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recurra.engine.lazy.AT_ONCE", at_once)
        parts = list(pieces(windows))
    assert {part.shape[1:] for part in parts} == {windows.shape[1:]}
    assert set(np.concatenate(parts).ravel()) == set(np.asarray(windows).ravel())


def test_pieces_of_long_windows_are_few_numbers():
    """1,000,000 numbers in windows of 200 rows: about as many are copied, not 200 times as many."""
    starts = Runs.of(np.array([0]), np.array([1_000_000 - 199]), 1)
    windows = Windows(np.zeros(1_000_000, np.float32), starts, 200)
    sizes = [part.size for part in pieces(windows)]
    assert sum(sizes) < 1_100_000
    assert max(sizes) <= 2 * 2**18


TABLES = {
    "aligned": lambda t: t,
    "a row further": lambda t: t[1:],
    "one column": lambda t: t[:, 1:2],
    "a vector": lambda t: t[3:, 2],
    "every second row": lambda t: t[::2],
    "by columns": lambda t: np.asfortranarray(t),
    "backwards": lambda t: t[::-1],
    "few numbers": lambda t: t[1:4, :1],
}


@pytest.mark.parametrize("dtype", ["float32", "int32", "int8"])
@pytest.mark.parametrize("name", TABLES)
def test_a_placed_table_gives_its_rows(name, dtype):
    table = aligned((40, 3), dtype)
    table[...] = np.arange(120).reshape(40, 3)
    table = TABLES[name](table)
    starts = np.array([0, 1, len(table) - 2, 0], np.int32)
    rows = jax.jit(lambda p, s: p.rows(s, 2))(Placed.of(table), starts)
    assert rows.dtype == dtype
    assert np.array_equal(rows, table[starts[:, None] + np.arange(2)])
    single = Placed.of(table).rows(jnp.asarray(starts), None)
    assert np.array_equal(single, table[starts])


@pytest.mark.parametrize("skip", range(17))
def test_a_table_is_read_where_it_lies(skip, monkeypatch):
    """Wherever it begins, up to 15 float32 numbers stand before an address that XLA takes."""
    monkeypatch.setattr("recurra.engine.placed.COPIED", 0)
    memory = aligned((1000,), np.float32)
    memory[...] = np.arange(1000)
    table = memory[skip : skip + 900].reshape(300, 3)
    placed = Placed.of(table)
    if jax.default_backend() == "cpu":
        place = placed.body.unsafe_buffer_pointer()
        assert place == memory.ctypes.data + (ALIGNED if skip else 0) * (1 + (skip > 16))
    assert len(placed.head) == -skip % 16
    assert np.array_equal(placed.rows(jnp.arange(300, dtype="int32"), None), table)


def test_a_small_table_is_copied_to_an_address_that_xla_takes():
    """So that a step looks into one array alone."""
    table = np.arange(31, dtype=np.float32)[1:].reshape(10, 3)
    placed = Placed.of(table)
    assert len(placed.head) == 0
    assert np.array_equal(placed.rows(jnp.arange(10, dtype="int32"), None), table)


def test_numbers_far_away_have_their_place(monkeypatch):
    """The way of tables with more than 2^31 numbers gives the same."""
    table = np.arange(60, dtype=np.float32).reshape(20, 3)
    monkeypatch.setattr("recurra.engine.placed.MOST", 10)
    rows = jax.jit(lambda p, s: p.rows(s, 4))(Placed.of(table), np.array([0, 16], np.int32))
    assert np.array_equal(rows, table[[[0, 1, 2, 3], [16, 17, 18, 19]]])


def test_samples_are_gathered_from_arrays_and_windows_alike():
    windows, array = some_windows()
    index = np.array([12, 0, 5], np.int32)
    tree = {"a": windows, "b": array, "c": None}
    found = gathered(tree, index)
    assert np.array_equal(found["a"], array[index]) and np.array_equal(found["b"], array[index])
    placed = {"a": windows.on_device(), "b": jnp.asarray(array)}
    found = jax.jit(gathered)(placed, index)
    assert np.array_equal(found["a"], array[index]) and np.array_equal(found["b"], array[index])
    assert type(loaded(tree)["a"]) is np.ndarray and loaded(tree)["c"] is None


@pytest.mark.parametrize("starts", [np.array([3, 0, 9], np.int32), [3, 0, 9]])
def test_starts_may_be_plain_numbers(starts):
    table = np.arange(20, dtype=np.float32)
    windows = Windows(table, np.asarray(starts), 2)[..., None]
    assert windows.shape == (3, 2, 1)
    wanted = [[[3], [4]], [[0], [1]], [[9], [10]]]
    assert np.asarray(windows).tolist() == wanted
    assert np.concatenate(list(pieces(windows))).tolist() == wanted
    placed = windows.on_device()
    assert placed.starts.dtype == "int32"  # on the device once, not with each call
    assert jax.jit(lambda w, i: w.take(i))(placed, np.arange(3)).tolist() == wanted
