"""The linear part beside NumPy's and scikit-learn's, and the test of a return to a mean."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from recurra.forecasting.linear import STRENGTHS, refit, returns_to_mean, ridge


def problem(rows=200, features=4, outputs=2, noise=0.1):
    random = np.random.default_rng(0)
    x = random.normal(3, [1, 2, 5, 0.1], size=(rows, features))
    kernel = random.normal(size=(features, outputs))
    return x, x @ kernel + 7 + noise * random.normal(size=(rows, outputs)), kernel


def test_without_noise_the_kernel_is_found():
    x, y, kernel = problem(noise=0.0)
    found = ridge(x[:150], y[:150], (x[150:], y[150:]))
    assert found.strength == STRENGTHS[0]  # no penalty pays
    np.testing.assert_allclose(found.kernel, kernel, atol=1e-4)
    np.testing.assert_allclose(found(x), y, atol=1e-4)


def test_the_penalty_is_that_of_scikit_learn_on_features_of_deviation_one():
    x, y, _ = problem()
    z = (x - x.mean(0)) / x.std(0)
    strength = 0.03
    # the penalty is a share of the largest eigenvalue of z'z / n, scikit-learn's adds to z'z
    alpha = strength * np.linalg.eigvalsh(z.T @ z / len(z)).max() * len(z)
    expected = Ridge(alpha=alpha).fit(z, y).predict(z)
    np.testing.assert_allclose(refit(x, y, strength)(x), expected, rtol=1e-8)


def test_a_constant_feature_says_nothing():
    x, y, _ = problem()
    x[:, 1] = 5.0
    found = refit(x, y, 1e-6)
    assert (found.kernel[1] == 0).all()
    assert np.isfinite(found(x)).all()


def test_more_features_than_samples():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 50)), random.normal(size=(20, 1))
    found = ridge(x[:15], y[:15], (x[15:], y[15:]))
    assert np.isfinite(found.kernel).all()


@pytest.mark.parametrize(("rho", "returns"), [(0.5, True), (0.9, True), (1.0, False)])
def test_a_walk_does_not_return_to_its_mean_and_an_autoregression_does(rho, returns):
    votes = []
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=400)
        y = np.zeros(400)
        for t in range(1, 400):
            y[t] = rho * y[t - 1] + noise[t]
        votes.append(returns_to_mean([y], lags=2))
    # of 20 walks 1 passes a test at 5 % on average; 5 or more do so with a chance of 0.3 %
    assert sum(votes) >= 19 if returns else sum(votes) <= 4


def test_a_series_too_short_to_tell_does_not_count():
    assert not returns_to_mean([np.arange(10.0)], lags=2)
    assert not returns_to_mean([np.ones(100)], lags=2)
