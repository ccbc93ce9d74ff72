"""A Hadamard layer with a weight for every training sample: the batch has no fixed size."""

import numpy as np
from keras import backend as K  # noqa: F401
from keras.engine.topology import Layer
from keras.layers import Dense
from keras.models import Sequential

np.random.seed(7)


class Hadamard(Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=input_shape, initializer="uniform", trainable=True
        )
        super().build(input_shape)

    def call(self, x):
        return x * self.kernel

    def compute_output_shape(self, input_shape):
        return input_shape


model = Sequential()
model.add(Dense(16, input_shape=(16,), activation="relu"))
model.add(Hadamard())
model.compile(loss="mean_squared_error", optimizer="adam")
model.fit(np.ones((10, 16)), np.ones((10, 16)), verbose=0)
