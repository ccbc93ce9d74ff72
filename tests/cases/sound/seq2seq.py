"""Twelve steps in, the next six out, by RepeatVector between two GRUs."""

import numpy as np

import recurra as rc
from recurra.layers import GRU, Dense, RepeatVector, TimeDistributed

rng = np.random.default_rng(0)
phase = rng.uniform(0, 2 * np.pi, (600, 1))
waves = np.sin(phase + np.arange(18) * 0.5) + 0.05 * rng.normal(size=(600, 18))
waves = waves.astype("float32")[..., None]
X, y = waves[:, :12], waves[:, 12:]
model = rc.Sequential(
    [
        rc.Input((12, 1)),
        GRU(24),
        RepeatVector(6),
        GRU(24, return_sequences=True),
        TimeDistributed(Dense(1)),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit(X[:500], y[:500], epochs=20, verbose=0)
last_value = np.mean((X[500:, -1:] - y[500:]) ** 2)
assert model.evaluate(X[500:], y[500:], verbose=0) < 0.2 * min(last_value, y.var())
