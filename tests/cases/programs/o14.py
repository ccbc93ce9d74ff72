"""Steps and features exchanged, in all three kinds of models, in fit, predict and a plain call."""

import keras
import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Model, Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


class Forecaster(keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm = LSTM(8)
        self.out = Dense(1)

    def call(self, x):
        return self.out(self.lstm(x))


rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3, 20)).astype("float32")
y = X.mean(axis=(1, 2))

sequential = Sequential([Input((20, 3)), LSTM(8), Dense(1)])
inputs = Input((20, 3))
functional = Model(inputs, Dense(1)(LSTM(8)(inputs)))
subclassed = Forecaster()
subclassed(X.transpose(0, 2, 1))
for model in (sequential, functional, subclassed):
    model.compile(loss="mse", optimizer="adam")
    attempt(lambda m=model: m.fit(X, y, epochs=1, verbose=0))
    attempt(lambda m=model: m.predict(X, verbose=0))
    attempt(lambda m=model: m(X))
