"""stateful=True without a fixed batch: write the batch, and ask whether it is wanted at all."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 5, 1)).astype("float32")
model = Sequential()
model.add(LSTM(4, stateful=True, input_shape=(5, 1)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X, X[:, -1, 0], batch_size=10, epochs=1, shuffle=False, verbose=0)
