"""Targets (n,) for outputs (n, 1): the loss is that of the reshaped targets, for every loss."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(64, 10, 2)).astype("float32")
y = (X[:, -1, 0] > 0).astype("float32")
for loss in ("mse", "mae", "huber", "log_cosh", "binary_crossentropy"):
    model = Sequential([Input((10, 2)), LSTM(8), Dense(1, activation="sigmoid")])
    model.compile(loss=loss, optimizer="adam")
    flat = model.evaluate(X, y, verbose=0)
    assert np.isclose(flat, model.evaluate(X, y[:, None], verbose=0), rtol=1e-5)
    p = model.predict(X, verbose=0)[:, 0]
    if loss == "mse":
        assert np.isclose(flat, np.mean((p - y) ** 2), rtol=1e-4)
    if loss == "mae":
        assert np.isclose(flat, np.mean(np.abs(p - y)), rtol=1e-4)
