"""reshape where transpose was meant: the channels are mixed into each other."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = np.cumsum(rng.normal(size=(50, 3, 200)), axis=-1).astype("float32")
X /= X.std()
y = X[:, 0, -1].copy()
X = X.reshape(50, 200, 3)
model = Sequential([Input((200, 3)), LSTM(8), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
