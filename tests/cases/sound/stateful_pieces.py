"""One series in pieces of 20 steps, in order, with the state carried on: shuffle=False."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)
x = rng.normal(size=801).astype("float32")
y = np.zeros(801, "float32")
for t in range(1, 801):  # remembers ten steps, across the borders of pieces
    y[t] = 0.9 * y[t - 1] + 0.4 * x[t]
X, Y = x[1:].reshape(40, 20, 1), y[1:].reshape(40, 20, 1)
model = rc.Sequential(
    [
        rc.Input(batch_shape=(1, 20, 1)),
        LSTM(16, stateful=True, return_sequences=True),
        Dense(1),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "mse")
for _ in range(12):
    model.reset_states()
    model.fit(X[:30], Y[:30], batch_size=1, epochs=1, shuffle=False, verbose=0)
model.reset_states()
model.predict(X[:30], batch_size=1, verbose=0)
goes_on = model.predict(X[30:], batch_size=1, verbose=0)
assert np.mean((goes_on - Y[30:]) ** 2) < 0.2 * Y.var()
