"""Numbered words of different counts: an Embedding that masks its zeros."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense, Embedding

rng = np.random.default_rng(0)
sentences = [rng.integers(1, 50, n) for n in rng.integers(6, 16, 800)]
y = np.array([np.sum(s < 25) > np.sum(s >= 25) for s in sentences], "float32")
X = rc.utils.pad_sequences(sentences, padding="post")
model = rc.Sequential(
    [
        rc.Input((None,)),
        Embedding(50, 8, mask_zero=True),
        LSTM(16),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(X[:640], y[:640], epochs=6, verbose=0)
assert model.evaluate(X[640:], y[640:], verbose=0)[1] > 0.8
