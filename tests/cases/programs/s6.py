"""One series of 600 steps, asked for 10 more: the same weights go on, whatever the length."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential

rng = np.random.default_rng(0)
x = rng.normal(size=(1, 610, 25)).astype("float32")
y = (0.5 * x[:, :, :1] + 0.5 * np.roll(x[:, :, 1:2], 1, axis=1)).astype("float32")
trainX, trainY, testX = x[:, :600], y[:, :600], x[:, 600:]

model = Sequential()
model.add(LSTM(128, input_shape=(600, 25), batch_size=1, activation="tanh", return_sequences=True))
model.add(Dense(1, activation="linear"))
model.compile(loss="mean_squared_error", optimizer="adam")
history = model.fit(trainX, trainY, epochs=20, verbose=0)
assert history.history["loss"][-1] < 0.7 * history.history["loss"][0]
prediction = model.predict(testX, batch_size=1, verbose=0)
assert prediction.shape == (1, 10, 1)
# The first 10 of 600 steps do not depend on what follows.
first = model.predict(trainX[:, :10], verbose=0)
assert np.allclose(first, model.predict(trainX, verbose=0)[:, :10], atol=1e-5)
