"""Overlapping windows, shuffled before the split: what is tested was seen in training."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
series = np.zeros(520)
for t in range(2, 520):
    series[t] = 1.6 * series[t - 1] - 0.7 * series[t - 2] + rng.normal() * 0.1
series /= series.std()
X = np.stack([series[k : k + 20] for k in range(500)])[..., None].astype("float32")
y = series[20:].astype("float32")
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
model = Sequential([Input((20, 1)), LSTM(16), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X_train, y_train, epochs=5, validation_data=(X_test, y_test), verbose=0)
