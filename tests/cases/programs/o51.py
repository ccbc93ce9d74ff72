"""model.reset_states(), and a layer's states set to given values."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
x = rng.normal(size=(2, 5, 1)).astype("float32")
model = Sequential([Input(batch_shape=(2, 5, 1)), LSTM(4, stateful=True), Dense(1)])
first = model.predict(x, batch_size=2, verbose=0)
goes_on = model.predict(x, batch_size=2, verbose=0)
assert not np.allclose(first, goes_on)
model.reset_states()
assert np.allclose(first, model.predict(x, batch_size=2, verbose=0))
h, c = np.ones((2, 4), "float32"), np.zeros((2, 4), "float32")
model.layers[0].reset_states([h, c])
given = model.predict(x, batch_size=2, verbose=0)
assert not np.allclose(first, given)
model.layers[0].reset_states([h, c])
assert np.allclose(given, model.predict(x, batch_size=2, verbose=0))
