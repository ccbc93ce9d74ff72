"""One NaN among 6,400 numbers: say where it is, before training."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(160, 20, 2)).astype("float32")
y = X[:, -1, 0].copy()
X[17, 5, 1] = np.nan
model = Sequential([Input((20, 2)), LSTM(8), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
