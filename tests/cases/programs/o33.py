"""Outputs that cannot reach the target: tanh of an LSTM, sigmoid, tanh, for values around 254."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


rng = np.random.default_rng(0)
X = rng.normal(size=(128, 10, 2)).astype("float32")
y = (254 + 60 * X[:, -1, 0]).astype("float32")
for last in (
    [LSTM(1)],
    [LSTM(8), Dense(1, activation="sigmoid")],
    [LSTM(8), Dense(1, activation="tanh")],
):
    model = Sequential([Input((10, 2)), *last])
    model.compile(loss="mse", optimizer="adam")
    attempt(lambda m=model: m.fit(X, y, epochs=2, verbose=0))
