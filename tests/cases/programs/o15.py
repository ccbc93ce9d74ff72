"""Three channels of 200 steps, declared as 3 steps of 200 features."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = np.cumsum(rng.normal(size=(50, 3, 200)), axis=-1).astype("float32")
X = (X - X.mean()) / X.std()
y = X[:, 0, -1]
model = Sequential([Input(X.shape[1:]), LSTM(8), Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y, epochs=2, verbose=0)
