"""Sequences padded with zeros and no Masking: the LSTM reads the zeros."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential
from keras.utils import pad_sequences

rng = np.random.default_rng(0)
sequences = [rng.normal(size=(rng.integers(4, 20), 2)) for _ in range(100)]
X = pad_sequences(sequences, padding="post", dtype="float32")
y = np.array([s[-1, 0] for s in sequences], "float32")
model = Sequential([Input(X.shape[1:]), LSTM(8), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
