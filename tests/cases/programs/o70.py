"""recurrent_dropout trains on the same kernel as without it, or its cost must be said."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential
from keras.optimizers import Adam

rng = np.random.default_rng(0)
X = rng.normal(size=(256, 20, 2)).astype("float32")
y = X[:, -1, 0]
model = Sequential([Input((20, 2)), LSTM(16, recurrent_dropout=0.1), Dense(1)])
model.compile(loss="mse", optimizer=Adam(0.01))
history = model.fit(X, y, epochs=6, verbose=0)
assert history.history["loss"][-1] < 0.8 * history.history["loss"][0]
