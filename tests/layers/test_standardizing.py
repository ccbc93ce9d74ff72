"""Normalization by known statistics, by hand; beside Keras it is in tests/parity."""

import numpy as np
import pytest

import recurra as rc
from recurra import layers as L

X = np.random.default_rng(0).normal(50.0, 3.0, size=(40, 5, 3)).astype("float32")


def test_it_adapts_to_data_and_back():
    layer = L.Normalization()
    layer.adapt(X)
    np.testing.assert_allclose(layer.mean, X.mean((0, 1)), rtol=1e-6)
    np.testing.assert_allclose(layer.variance, X.var((0, 1)), rtol=1e-5)
    scaled = layer(X)
    np.testing.assert_allclose(scaled.mean((0, 1)), 0, atol=1e-4)
    np.testing.assert_allclose(scaled.std((0, 1)), 1, rtol=1e-4)
    back = L.Normalization(mean=layer.mean, variance=layer.variance, invert=True)
    np.testing.assert_allclose(back(scaled), X, rtol=1e-5)


def test_values_that_are_not_known_do_not_count():
    layer = L.Normalization()
    layer.adapt(np.array([[1.0, 5.0], [np.nan, 7.0], [3.0, 9.0]]))
    assert layer.mean.tolist() == [2, 7]
    assert layer.variance.tolist() == pytest.approx([1, 8 / 3])


def test_training_changes_nothing_of_it(repeatable):
    layer = L.Normalization()
    layer.adapt(X)
    model = rc.Sequential([rc.Input((5, 3)), layer, L.LSTM(2), L.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, X[:, 0, :1], epochs=1, verbose=0)
    assert layer.mean.tolist() == X.mean((0, 1), dtype=np.float64).astype("float32").tolist()
    assert not layer.trainable_weights


@pytest.mark.parametrize("given", [True, False])
def test_a_file_holds_it(given, tmp_path):
    layer = L.Normalization(mean=[50.0, 49.0, 48.0], variance=[9.0, 8.0, 7.0])
    if not given:
        layer = L.Normalization()
        layer.adapt(X)
    model = rc.Sequential([rc.Input((5, 3)), layer, L.Flatten(), L.Dense(1)])
    model.save(tmp_path / "m.keras")
    again = rc.saving.load_model(tmp_path / "m.keras")
    assert (again.predict(X, verbose=0) == model.predict(X, verbose=0)).all()


def error_of(call):
    with pytest.raises(rc.ArgumentError) as error:
        call()
    return str(error.value).partition("\n")[0]


def test_errors():
    assert error_of(lambda: L.Normalization(mean=1.0, name="n")) == (
        "Normalization 'n': `mean` has the shape () and `variance` None; both are needed, of one "
        "shape, or none of the two."
    )
    assert error_of(lambda: L.Normalization(mean=[1, 2], variance=[1], name="n")) == (
        "Normalization 'n': `mean` has the shape (2,) and `variance` (1,); both are needed, of "
        "one shape, or none of the two."
    )
    assert error_of(lambda: L.Normalization(mean=[1, 2], variance=[1, 2], name="n")(X)) == (
        "Normalization 'n': `mean` and `variance` have the shape (2,), and the normalized axes of "
        "its input have (3,)."
    )
    given = L.Normalization(mean=1.0, variance=2.0, name="n")
    assert error_of(lambda: given.adapt(X)) == (
        "Normalization 'n' was given mean and variance; adapt changes neither."
    )
