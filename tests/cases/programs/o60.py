"""A layer whose compute_output_shape says 7 features while call gives 2."""

import numpy as np
from keras.layers import Input, Layer
from keras.models import Sequential


class FirstTwo(Layer):
    def call(self, x):
        return x[:, :2]

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 7)


rng = np.random.default_rng(0)
X = rng.normal(size=(30, 5)).astype("float32")
model = Sequential([Input((5,)), FirstTwo()])
model.compile(loss="mse", optimizer="adam")
model.predict(X, verbose=0)
