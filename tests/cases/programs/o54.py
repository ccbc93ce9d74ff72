"""Windows of 10 over a series of 5: there are none, and that must be said."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential
from keras.utils import timeseries_dataset_from_array

series = np.arange(5, dtype="float32")[:, None]
data = timeseries_dataset_from_array(series, series[:, 0], sequence_length=10)
model = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(data, epochs=1, verbose=0)
