"""add_weight('kernel', shape=...): the name came first for years."""

import numpy as np
from keras.layers import Input, Layer
from keras.models import Sequential


class Scale(Layer):
    def build(self, input_shape):
        self.w = self.add_weight("kernel", shape=(input_shape[-1],), initializer="ones")

    def call(self, x):
        return x * self.w


model = Sequential([Input((5, 3)), Scale()])
x = np.arange(15, dtype="float32").reshape(1, 5, 3)
assert np.array_equal(model.predict(x, verbose=0), x)
assert model.layers[0].w.name == "kernel"
assert model.count_params() == 3
