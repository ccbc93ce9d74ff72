"""The 10 %, 50 % and 90 % quantiles by a loss of one's own."""

import numpy as np

import recurra as rc
from recurra import ops
from recurra.layers import GRU, Dense

LEVELS = np.array([0.1, 0.5, 0.9], "float32")


def pinball(y_true, y_pred):
    error = y_true - y_pred
    return ops.mean(ops.maximum(LEVELS * error, (LEVELS - 1) * error), axis=-1)


rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 10, 1)).astype("float32")
y = (X[:, -1, 0] + 0.5 * rng.normal(size=1000)).astype("float32")
model = rc.Sequential([rc.Input((10, 1)), GRU(12), Dense(3)])
model.compile(rc.optimizers.Adam(0.01), pinball)
model.fit(X[:700], y[:700, None], epochs=15, verbose=0)
low, middle, high = model.predict(X[700:], verbose=0).T
inside = np.mean((low < y[700:]) & (y[700:] < high))
assert 0.65 < inside < 0.93  # 0.8 is aimed at
assert np.mean(np.abs(middle - y[700:])) < 0.6 * np.mean(np.abs(y))
