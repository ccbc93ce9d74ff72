"""Trained stateful in batches of 10, asked for one sample: it begins from a zero state."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 5, 1)).astype("float32")
model = Sequential([Input(batch_shape=(10, 5, 1)), LSTM(4, stateful=True), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, X[:, -1, 0], batch_size=10, epochs=1, shuffle=False, verbose=0)
one = model.predict(X[:1], batch_size=1, verbose=0)
twin = Sequential([Input(batch_shape=(1, 5, 1)), LSTM(4, stateful=True), Dense(1)])
twin.set_weights(model.get_weights())
assert np.allclose(one, twin.predict(X[:1], batch_size=1, verbose=0), atol=1e-6)
