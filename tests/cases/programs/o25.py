"""Conv1D on a table of 64 columns: it wants a channel axis."""

import numpy as np
from keras.layers import Conv1D, Dense, Flatten
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 64)).astype("float32")
model = Sequential()
model.add(Conv1D(8, 3, input_shape=(64,)))
model.add(Flatten())
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X, X.mean(axis=1), verbose=0)
