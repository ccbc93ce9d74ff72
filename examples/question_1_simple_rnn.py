"""Does a SimpleRNN's number of units have to equal the number of features? No.

10,000 samples of 64 values with a yes or no. As a sequence of 64 timesteps with 1 feature each,
a SimpleRNN(64) has 64 * (1 + 64 + 1) = 4224 parameters: 1 is the number of features, 64 the units.
"""

import numpy as np

import recurra as rc

rng = np.random.default_rng(0)
X = rng.normal(size=(10_000, 64)).astype("float32")
y = (X.mean(axis=1) > 0).astype("float32")
X = X[..., None]  # (samples, timesteps, features)

model = rc.Sequential(
    [
        rc.Input((64, 1)),
        rc.layers.SimpleRNN(64, activation="relu"),
        rc.layers.Dense(1, activation="sigmoid"),  # a probability: relu could give 3
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.summary()
model.fit(X[:8000], y[:8000], batch_size=1000, epochs=3, validation_data=(X[8000:], y[8000:]))
