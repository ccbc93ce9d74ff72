"""A linear output under binary_crossentropy, which wants probabilities."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(128, 10, 2)).astype("float32")
y = (X[:, -1, 0] > 0).astype("float32")
model = Sequential([Input((10, 2)), LSTM(8), Dense(1)])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, y, epochs=3, verbose=0)
