"""The first and the last step together decide: a Bidirectional LSTM sees both ends."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Bidirectional, Dense

rng = np.random.default_rng(0)
X = rng.normal(size=(800, 15, 2)).astype("float32")
y = (X[:, 0, 0] + X[:, -1, 1] > 0).astype("float32")
model = rc.Sequential([rc.Input((15, 2)), Bidirectional(LSTM(16)), Dense(1, activation="sigmoid")])
model.compile(rc.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(X[:600], y[:600], epochs=12, verbose=0)
assert model.evaluate(X[600:], y[600:], verbose=0)[1] > 0.85
