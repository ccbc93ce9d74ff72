"""Three classes as one-hot rows, from logits."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)
labels = rng.integers(0, 3, 600)
X = rng.normal(size=(600, 18, 3)).astype("float32")
X[np.arange(600), :, labels] += 0.5  # the channel that stands out
y = rc.utils.to_categorical(labels, 3)
model = rc.Sequential([rc.Input((18, 3)), LSTM(16), Dense(3)])
loss = rc.losses.CategoricalCrossentropy(from_logits=True)
model.compile(rc.optimizers.Adam(0.01), loss, metrics=["accuracy"])
model.fit(X[:480], y[:480], epochs=8, verbose=0)
assert model.evaluate(X[480:], y[480:], verbose=0)[1] > 0.8  # a guess: 0.33
