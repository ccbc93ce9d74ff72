"""A table of 64 columns fed to SimpleRNN as 64 steps: say so, and that relu is no probability."""

import numpy as np
from keras.layers import Dense, SimpleRNN
from keras.models import Sequential

rng = np.random.default_rng(0)
flags = rng.integers(0, 2, (2000, 32))
amounts = rng.normal(size=(2000, 32))
X = np.concatenate([flags, amounts], axis=1).astype("float32")  # columns without any order
y = (X[:, 3] + X[:, 40] + rng.normal(size=2000) > 0.5).astype("float32")
X = X.reshape((X.shape[0], X.shape[1], 1))
batch_size = 200
model = Sequential()
model.add(SimpleRNN(64, activation="relu", batch_input_shape=(batch_size, X.shape[1], 1)))
model.add(Dense(1, activation="relu"))
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
assert model.layers[0].count_params() == 4224  # 64 * (1 feature + 64 units + 1 bias)
assert model.count_params() == 4224 + 64 + 1
data = X[1600:], y[1600:]
model.fit(
    X[:1600],
    y[:1600],
    batch_size=batch_size,
    epochs=1,
    shuffle=True,
    validation_data=data,
    verbose=0,
)
