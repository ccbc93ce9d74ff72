"""Waves of 20 steps through 6 numbers and back."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense, RepeatVector

rng = np.random.default_rng(0)
phase, height = rng.uniform(0, 6.28, (500, 1)), rng.uniform(0.5, 1.5, (500, 1))
X = (height * np.sin(phase + np.arange(20) * 0.4)).astype("float32")[..., None]
model = rc.Sequential(
    [rc.Input((20, 1)), LSTM(6), RepeatVector(20), LSTM(24, return_sequences=True), Dense(1)]
)
model.compile(rc.optimizers.Adam(0.02), "mse")
model.fit(X[:400], X[:400], epochs=40, verbose=0)
assert model.evaluate(X[400:], X[400:], verbose=0) < 0.3 * X.var()
