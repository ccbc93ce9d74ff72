"""A scaled series in windows, split by time with a gap, tested on three later stretches."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)
series = np.zeros(1500)
for t in range(2, 1500):
    series[t] = 1.8 * series[t - 1] - 0.9 * series[t - 2] + rng.normal() * 0.1
length = 20


def windows(part):
    starts = range(len(part) - length)
    return np.stack([part[k : k + length] for k in starts])[..., None], part[length:]


for end in (900, 1050, 1200):
    train, test = series[:end], series[end : end + 150]
    mean, std = train.mean(), train.std()  # of the training part alone
    X, y = windows(((train - mean) / std).astype("float32"))
    X_test, y_test = windows(((test - mean) / std).astype("float32"))
    model = rc.Sequential([rc.Input((length, 1)), LSTM(16), Dense(1)])
    model.compile(optimizer=rc.optimizers.Adam(0.01), loss="mse")
    model.fit(X, y, epochs=12, verbose=0)
    last_value = np.mean((X_test[:, -1, 0] - y_test) ** 2)
    assert model.evaluate(X_test, y_test, verbose=0) < 0.5 * last_value
