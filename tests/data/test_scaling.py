"""Scalers, beside scikit-learn's and the layer that does the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

import recurra as rc
from recurra.data.scaling import MinMax, Robust, Standard, mean_and_deviation

RNG = np.random.default_rng(0)
X = RNG.normal(loc=[0, 50, -3], scale=[1, 9, 0.01], size=(200, 3))
KINDS = [(Standard, StandardScaler), (MinMax, MinMaxScaler), (Robust, RobustScaler)]
every = pytest.mark.parametrize(("ours", "theirs"), KINDS)


@every
def test_they_are_scikit_learns(ours, theirs):
    train, test = X[:150].copy(), X[150:]
    train[RNG.random(train.shape) < 0.2] = np.nan  # both leave it out
    mine, other = ours(train), theirs().fit(train)
    scaled = mine.transform(test)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, other.transform(test), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(mine.inverse(mine.transform(X)), X, rtol=1e-6, atol=1e-6)


@every
def test_nan_stays(ours, theirs):
    scaler = ours(X)
    values = np.array([[np.nan, 1.0, 2.0]])
    assert np.isnan(scaler.transform(values)).tolist() == [[True, False, False]]
    assert np.isnan(scaler.inverse(values)).tolist() == [[True, False, False]]


@every
def test_one_column_takes_any_shape(ours, theirs):
    scaler, table = ours(X[:, 1]), ours(X)
    assert scaler.transform(X[:, 1]).tolist() == table.transform(X)[:, 1].tolist()
    assert scaler.transform(X[:6, 1].reshape(2, 3)).shape == (2, 3)
    assert table[1].inverse(np.ones((2, 5))).tolist() == scaler.inverse(np.ones((2, 5))).tolist()
    assert table[[2, 0]].transform(X[:, [2, 0]]).tolist() == table.transform(X)[:, [2, 0]].tolist()


@every
def test_samples_of_timesteps_are_rows(ours, theirs):
    rows = ours(X.reshape(20, 10, 3))
    assert rows.offset.tolist() == ours(X).offset.tolist()
    assert rows.transform(X.reshape(20, 10, 3)).shape == (20, 10, 3)


@every
def test_the_layer_does_the_same(ours, theirs):
    scaler = ours(X)
    layer = rc.layers.Normalization(**scaler.statistics)
    x = X.astype("float32")
    np.testing.assert_allclose(layer(x), scaler.transform(x), rtol=1e-4, atol=1e-4)
    back = rc.layers.Normalization(**scaler[1].statistics, invert=True)
    np.testing.assert_allclose(back(np.ones((4, 1))), scaler[1].inverse(np.ones((4, 1))), rtol=1e-6)


@every
def test_a_constant_column_is_shifted_and_told(ours, theirs):
    rows = np.array([[0.1, 2.0, np.nan, 5.0]] * 3)
    rows[:, 3] += np.arange(3)
    with pytest.warns(UserWarning) as warned:
        scaler = ours(rows)
    assert str(warned[0].message) == (
        f"{ours.__name__}: columns 0, 1, 2 are constant in the training part, so shifted and not "
        "scaled."
    )
    assert scaler.constant == (0, 1, 2)
    assert scaler[1:].constant == (0, 1)
    assert scaler.transform([[0.1, 3.0, 4.0, 6.0]]).tolist()[0][:3] == [0, 1, 4]
    assert warned[0].filename == __file__


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_what_rounding_leaves_is_constant(kind):
    """0.1 has no exact number; 1.7e9 + seconds, in float64, is not constant."""
    rounded = np.nextafter(np.full(1000, 0.1, kind), np.arange(1000) % 2, dtype=kind)
    assert len(np.unique(rounded)) == 2
    mean, deviation = mean_and_deviation(rounded)
    assert (mean, deviation) == (pytest.approx(0.1), 1.0)
    with pytest.warns(UserWarning, match="Standard: column 0 is constant"):
        assert Standard(rounded).spread == 1.0
    known = np.concatenate([1.7e9 + np.arange(1000.0), [np.nan]])
    mean, deviation = mean_and_deviation(known)  # the variance of 0, ..., n - 1 is (n^2 - 1) / 12
    assert (mean, deviation) == (1.7e9 + 499.5, pytest.approx(((1000**2 - 1) / 12) ** 0.5))
    assert mean_and_deviation(known[-1:]) == (0.0, 1.0)


def test_quartiles_of_one_value_give_way_to_the_deviation():
    values = np.array([0.0] * 9 + [10.0])  # deviation 3
    assert Robust(values).spread == pytest.approx(3)


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e6))
def test_an_offset_is_taken_away_before_rounding(shift, size):
    """Times in seconds since 1970, say, which float32 rounds to minutes."""
    values = shift + size * np.arange(4.0)
    assert MinMax(values).transform(values) == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-3)


@every
def test_rows_of_the_future_change_nothing(ours, theirs):
    later = X.copy()
    later[150:] = 1e9
    assert ours(X[:150]).transform(X[:150]).tobytes() == (
        ours(later[:150]).transform(later[:150]).tobytes()
    )


def test_errors():
    with pytest.raises(rc.DataError) as error:
        Standard(X).transform(X[:, :2])
    assert str(error.value) == (
        "Standard: it has measured 3 columns, and the data (200, 2) have 2.\n"
        "  fix:      scaler[2].inverse(y)  # of the third column alone"
    )
    with pytest.raises(rc.DataError) as error:
        MinMax([[1.0, np.inf]])
    assert str(error.value) == (
        "MinMax: column 1 holds infinity.\n  fix:      x[np.isinf(x)] = np.nan  # not known"
    )
    with pytest.raises(rc.DataError) as error:
        MinMax(np.zeros((0, 3)))
    assert str(error.value) == "MinMax: there are no rows to measure."
    with pytest.raises(rc.DataError) as error:
        MinMax(["a", "b"])
    assert str(error.value) == "MinMax: values of type <U1 are no numbers."
