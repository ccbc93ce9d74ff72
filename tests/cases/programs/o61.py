"""Saving a model with a class of one's own, and loading it without naming the class."""

import os
import tempfile

import keras
import numpy as np
from keras.layers import Dense, Input, Layer
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


class Scale(Layer):
    def call(self, x):
        return 2.0 * x


class Fixed(Layer):
    def __init__(self):
        super().__init__()

    def call(self, x):
        return 2.0 * x


path = os.path.join(tempfile.mkdtemp(), "model.keras")
x = np.ones((2, 3), "float32")
model = Sequential([Input((3,)), Scale(), Dense(1)])
model.save(path)
attempt(lambda: keras.models.load_model(path))
again = keras.models.load_model(path, custom_objects={"Scale": Scale})
assert np.allclose(model.predict(x, verbose=0), again.predict(x, verbose=0))
Sequential([Input((3,)), Fixed(), Dense(1)]).save(path)
attempt(lambda: keras.models.load_model(path, custom_objects={"Fixed": Fixed}))
