"""A generator whose batches have 5, 7 and 9 steps: fine, and the same numbers as one by one."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
batches = [rng.normal(size=(8, length, 1)).astype("float32") for length in (5, 7, 9)]


def generator():
    while True:
        for x in batches:
            yield x, x[:, -1, 0]


model = Sequential([Input((None, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="sgd")
twin = Sequential([Input((None, 1)), LSTM(4), Dense(1)])
twin.compile(loss="mse", optimizer="sgd")
twin.set_weights(model.get_weights())
model.fit(generator(), steps_per_epoch=6, epochs=1, verbose=0)
for x in batches + batches:
    twin.train_on_batch(x, x[:, -1, 0])
for a, b in zip(model.get_weights(), twin.get_weights()):
    assert np.allclose(a, b, atol=1e-6)
