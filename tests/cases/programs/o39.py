"""A random walk, one step ahead: r2 of 0.9 and worse than "tomorrow = today"."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
walk = np.cumsum(rng.normal(size=800))
walk = (walk - walk[:600].mean()) / walk[:600].std()
X = np.stack([walk[k : k + 20] for k in range(780)])[..., None].astype("float32")
y = walk[20:].astype("float32")
model = Sequential([Input((20, 1)), LSTM(16), Dense(1)])
model.compile(loss="mse", optimizer="adam")
data = X[600:], y[600:]
model.fit(X[:580], y[:580], epochs=8, validation_data=data, verbose=0)
p = model.predict(X[600:], verbose=0)[:, 0]
rmse = np.sqrt(np.mean((p - y[600:]) ** 2))
naive = np.sqrt(np.mean((X[600:, -1, 0] - y[600:]) ** 2))
assert rmse > naive
