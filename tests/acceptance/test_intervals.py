"""Intervals hold what they promise, measured on series whose noise is known."""

import numpy as np
import pandas as pd
import pytest

from tests.acceptance.tables import quick

ROWS = 1200


def autoregression(kind):
    rng = np.random.default_rng(11)
    shocks = {
        "gauss": lambda: rng.normal(size=ROWS),
        "heavy": lambda: rng.standard_t(3, size=ROWS),
        "changing": lambda: rng.normal(size=ROWS) * (1 + 0.9 * np.sin(np.arange(ROWS) / 40)),
    }[kind]()
    y = np.zeros(ROWS)
    for i in range(1, ROWS):
        y[i] = 0.8 * y[i - 1] + shocks[i]
    return pd.DataFrame({"day": pd.date_range("2020-01-01", periods=ROWS), "y": y})


def chance(level, origins=300):
    """Three standard deviations of the share of misses, where origins are independent."""
    return 3 * np.sqrt(level * (1 - level) / origins)


@pytest.mark.parametrize("kind", ["gauss", "heavy", "changing"])
def test_coverage_of_a_point_forecast(kind):
    forecaster = quick(horizon=3, lookback=8, epochs=3, levels=(0.8, 0.9, 0.95))
    rows = pd.DataFrame(forecaster.backtest(autoregression(kind), origins=300).rows())
    assert len(rows) > 880
    for level in (80, 90, 95):
        held = rows["actual"].between(rows[f"lower_{level}"], rows[f"upper_{level}"]).mean()
        assert held == pytest.approx(level / 100, abs=chance(level / 100))
    width = [(rows[f"upper_{level}"] - rows[f"lower_{level}"]).mean() for level in (80, 90, 95)]
    assert width == sorted(width)


def test_coverage_of_quantiles():
    forecaster = quick(horizon=3, lookback=8, epochs=3, quantiles=(0.05, 0.5, 0.95))
    rows = pd.DataFrame(forecaster.backtest(autoregression("gauss"), origins=300).rows())
    held = rows["actual"].between(rows["lower_90"], rows["upper_90"]).mean()
    assert held == pytest.approx(0.9, abs=chance(0.9))
    assert (rows["lower_90"] <= rows["forecast"]).all()
    assert (rows["forecast"] <= rows["upper_90"]).all()
