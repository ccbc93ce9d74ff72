"""Other lengths: an LSTM takes them in every kind of model; Flatten cannot, and says why."""

import numpy as np
from keras.layers import LSTM, Conv1D, Dense, Flatten, Input
from keras.models import Model, Sequential

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 7, 3)).astype("float32")
sequential = Sequential([Input((20, 3)), LSTM(4), Dense(1)])
inputs = Input((20, 3))
functional = Model(inputs, Dense(1)(LSTM(4)(inputs)))
functional.set_weights(sequential.get_weights())
a, b = sequential.predict(x, verbose=0), functional.predict(x, verbose=0)
assert a.shape == (8, 1)
assert np.array_equal(a, b)

model = Sequential([Input((20, 3)), Conv1D(4, 3), Flatten(), Dense(1)])
assert model.layers[-1].count_params() == (20 - 3 + 1) * 4 + 1
model.predict(rng.normal(size=(8, 30, 3)).astype("float32"), verbose=0)
