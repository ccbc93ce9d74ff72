"""Class labels 1, 2, 3 for three outputs, which are numbered 0, 1, 2."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(96, 10, 2)).astype("float32")
y = rng.integers(1, 4, 96)
model = Sequential([Input((10, 2)), LSTM(8), Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(X, y, epochs=2, verbose=0)
