"""A layer of one's own: each value of the input times a weight of its own.

The batch is not known when the weights are made and changes from call to call, so a weight belongs
to a position (timestep, feature) and is used for every sample: shape (1, 10, 64).
"""

import numpy as np

import recurra as rc
from recurra.layers import Activation, Dense


class Hadamard(rc.Layer):
    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(1, *input_shape[1:]), initializer="uniform"
        )

    def call(self, x):
        return x * self.kernel


N, P = 10, 64
middle = rc.Sequential(
    [
        rc.Input((N, P)),
        Dense(128, activation="relu"),
        Dense(64),
        Hadamard(),
        Activation("relu"),
        Dense(32),
        Dense(1),
    ]
)
middle.compile(loss="mean_squared_error", optimizer="adam")
middle.summary()
middle.fit(np.ones((10, N, P)), np.ones((10, N, 1)))
print(middle.predict(np.ones((20, N, P))).shape)

first = rc.Sequential([rc.Input((N, P)), Hadamard()])
first.compile(loss="mean_squared_error", optimizer="adam")
first.summary()  # 10 * 64 = 640 parameters
