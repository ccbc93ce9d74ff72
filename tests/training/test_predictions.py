"""`predict(x) - y` with (n, 1) and (n,) is told of; in all else predictions are plain arrays."""

import copy
import inspect
import io
import pickle
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import recurra as rc
from recurra.training.predictions import as_predictions

Y = np.arange(5.0, dtype="float32")
COLUMN = Y[:, None] * 2


@pytest.fixture
def column():
    return as_predictions(COLUMN.copy())


def told(compute):
    """What is warned of: text, file and line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compute()
    return [(str(w.message), w.filename, w.lineno) for w in caught]


def test_a_difference_that_becomes_a_table_is_told_of_at_the_users_line():
    model = rc.Sequential([rc.Input((2,)), rc.layers.Dense(1)])
    p = model.predict(np.ones((50, 2)), verbose=0)
    y = np.zeros(50)
    ((text, file, line),) = told(lambda: p - y)
    assert text == (
        "arrays of shape (50, 1) and (50,) make a table of (50, 50), 2,500 numbers: each of the 50 "
        "meets all others, not its own. Write predict(x)[:, 0], which is (50,), or y[:, None], "
        "which is (50, 1)."
    )
    here = inspect.getsourcelines(
        test_a_difference_that_becomes_a_table_is_told_of_at_the_users_line
    )
    assert file == __file__ and here[0][line - here[1]].strip().endswith("told(lambda: p - y)")


def test_each_line_is_told_once(column):
    found = [told(lambda: Y - column) for _ in range(3)]
    assert [len(f) for f in found] == [1, 0, 0]


@pytest.mark.parametrize(
    "compute",
    [
        lambda p: p == Y,
        lambda p: p > Y,
        lambda p: p / (Y + 1),
        lambda p: np.maximum(p, Y),
    ],
)
def test_comparisons_and_functions_of_two_are_told_of(compute, column):
    assert len(told(lambda: compute(column))) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(compute(column), compute(COLUMN))


@pytest.mark.parametrize(
    "compute",
    [
        lambda p: p - Y[:, None],
        lambda p: p[:, 0] - Y,
        lambda p: p - p,
        lambda p: p - 1.0,
        lambda p: p - p.T,
        lambda p: p - Y[:3],
        lambda p: p > 0.5,
        lambda p: p * np.ones((5, 3)),
        lambda p: p.ravel() - Y,
    ],
)
def test_what_is_meant_is_not(compute, column):
    assert told(lambda: compute(column)) == []
    np.testing.assert_array_equal(compute(column), compute(COLUMN))


def test_only_several_samples_of_one_number_are_watched():
    for shape in ((1, 1), (5,), (5, 2), (5, 1, 1), (0, 1)):
        array = np.zeros(shape)
        assert as_predictions(array) is array


@pytest.mark.parametrize(
    "compute",
    [
        lambda p: p - 1,
        lambda p: -p,
        lambda p: p[:, 0],
        lambda p: p[1:],
        lambda p: p.copy(),
        lambda p: copy.copy(p),
        lambda p: copy.deepcopy(p),
        lambda p: pickle.loads(pickle.dumps(p)),
        lambda p: np.asarray(p),
        lambda p: np.concatenate([p, COLUMN]),
        lambda p: np.concatenate([p, p]),
        lambda p: np.hstack([p, p]),
        lambda p: np.where(p > 2, p, 0),
        lambda p: p.mean(0),
        lambda p: np.add.accumulate(p),
    ],
)
def test_what_comes_of_them_is_plain(compute, column):
    found = compute(column)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, compute(COLUMN))


def test_a_file_holds_a_plain_array(column):
    file = io.BytesIO()
    np.save(file, column)
    file.seek(0)
    np.testing.assert_array_equal(np.load(file), COLUMN)


def test_they_read_as_arrays(column):
    assert (repr(column), str(column)) == (repr(COLUMN), str(COLUMN))
    assert isinstance(column, np.ndarray) and column.tolist() == COLUMN.tolist()


def test_they_can_be_changed_in_place(column):
    before = column
    column *= 2
    column += 1
    column[0] = 7
    expected = COLUMN * 2 + 1
    expected[0] = 7
    assert column is before
    np.testing.assert_array_equal(column, expected)
    out = np.empty_like(COLUMN)
    assert np.negative(column, out=out) is out
    np.testing.assert_array_equal(out, -expected)


def test_warnings_of_numpy_name_the_users_line(column):
    ((text, file, _),) = told(lambda: 1 / column)
    assert (text, file) == ("divide by zero encountered in divide", __file__)


def test_reductions_are_numbers(column):
    assert float(column.mean()) == COLUMN.mean() and column.argmax() == 4
    assert np.linalg.norm(column) == np.linalg.norm(COLUMN)


def test_jax_takes_them(column):
    assert isinstance(jnp.asarray(column), jax.Array)
    np.testing.assert_array_equal(jax.jit(lambda a: a + 1)(column), COLUMN + 1)
    np.testing.assert_array_equal(jnp.asarray(COLUMN) - column, np.zeros((5, 1)))


def test_models_take_them(column):
    model = rc.Sequential([rc.Input((1,)), rc.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(column, column, verbose=0)


def test_tables_of_other_libraries_take_them(column):
    pandas = pytest.importorskip("pandas")
    metrics = pytest.importorskip("sklearn.metrics")
    assert pandas.DataFrame(column).equals(pandas.DataFrame(COLUMN))
    assert metrics.mean_squared_error(Y, column) == pytest.approx(float((Y**2).mean()))
