"""stateful with fit's own shuffling: sample i no longer continues sample i of the batch before."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
series = np.sin(np.arange(401) / 7).astype("float32")
X, y = series[:400].reshape(40, 10, 1), series[1:].reshape(40, 10, 1)
model = Sequential(
    [Input(batch_shape=(1, 10, 1)), LSTM(8, stateful=True, return_sequences=True), Dense(1)]
)
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, batch_size=1, epochs=2, verbose=0)
