"""What the None in (None, 20, 1) is, and how sequences of differing lengths are trained.

None is the batch: 100 samples in batches of 10 are 10 steps an epoch. The number of timesteps may
be None too. Then each batch can have another length, but within a batch all samples share one.
"""

import numpy as np

import recurra as rc
from recurra.layers import LSTM, Dense

rng = np.random.default_rng(0)


def stacked(timesteps):
    inputs = rc.Input((timesteps, 1))
    x = LSTM(5, return_sequences=True)(inputs)  # 4 * 5 * (1 + 5 + 1) = 140 parameters
    x = LSTM(4)(x)  # 4 * 4 * (5 + 4 + 1) = 160
    model = rc.Model(inputs, Dense(1, activation="sigmoid")(x))  # 4 + 1 = 5
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


model = stacked(20)
model.summary()
X = rng.random((100, 20, 1))
model.fit(X, (X.mean(axis=(1, 2)) > 0.5).astype("float32"), batch_size=10, epochs=2)


def batches_of_one_length_each():
    while True:
        for timesteps in (20, 25, 30):
            x = rng.random((5, timesteps, 1))
            yield x, (x.mean(axis=(1, 2)) > 0.5).astype("float32")


model = stacked(None)
model.summary()
model.fit(batches_of_one_length_each(), steps_per_epoch=6, epochs=2)
print(model.predict(rng.random((2, 7, 1))).shape)
