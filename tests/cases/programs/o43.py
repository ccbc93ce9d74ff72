"""A mask that ends at Conv1D, pooling, Flatten ...: which layers now read padding as data."""

import numpy as np
from keras.layers import (
    LSTM,
    Conv1D,
    Dense,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Input,
    Masking,
)
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(64, 12, 2)).astype("float32")
for k in range(64):
    X[k, 5 + k % 7 :] = 0.0
y = X.sum(axis=(1, 2))
for middle in (
    [Conv1D(8, 3), LSTM(4)],
    [LSTM(4, return_sequences=True), Flatten()],
    [LSTM(4, return_sequences=True), GlobalMaxPooling1D()],
):
    model = Sequential([Input((12, 2)), Masking(), *middle, Dense(1)])
    model.compile(loss="mse", optimizer="adam")
    model.fit(X, y, epochs=1, verbose=0)

# The average reads the mask: padding does not change it.
model = Sequential([Input((None, 2)), Masking(), GlobalAveragePooling1D(), Dense(1)])
assert np.allclose(model.predict(X[:1], verbose=0), model.predict(X[:1, :5], verbose=0), atol=1e-6)
