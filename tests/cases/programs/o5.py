"""Integer labels with categorical_crossentropy: use the sparse one, or to_categorical."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(96, 10, 2)).astype("float32")
y = rng.integers(0, 3, 96)
model = Sequential([Input((10, 2)), LSTM(8), Dense(3, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
