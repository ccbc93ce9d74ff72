"""The next value and whether it rises, from one memory: two losses with weights."""

import numpy as np

import recurra as rc
from recurra.layers import GRU, Dense

rng = np.random.default_rng(0)
X = rng.normal(size=(700, 12, 1)).astype("float32")
value = 0.8 * X[:, -1, 0] + 0.6 * X[:, -2, 0]
rises = (value > X[:, -1, 0]).astype("float32")
inputs = rc.Input((12, 1))
memory = GRU(16)(inputs)
outputs = {
    "value": Dense(1, name="value")(memory),
    "rises": Dense(1, activation="sigmoid", name="rises")(memory),
}
model = rc.Model(inputs, outputs)
losses = {"value": "mse", "rises": "binary_crossentropy"}
model.compile(rc.optimizers.Adam(0.01), losses, loss_weights={"value": 1.0, "rises": 0.5})
y = {"value": value, "rises": rises}
model.fit(X[:600], {k: v[:600] for k, v in y.items()}, epochs=15, verbose=0)
got = model.predict(X[600:], verbose=0)
assert np.mean((got["value"][:, 0] - value[600:]) ** 2) < 0.2 * value.var()
assert np.mean((got["rises"][:, 0] > 0.5) == rises[600:]) > 0.85
