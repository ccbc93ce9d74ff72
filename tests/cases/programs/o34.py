"""relu as the output for targets that are all negative."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(128, 10, 2)).astype("float32")
y = -2 - np.abs(X[:, -1, 0])
model = Sequential([Input((10, 2)), LSTM(8), Dense(1, activation="relu")])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=5, verbose=0)
