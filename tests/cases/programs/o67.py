"""Names of what to watch: no validation data, val_acc, and history['acc']."""

import numpy as np
from keras.callbacks import EarlyStopping
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential


def attempt(what):
    try:
        what()
    except Exception as error:
        print(f"{type(error).__name__}: {error}\n")


rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10, 1)).astype("float32")
y = (X[:, -1, 0] > 0).astype("float32")
model = Sequential([Input((10, 1)), LSTM(8), Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
attempt(lambda: model.fit(X, y, epochs=2, callbacks=[EarlyStopping("val_loss")], verbose=0))
stop = EarlyStopping(monitor="val_acc")
attempt(lambda: model.fit(X, y, epochs=2, validation_split=0.2, callbacks=[stop], verbose=0))
history = model.fit(X, y, epochs=1, validation_split=0.2, verbose=0)
attempt(lambda: print(len(history.history["acc"])))
