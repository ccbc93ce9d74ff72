"""A small TCN: causal convolutions whose reach doubles, one step ahead at every step."""

import numpy as np

import recurra as rc
from recurra.layers import Conv1D, Dense

rng = np.random.default_rng(0)
x = rng.normal(size=(300, 40, 1)).astype("float32")
y = np.zeros_like(x)
for lag, weight in ((0, 0.5), (2, 0.7), (5, -0.6)):
    y[:, lag:] += weight * x[:, : 40 - lag]
model = rc.Sequential(
    [
        rc.Input((40, 1)),
        Conv1D(16, 3, padding="causal", activation="relu"),
        Conv1D(16, 3, padding="causal", dilation_rate=2, activation="relu"),
        Conv1D(16, 3, padding="causal", dilation_rate=4, activation="relu"),
        Dense(1),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "mse")
model.fit(x[:240], y[:240], epochs=12, verbose=0)
assert model.evaluate(x[240:], y[240:], verbose=0) < 0.15 * y.var()
