"""SequenceRegressor on made sequences, as scikit-learn's tools use it."""

import pickle

import numpy as np
import pytest

import recurra as rc
from recurra.forecasting.sequences.regressor import SequenceRegressor
from recurra.layers import GRU, Dense


def sums(samples=300, steps=12, seed=0):
    """Noise of two features, and the sum of the first over time, in a unit of its own."""
    X = np.random.default_rng(seed).normal(size=(samples, steps, 2))
    return X, 1e5 + 1e3 * X[:, :, 0].sum(axis=1)


def quick(**options):
    return SequenceRegressor(**{"epochs": 2, "random_state": 0, "units": 4} | options)


def refused(y, **options):
    with pytest.raises(rc.RecurraError) as caught:
        quick(**options).fit(sums()[0], y)
    return str(caught.value)


@pytest.mark.parametrize("model", ["lstm", "gru", "tcn"])
def test_sums_over_time(model):
    (X, y), (X_test, y_test) = sums(), sums(seed=1)
    regressor = SequenceRegressor(model, random_state=0).fit(X, y)
    assert regressor.score(X_test, y_test) > 0.9
    assert regressor.predict(X_test).shape == (300,)


def test_several_targets_in_units_of_their_own():
    X, _ = sums()
    y = np.stack([X[:, :, 0].sum(axis=1), 1e6 + 1e4 * X[:, -1, 1]], axis=1)
    regressor = SequenceRegressor(random_state=0).fit(X, y)
    found = regressor.predict(X)
    assert found.shape == (300, 2)
    for k in range(2):  # R2 of each
        assert 1 - ((found - y)[:, k] ** 2).mean() / y[:, k].var() > 0.9


def test_the_baseline_is_the_training_parts_mean():
    """Alternating 0 and 1 in the held-out half, whatever it is: the mean 0.5 is off by 0.5."""
    X = np.random.default_rng(0).normal(size=(200, 5))
    y = np.arange(200) % 2.0
    with pytest.warns(UserWarning) as warned:
        regressor = quick(epochs=1, learning_rate=1e-9, validation=0.5).fit(X, y)
    np.testing.assert_allclose(regressor.baseline_, [0.5], atol=0.01)
    assert [str(w.message) for w in warned] == [
        f"SequenceRegressor: no better than the mean: the error (RMSE) on 100 samples held out is "
        f"{regressor.error_[0]:.4g}; that of the mean is {regressor.baseline_[0]:.4g}."
    ]


def test_a_feature_that_was_constant_may_change():
    """One feature is constant in training; a little of it changes predictions a little."""
    X, y = sums(60)
    X = np.concatenate([X, np.full((60, 12, 1), 0.1)], axis=2)
    regressor = quick().fit(X, y)
    before = regressor.predict(X)
    X[:, :, 2] += 0.01
    assert np.abs(regressor.predict(X) - before).max() < 0.1 * y.std()


def test_the_model_gives_the_targets_own_unit(tmp_path):
    X, y = sums(60)
    regressor = quick().fit(X, y)
    np.testing.assert_allclose(
        regressor.model_.predict(X, verbose=0)[:, 0], regressor.predict(X), rtol=1e-6
    )
    regressor.model_.save(tmp_path / "model.keras")
    model = rc.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(model.predict(X, verbose=0)[:, 0], regressor.predict(X), rtol=1e-6)


def test_samples_in_other_batches_give_the_same():
    X, y = sums(60)
    regressor = quick().fit(X, y)
    whole = regressor.predict(X)
    np.testing.assert_allclose(regressor.predict(X[::-1])[::-1], whole, rtol=1e-5)
    alone = [regressor.predict(X[k : k + 1])[0] for k in range(5)]
    np.testing.assert_allclose(alone, whole[:5], rtol=1e-5)


def test_lengths_differ():
    random = np.random.default_rng(0)
    X = [random.normal(size=3 + k % 8) for k in range(300)]
    y = [x.sum() for x in X]
    regressor = SequenceRegressor(random_state=0).fit(X, y)
    assert regressor.score(X, y) > 0.95


def test_a_pickle_predicts_the_same():
    X, y = sums(60)
    regressor = quick().fit(X, y)
    again = pickle.loads(pickle.dumps(regressor))
    np.testing.assert_array_equal(again.predict(X), regressor.predict(X))


def test_a_model_of_ones_own():
    X, y = sums(60)
    own = rc.Sequential([rc.Input((12, 2)), GRU(3), Dense(1)])
    assert quick(model=own).fit(X, y).predict(X).shape == (60,)
    assert refused(sums()[1], model=rc.Sequential([rc.Input((12, 2)), GRU(3), Dense(2)])) == (
        "SequenceRegressor: the model gives (None, 2), and (batch, 1) is needed.\n"
        "  fix:      Dense(1)"
    )


def test_targets_that_are_no_numbers():
    y = sums()[1]
    assert refused(None) == (
        "SequenceRegressor requires y to be passed, but the target y is None: a number for each "
        "sample is needed."
    )
    y[5] = np.nan
    assert refused(y) == (
        "SequenceRegressor: y holds NaN at sample 5.\n"
        "  fix:      keep = np.isfinite(y)  # and leave out the samples of X and y without"
    )
    with pytest.raises(ValueError, match="could not convert string to float"):
        quick().fit(sums()[0], ["much"] * 300)


def test_as_many_targets_as_samples():
    assert refused(sums()[1][:-1]) == (
        "SequenceRegressor: X holds 300 samples, and y 299 targets.\n"
        "  came:     X (samples=300, timesteps=12, features=2)"
    )


def test_samples_count_by_their_weight():
    """Of two values of y at the same X, the network learns the mean by weight, (0 + 3 * 4) / 4."""
    X, y = np.zeros((200, 3, 1)), np.tile([0.0, 4.0], 100)
    with pytest.warns(UserWarning, match="no better than the mean"):
        found = quick(epochs=60).fit(X, y, sample_weight=np.tile([1.0, 3.0], 100)).predict(X[:1])
    assert found[0] == pytest.approx(3, abs=0.2)
