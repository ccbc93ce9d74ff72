"""30 measurements, the last 20 timesteps of each, one yes or no: (batch, 20, 30).

The last axis holds the input's features, 30. The batch size of 52 belongs in `fit`; as a part of
the model it is only needed for stateful layers. Afterwards the smaller network that was advised.
"""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

timesteps, features = 20, 30
rng = np.random.default_rng(0)
X = rng.normal(size=(520, timesteps, features)).astype("float32")
y = (X[:, -1, 0] + X[:, -2, 0] > 0).astype("float32")


def two_lstms(first, second, **options):
    inputs = rc.Input((timesteps, features))
    x = LSTM(first, return_sequences=True, **options)(inputs)
    x = LSTM(second, **options)(x)
    model = rc.Model(inputs, Dense(1, activation="sigmoid")(x))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.summary()
    model.fit(X, y, batch_size=52, epochs=2)
    return model


two_lstms(128, 128)  # tanh, the default, keeps the state within -1..1; relu would not
two_lstms(features // 2, features // 4, kernel_initializer="he_normal")
