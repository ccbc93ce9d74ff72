"""What scikit-learn's tools expect of an estimator."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from recurra.data import TimeSplit
from recurra.forecasting import SequenceClassifier
from tests.acceptance.tables import noise, quick


def test_a_clone_has_the_parameters_and_nothing_learnt():
    forecaster = quick(units=3).fit(noise())
    copy = clone(forecaster)
    assert copy.get_params() == forecaster.get_params()
    assert copy.get_params()["units"] == 3
    with pytest.raises(NotFittedError):
        copy.forecast()


def test_a_search_over_the_past_of_a_frame():
    search = GridSearchCV(
        quick(), {"lookback": [3, 5]}, cv=TimeSplit(2, test=6), error_score="raise"
    )
    search.fit(noise())
    assert search.best_params_["lookback"] in (3, 5)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert len(search.best_estimator_.forecast()) == 2


def test_a_pipeline_of_arrays():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 2))
    y = 2 * X[:, 0] + 0.1 * rng.normal(size=80)
    pipeline = make_pipeline(StandardScaler(), quick(time=None, target=None, horizon=1))
    pipeline.fit(X[:60], y[:60])
    assert pipeline.predict(X[60:]).shape == (20,)
    assert pipeline.score(X[60:], y[60:]) > 0.9  # the columns of X are known of the rows asked for
    pipeline.set_params(forecaster__lookback=4)
    assert pipeline.get_params()["forecaster__lookback"] == 4


def test_folds_are_trained_on_what_came_before():
    for gap in (0, 2):
        for train, test in TimeSplit(3, test=4, gap=gap).split(np.zeros(30)):
            assert train.max() == test.min() - 1 - gap
            assert test.tolist() == list(range(test[0], test[0] + 4))


def test_labels_of_ragged_sequences():
    t = np.linspace(0, 1, 30)
    X = [np.sin(6.28 * f * t[: 20 + i % 10] + i) for i in range(30) for f in (2, 5)]
    labels = ["slow", "fast"] * 30
    classifier = SequenceClassifier(epochs=25, units=8, random_state=0).fit(X[:48], labels[:48])
    assert classifier.classes_.tolist() == ["fast", "slow"]
    assert classifier.score(X[48:], labels[48:]) > 0.8
    shares = classifier.predict_proba(X[48:])
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-5)
