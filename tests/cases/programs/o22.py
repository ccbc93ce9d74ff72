"""100 windows and 99 targets: the windowing is off by one."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

series = np.sin(np.arange(109) / 5).astype("float32")
X = np.stack([series[k : k + 10, None] for k in range(100)])
y = series[10:]
model = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
