"""input_shape=X.shape counts the samples as well."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(100, 20, 1)).astype("float32")
model = Sequential()
model.add(LSTM(32, input_shape=X.shape))
model.add(Dense(1))
