"""Flat rows: (100, 9) for Input((9, 1)) works; (100, 36) for Input((9, 4)) needs 36 = 9 x 4."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 9)).astype("float32")
model = Sequential([Input((9, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, X.mean(axis=1), epochs=1, verbose=0)  # the missing last axis is added
a, b = model.predict(X, verbose=0), model.predict(X[..., None], verbose=0)
assert np.array_equal(a, b)

X = rng.normal(size=(100, 36)).astype("float32")
model = Sequential([Input((9, 4)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, X.mean(axis=1), epochs=1, verbose=0)
