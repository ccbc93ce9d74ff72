"""Sequences of different lengths: padded, and the padding masked."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense, Masking

rng = np.random.default_rng(0)
sequences = [rng.normal(size=(n, 2)).astype("float32") for n in rng.integers(5, 25, 500)]
y = np.array([s[-1, 0] + s[-2, 1] for s in sequences], "float32")
X = rc.utils.pad_sequences(sequences, padding="post", dtype="float32")
model = rc.Sequential([rc.Input((None, 2)), Masking(), LSTM(16), Dense(1)])
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit(X[:400], y[:400], epochs=15, verbose=0)
assert model.evaluate(X[400:], y[400:], verbose=0) < 0.2 * y.var()
