"""TimeseriesGenerator, as a thousand tutorials import it: it works with fit."""

import numpy as np
from keras.layers import LSTM, Dense
from keras.models import Sequential
from keras.preprocessing.sequence import TimeseriesGenerator

series = np.sin(np.arange(120) / 5).astype("float32")[:, None]
generator = TimeseriesGenerator(series, series, length=10, batch_size=8)
assert len(generator) == 14  # 110 windows in batches of 8
x, y = generator[0]
assert x.shape == (8, 10, 1)
assert np.array_equal(x[3], series[3:13])
assert np.array_equal(y[3], series[13])
model = Sequential()
model.add(LSTM(8, activation="tanh", input_shape=(10, 1)))
model.add(Dense(1))
model.compile(optimizer="adam", loss="mse")
history = model.fit(generator, epochs=4, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0]
