"""A list of 10 windows is read as 10 inputs; np.stack makes one array of them."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

series = np.sin(np.arange(13) / 2).astype("float32")
x = [series[k : k + 3, None] for k in range(10)]
y = series[3:]
model = Sequential([Input((3, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, epochs=2, verbose=0)
