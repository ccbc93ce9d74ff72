"""5 series of 133,906 values each, and a yes or no: a series is (timesteps, 1), not (1, features).

With X[:, None, :] the network would see 1 timestep of 133,906 features, and a kernel of 3 steps
does not fit into 1. X[..., None] gives 133,906 timesteps of 1 feature.
"""

import numpy as np

import recurra as rc
from recurra.layers import Conv1D, Dense, Flatten, MaxPooling1D

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 133_906)).astype("float32")[..., None]
y = np.array([0, 1, 0, 1, 1], "float32")

model = rc.Sequential(
    [
        rc.Input(X.shape[1:]),
        Conv1D(filters=1, kernel_size=3),
        MaxPooling1D(100),
        Flatten(),
        Dense(1, activation="sigmoid"),  # softmax over one unit is always 1
    ]
)
model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(X, y, batch_size=5, epochs=2)
