"""A label for every timestep of padded sequences: is the running sum positive?"""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense, Masking

rng = np.random.default_rng(0)
lengths = rng.integers(8, 21, 500)
X = rng.normal(size=(500, 20, 2)).astype("float32")
real = np.arange(20) < lengths[:, None]
X[~real] = 0.0
y = (np.cumsum(X[..., 0], axis=1) > 0).astype("float32")[..., None]
model = rc.Sequential(
    [
        rc.Input((20, 2)),
        Masking(),
        LSTM(16, return_sequences=True),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(rc.optimizers.Adam(0.01), "binary_crossentropy")
model.fit(X[:400], y[:400], epochs=10, verbose=0)
right = (model.predict(X[400:], verbose=0) > 0.5) == y[400:]
assert right[real[400:]].mean() > 0.85  # a guess: 0.5
