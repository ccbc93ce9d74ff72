"""A model as a class, with its own call."""

import numpy as np

import recurra as rc
from recurra.layers import GRU, Dense, Dropout


class Forecaster(rc.Model):
    def __init__(self):
        super().__init__()
        self.memory = GRU(16)
        self.drop = Dropout(0.1)
        self.out = Dense(1)

    def call(self, x, training=False):
        return self.out(self.drop(self.memory(x), training=training))


rng = np.random.default_rng(0)
X = rng.normal(size=(600, 12, 2)).astype("float32")
y = X[:, -1, 0] - 0.5 * X[:, -3, 1]
model = Forecaster()
model.compile(rc.optimizers.Adam(0.01), "mse", metrics=["mae"])
model.fit(X[:500], y[:500], epochs=15, verbose=0)
assert model.evaluate(X[500:], y[500:], verbose=0)[0] < 0.3 * y.var()
