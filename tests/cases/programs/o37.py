"""The look-back of 8 values put on the feature axis: one step, and nothing to remember."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
series = np.sin(np.arange(308) / 6) + rng.normal(size=308) * 0.05
X = np.stack([series[k : k + 8] for k in range(300)]).astype("float32")
y = series[8:].astype("float32")
X = np.reshape(X, (X.shape[0], 1, X.shape[1]))
model = Sequential()
model.add(LSTM(16, input_shape=(1, 8)))
model.add(Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=3, verbose=0)
