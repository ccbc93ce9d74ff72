"""No targets, a tuple that is none, no samples, and x and y exchanged."""

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
y = X[:, -1, 0]
x_val = X[:16]
model = Sequential([Input((10, 2)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
attempt(lambda: model.fit(X, verbose=0))
attempt(lambda: model.fit(X, y, validation_data=(x_val), verbose=0))
attempt(lambda: model.predict(X[:0], verbose=0))
attempt(lambda: model.fit(y, X, verbose=0))
