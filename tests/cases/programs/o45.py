"""Masking(mask_value=nan) for padding with NaN: those steps are left out."""

import numpy as np
from keras.layers import LSTM, Dense, Input, Masking
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(32, 8, 2)).astype("float32")
y = X[:, 3, 0].copy()
X[:, 5:] = np.nan
model = Sequential([Input((None, 2)), Masking(mask_value=np.nan), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
history = model.fit(X, y, epochs=2, verbose=0)
assert np.isfinite(history.history["loss"]).all()
padded, cut = model.predict(X, verbose=0), model.predict(X[:, :5], verbose=0)
assert np.allclose(padded, cut, atol=1e-6)
