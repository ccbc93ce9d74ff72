"""A memory learnt on one task, frozen, and a new head for another with few samples."""

import numpy as np

import recurra as rc
from recurra.layers import GRU, Dense

rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 12, 1)).astype("float32")
first = np.stack([X[:, -1, 0], X[:, -2, 0], X[:, -3, 0]], axis=1)
memory = GRU(16)
base = rc.Sequential([rc.Input((12, 1)), memory, Dense(3)])
base.compile(rc.optimizers.Adam(0.01), "mse")
base.fit(X, first, epochs=10, verbose=0)

memory.trainable = False
before = [np.array(w) for w in memory.get_weights()]
few = rng.normal(size=(240, 12, 1)).astype("float32")
second = few[:, -1, 0] - few[:, -2, 0]
model = rc.Sequential([rc.Input((12, 1)), memory, Dense(1)])
model.compile(rc.optimizers.Adam(0.03), "mse")
model.fit(few[:160], second[:160], epochs=25, verbose=0)
assert model.evaluate(few[160:], second[160:], verbose=0) < 0.3 * second.var()
assert all(np.array_equal(a, b) for a, b in zip(before, memory.get_weights()))
