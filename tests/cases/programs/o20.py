"""Plain lists of numbers as data: they mean what np.array makes of them."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

model = Sequential([Input((3, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
history = model.fit([[[1.0], [2.0], [3.0]], [[2.0], [3.0], [4.0]]], [4.0, 5.0], epochs=3, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0]
prediction = model.predict([[[1.0], [2.0], [3.0]]], verbose=0)
assert prediction.shape == (1, 1)
assert np.allclose(prediction, model.predict(np.array([[[1.0], [2.0], [3.0]]]), verbose=0))
