"""Two classes of equal size: does a noisy sequence rise or fall?"""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)
y = np.arange(600) % 2
slope = np.where(y == 1, 1.0, -1.0)[:, None] * np.linspace(-1, 1, 30)
X = (slope + rng.normal(size=(600, 30))).astype("float32")[..., None]
model = rc.Sequential([rc.Input((30, 1)), LSTM(16), Dense(1, activation="sigmoid")])
model.compile(rc.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
model.fit(X[:500], y[:500], epochs=8, validation_data=(X[500:], y[500:]), verbose=0)
loss, accuracy = model.evaluate(X[500:], y[500:], verbose=0)
assert accuracy > 0.9  # a guess: 0.5
