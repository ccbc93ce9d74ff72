"""One series of 600 steps and 25 inputs is one sample; it is continued from its last state."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)
x = rng.normal(size=(1, 700, 25)).astype("float32")
y = np.zeros((1, 700, 1), "float32")
for t in range(1, 700):
    y[0, t] = 0.8 * y[0, t - 1] + 0.6 * x[0, t, 0]
model = rc.Sequential(
    [
        rc.Input(batch_shape=(1, None, 25)),
        LSTM(32, return_sequences=True, stateful=True),
        Dense(1),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "mse")
for _ in range(80):
    model.reset_states()
    model.fit(x[:, :600], y[:, :600], batch_size=1, epochs=1, verbose=0)
model.reset_states()
model.predict(x[:, :600], verbose=0)
goes_on = model.predict(x[:, 600:], verbose=0)
assert np.mean((goes_on - y[:, 600:]) ** 2) < 0.5 * y.var()
