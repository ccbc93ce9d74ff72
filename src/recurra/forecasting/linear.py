"""A linear forecast, solved in closed form: what a network then improves on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: The strengths of the penalty that are tried, as shares of the largest eigenvalue.
STRENGTHS = 10.0 ** np.arange(-7, 0.5, 0.5)


class Linear(NamedTuple):
    """A linear map, kernel (features, outputs) and bias (outputs,), with its penalty."""

    kernel: np.ndarray
    bias: np.ndarray
    strength: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """What it makes of features, (samples, outputs)."""
        return x @ self.kernel + self.bias


def ridge(x: np.ndarray, y: np.ndarray, held_out: tuple[np.ndarray, np.ndarray]) -> Linear:
    r"""The kernel that minimises \(|y - xK - b|^2 + \lambda |DK|^2\), D the features' deviations.

    Args:
        x: (samples, features).
        y: (samples, outputs).
        held_out: x and y on which the strength with the least absolute error is chosen.
    """
    solve = _Solved(x, y)
    errors = [np.abs(solve(s)(held_out[0]) - held_out[1]).mean() for s in STRENGTHS]
    return solve(STRENGTHS[int(np.argmin(errors))])


def refit(x: np.ndarray, y: np.ndarray, strength: float) -> Linear:
    """The same from other samples, with a strength that was chosen before."""
    return _Solved(x, y)(strength)


class _Solved:
    """The eigenvectors of the features' correlations, from which each strength is a product."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        x, y = x.astype(np.float64), y.astype(np.float64)
        self.mean_x, self.mean_y = x.mean(axis=0), y.mean(axis=0)
        deviation = x.std(axis=0)
        self.deviation = np.where(deviation > 1e-9, deviation, np.inf)  # a constant says nothing
        z = (x - self.mean_x) / self.deviation
        self.values, self.vectors = np.linalg.eigh(z.T @ z / len(z))
        self.shares = self.vectors.T @ (z.T @ (y - self.mean_y) / len(z))

    def __call__(self, strength: float) -> Linear:
        values = np.maximum(self.values, 0)
        penalty = strength * max(values.max(initial=0), 1e-12)
        kernel = self.vectors @ (self.shares / (values + penalty)[:, None])
        kernel = kernel / self.deviation[:, None]
        return Linear(kernel, self.mean_y - self.mean_x @ kernel, strength)


def returns_to_mean(series: list[np.ndarray], lags: int) -> bool:
    r"""Whether most series return to a mean, by the test of Dickey and Fuller at 5 %.

    In \(\Delta y_t = a + \rho y_{t-1} + \sum_j c_j \Delta y_{t-j} + e_t\), \(\rho\) is 0 for a
    series that wanders off, and its t value then lies above -2.86 in 95 % of cases.

    Args:
        series: of values, (rows,) each, without NaN.
        lags: how many past changes count.
    """
    votes = [_t_value(y, lags) < -2.86 for y in series if len(y) > 3 * lags + 10]
    return bool(votes) and 2 * sum(votes) > len(votes)


def _t_value(y: np.ndarray, lags: int) -> float:
    change = np.diff(y)
    rows = len(change) - lags
    past = [change[lags - j : len(change) - j] for j in range(1, lags + 1)]
    x = np.stack([y[lags:-1], *past, np.ones(rows)], axis=1)
    inverse = np.linalg.pinv(x.T @ x)
    coefficients = inverse @ (x.T @ change[lags:])
    errors = change[lags:] - x @ coefficients
    variance = errors @ errors / max(rows - x.shape[1], 1)
    spread = np.sqrt(max(variance * inverse[0, 0], 0))
    return float(coefficients[0] / spread) if spread > 0 else 0.0
