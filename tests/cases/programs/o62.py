"""File names of earlier years: taken, or told which line to change."""

import os
import tempfile

import numpy as np
from keras.callbacks import ModelCheckpoint
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
X = rng.normal(size=(64, 10, 1)).astype("float32")
y = X[:, -1, 0]
model = Sequential([Input((10, 1)), LSTM(4), Dense(1)])
model.compile(loss="mse", optimizer="adam")
attempt(lambda: model.save("dir"))
attempt(lambda: model.save_weights("w.h5"))
attempt(lambda: model.fit(X, y, verbose=0, callbacks=[ModelCheckpoint("x.hdf5", monitor="loss")]))
attempt(lambda: model.fit(X, y, verbose=0, callbacks=[ModelCheckpoint("c.keras", period=5)]))
