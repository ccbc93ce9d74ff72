"""Batches from a generator, of two lengths."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)


def batches():
    while True:
        for length in (10, 16):
            x = rng.normal(size=(32, length, 1)).astype("float32")
            yield x, x[:, -1, 0] + 0.5 * x[:, -2, 0]


model = rc.Sequential([rc.Input((None, 1)), LSTM(16), Dense(1)])
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit(batches(), steps_per_epoch=40, epochs=5, verbose=0)
x, y = next(batches())
assert model.evaluate(x, y, verbose=0) < 0.3 * y.var()
