"""class_weight for labels at every step: weigh the steps, or say sample_weight of (n, T)."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(16, 5, 2)).astype("float32")
y = (X[:, :, 0] > 0).astype("int32")
model = Sequential([Input((5, 2)), LSTM(4, return_sequences=True), Dense(2, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
twin = Sequential([Input((5, 2)), LSTM(4, return_sequences=True), Dense(2, activation="softmax")])
twin.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
twin.set_weights(model.get_weights())
model.fit(X, y, class_weight={0: 1.0, 1: 3.0}, batch_size=16, verbose=0)
twin.fit(X, y, sample_weight=np.where(y == 1, 3.0, 1.0), batch_size=16, verbose=0)
for a, b in zip(model.get_weights(), twin.get_weights()):
    assert np.allclose(a, b, atol=1e-6)
