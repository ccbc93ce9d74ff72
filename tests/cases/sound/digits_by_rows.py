"""scikit-learn's 8 x 8 digits, read row by row as sequences of 8 steps."""

import numpy as np
from sklearn.datasets import load_digits

import recurra as rc
from recurra.layers import LSTM, Dense

digits = load_digits()
X = (digits.images / 16.0).astype("float32")
y = digits.target
order = np.random.default_rng(0).permutation(len(X))
X, y = X[order], y[order]
model = rc.Sequential([rc.Input((8, 8)), LSTM(32), Dense(10, activation="softmax")])
model.compile(rc.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(X[:1400], y[:1400], epochs=10, validation_data=(X[1400:], y[1400:]), verbose=0)
assert model.evaluate(X[1400:], y[1400:], verbose=0)[1] > 0.9  # a guess: 0.1
