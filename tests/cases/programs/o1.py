"""Softmax over one unit for a yes or no: every answer is 1; use a sigmoid."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(128, 10, 2)).astype("float32")
y = (X[:, -1, 0] > 0.67).astype("float32")  # a quarter are ones
model = Sequential([Input((10, 2)), LSTM(8), Dense(1, activation="softmax")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, y, epochs=3, verbose=0)
