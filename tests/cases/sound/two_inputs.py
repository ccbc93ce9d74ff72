"""A series and two fixed properties of its object, joined in a functional model."""

import numpy as np

import recurra as rc
from recurra.layers import GRU, Concatenate, Dense

rng = np.random.default_rng(0)
series = rng.normal(size=(600, 15, 2)).astype("float32")
fixed = rng.normal(size=(600, 2)).astype("float32")
y = series[:, -1, 0] + 0.5 * series[:, -2, 1] + fixed[:, 0]
a, b = rc.Input((15, 2)), rc.Input((2,))
joined = Concatenate()([GRU(16)(a), Dense(8, activation="relu")(b)])
model = rc.Model([a, b], Dense(1)(joined))
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit([series[:500], fixed[:500]], y[:500], epochs=15, verbose=0)
assert model.evaluate([series[500:], fixed[500:]], y[500:], verbose=0) < 0.2 * y.var()
