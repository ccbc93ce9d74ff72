"""One-hot labels with sparse_categorical_crossentropy: use the other one, or argmax."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential
from keras.utils import to_categorical

rng = np.random.default_rng(0)
X = rng.normal(size=(96, 10, 2)).astype("float32")
y = to_categorical(rng.integers(0, 3, 96), 3)
model = Sequential([Input((10, 2)), LSTM(8), Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
