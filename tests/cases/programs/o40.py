"""predict gives (50, 1), y is (50,): their difference is a table of (50, 50), the error wrong."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 10, 1)).astype("float32")
y = X[:, -1, 0]
model = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
rmse = np.sqrt(np.mean((model.predict(X, verbose=0) - y) ** 2))
print("rmse right:", bool(np.isclose(rmse**2, model.evaluate(X, y, verbose=0), rtol=1e-4)))
