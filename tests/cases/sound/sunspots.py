"""Yearly sunspots since 1700, scaled on the years before 1900, next year from the last twelve."""

import numpy as np
from statsmodels.datasets import sunspots

import recurra as rc
from recurra.layers import GRU, Dense

rc.utils.set_random_seed(0)
spots = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
train = spots[:200]
mean, std = train.mean(), train.std()
scaled = ((spots - mean) / std).astype("float32")
X = np.stack([scaled[k : k + 12] for k in range(len(scaled) - 12)])[..., None]
y = scaled[12:]
X_train, y_train = X[:188], y[:188]  # windows whose target lies before 1900
X_test, y_test = X[200:], y[200:]  # a gap of one window
model = rc.Sequential([rc.Input((12, 1)), GRU(12), Dense(1)])
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit(X_train, y_train, epochs=40, batch_size=16, verbose=0)
last_value = np.mean((X_test[:, -1, 0] - y_test) ** 2)
assert model.evaluate(X_test, y_test, verbose=0) < 0.8 * last_value
