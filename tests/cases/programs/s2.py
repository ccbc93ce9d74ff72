"""Two stacked LSTMs on (100, 20, 1) in batches of 10: 305 parameters, 10 steps an epoch."""

import numpy as np
from keras import Input, Model
from keras.layers import LSTM, Dense

rng = np.random.default_rng(0)
X = rng.random((100, 20, 1), dtype="float32")
y = (X[:, -1, 0] > 0.5).astype("float32")


def build(steps):
    inp = Input((steps, 1))
    x = LSTM(5, return_sequences=True)(inp)
    x = LSTM(4)(x)
    model = Model(inp, Dense(1, activation="sigmoid")(x))
    model.compile(loss="binary_crossentropy")
    return model


model = build(20)
# 4 * 5 * (1 + 5 + 1) + 4 * 4 * (5 + 4 + 1) + (4 + 1)
assert [layer.count_params() for layer in model.layers] == [0, 140, 160, 5]
assert model.layers[1].output.shape == (None, 20, 5)  # None: the batch
model.fit(X, y, batch_size=10, epochs=2, verbose=0)
assert int(model.optimizer.iterations) == 2 * 10  # 100 samples / batch of 10 = 10 steps an epoch

any_length = build(None)  # the same weights for any number of steps
any_length.set_weights(model.get_weights())
assert any_length.count_params() == 305
assert any_length.predict(X[:3, :7], verbose=0).shape == (3, 1)
assert np.allclose(any_length.predict(X, verbose=0), model.predict(X, verbose=0), atol=1e-6)
