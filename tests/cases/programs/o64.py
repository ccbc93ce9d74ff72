"""A forecast one by one with predict in a loop, which computes every window again."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

series = np.sin(np.arange(320) / 6).astype("float32")
X = np.stack([series[k : k + 20] for k in range(300)])[..., None]
y = series[20:]
model = Sequential([Input((20, 1)), LSTM(32), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=3, verbose=0)
window = X[-1:]
forecast = []
for _ in range(100):
    value = model.predict(window, verbose=0)
    forecast.append(value[0, 0])
    window = np.concatenate([window[:, 1:], value[:, :, None]], axis=1)
assert len(forecast) == 100
