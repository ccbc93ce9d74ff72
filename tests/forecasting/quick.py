"""What the tests of the Forecaster share: a small model, which compiles fast, and made series."""

import numpy as np

import recurra as rc
from recurra.forecasting import Forecaster


class Small:
    """Makes a model of one dense layer on the window, which compiles in a moment."""

    def __call__(self, horizon, targets):
        return rc.Sequential([rc.layers.Flatten(), rc.layers.Dense(horizon * targets)])

    def __repr__(self):
        return "small"  # the same in every process that names tests by it


small = Small()


def quick(**arguments):
    """A Forecaster that takes no time."""
    return Forecaster(**{"model": small, "epochs": 1, "random_state": 0} | arguments)


def days(count, first="2024-01-01"):
    return np.datetime64(first) + np.arange(count)


def wave(count, season=7, noise=0.1, seed=0):
    """A season with noise, (count,)."""
    random = np.random.default_rng(seed)
    return 10 + np.sin(2 * np.pi * np.arange(count) / season) + random.normal(0, noise, count)
