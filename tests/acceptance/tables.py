"""Small tables and forecasters that are quick to fit."""

import numpy as np
import pandas as pd

from recurra.forecasting import Forecaster


def quick(**arguments):
    defaults = {"time": "day", "target": "y", "horizon": 2, "lookback": 5, "season": 1}
    small = {"epochs": 1, "units": 2, "random_state": 0}
    return Forecaster(**{**defaults, **small, **arguments})


def noise(rows=40, seed=0, start="2024-01-01", **columns):
    y = np.random.default_rng(seed).normal(size=rows)
    return pd.DataFrame({"day": pd.date_range(start, periods=rows), "y": y, **columns})
