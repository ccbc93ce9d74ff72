"""One sample given to predict without its sample axis."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
model = Sequential([Input((20, 3)), LSTM(8), Dense(1)])
x = rng.normal(size=(20, 3)).astype("float32")
model.predict(x, verbose=0)
