"""Sequences of different lengths cannot be one array: name the lengths, and pad."""

import numpy as np
from keras.layers import LSTM, Dense, Embedding, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


rng = np.random.default_rng(0)
X = np.empty(3, dtype=object)
X[:] = [rng.normal(size=(n, 1)).astype("float32") for n in (5, 7, 3)]
y = np.array([0.0, 1.0, 2.0])
model = Sequential([Input((None, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
attempt(lambda: model.fit(X, y, verbose=0))
tokens = Sequential([Input((None,)), Embedding(10, 4), LSTM(4), Dense(1)])
tokens.compile(loss="mse", optimizer="adam")
attempt(lambda: tokens.fit([[1, 2, 3], [4, 5], [6]], y, verbose=0))
numbers = np.array([[1.0, 2.0, 3.0]], dtype=object)
attempt(lambda: model.predict(numbers[..., None], verbose=0))
attempt(lambda: model.predict(np.array([["a"], ["b"]]), verbose=0))
