"""A convolution shortens 10 steps to 8, and the targets have 10."""

import numpy as np
from keras.layers import Conv1D, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(64, 10, 1)).astype("float32")
y = np.cumsum(X, axis=1)
model = Sequential([Input((10, 1)), Conv1D(8, 3), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=1, verbose=0)
