"""categorical_crossentropy with one output: loss 0 and nothing learnt."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(128, 10, 2)).astype("float32")
y = (X[:, -1, 0] > 0).astype("float32")
model = Sequential([Input((10, 2)), LSTM(8), Dense(1, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
