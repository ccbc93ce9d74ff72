"""Stopped when the validation loss no longer falls, with the best weights put back."""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense, Dropout

rng = np.random.default_rng(0)
X = rng.normal(size=(900, 12, 2)).astype("float32")
y = (X[:, -1, 0] + 0.7 * X[:, -2, 1] + 0.3 * rng.normal(size=900)).astype("float32")
model = rc.Sequential([rc.Input((12, 2)), LSTM(16), Dropout(0.1), Dense(1)])
model.compile(rc.optimizers.Adam(0.01), "mse")
stop = rc.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
history = model.fit(
    X[:600],
    y[:600],
    epochs=40,
    validation_data=(X[600:750], y[600:750]),
    callbacks=[stop],
    verbose=0,
)
best = min(history.history["val_loss"])
assert np.isclose(model.evaluate(X[600:750], y[600:750], verbose=0), best, rtol=1e-4)
assert model.evaluate(X[750:], y[750:], verbose=0) < 0.3 * y.var()
