"""A stateful model, 50 samples, batches of 32: 18 are left over."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 5, 1)).astype("float32")
model = Sequential([Input(batch_shape=(32, 5, 1)), LSTM(4, stateful=True), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, X[:, -1, 0], batch_size=32, epochs=1, shuffle=False, verbose=0)
