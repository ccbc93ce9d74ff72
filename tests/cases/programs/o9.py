"""A table of 9 columns given to an LSTM, which wants steps and features."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 9)).astype("float32")
y = X.mean(axis=1)
model = Sequential()
model.add(LSTM(32, input_shape=(9,)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
