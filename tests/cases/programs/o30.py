"""relu in two LSTMs over 300 steps: the state grows without bound."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.uniform(0, 5, size=(64, 300, 1)).astype("float32")
y = X.mean(axis=(1, 2))
model = Sequential(
    [
        Input((300, 1)),
        LSTM(32, activation="relu", return_sequences=True),
        LSTM(32, activation="relu"),
        Dense(1),
    ]
)
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=4, verbose=0)
