"""Targets of 6 steps x 2 values for Dense(6), and of 3 values for Dense(5)."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


rng = np.random.default_rng(0)
X = rng.normal(size=(64, 10, 2)).astype("float32")
for y, outputs in ((rng.normal(size=(64, 6, 2)), 6), (rng.normal(size=(64, 3)), 5)):
    model = Sequential([Input((10, 2)), LSTM(8), Dense(outputs)])
    model.compile(loss="mse", optimizer="adam")
    attempt(lambda m=model, t=y: m.fit(X, t, epochs=1, verbose=0))
