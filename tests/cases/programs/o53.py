"""A generator that yields [x, y], a list: the pair that is meant, or say `yield x, y`."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 16, 10, 1)).astype("float32")


def generator():
    while True:
        for x in X:
            y = x[:, -1, 0]
            yield [x, y]


model = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="sgd")
twin = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
twin.compile(loss="mse", optimizer="sgd")
twin.set_weights(model.get_weights())
model.fit(generator(), steps_per_epoch=5, epochs=1, verbose=0)
for x in X:
    twin.train_on_batch(x, x[:, -1, 0])
for a, b in zip(model.get_weights(), twin.get_weights()):
    assert np.allclose(a, b, atol=1e-6)
