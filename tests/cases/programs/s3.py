"""Two LSTM(128, relu), unscaled features, batch fixed at 52: the numbers, and why it is poor."""

import numpy as np
from keras.layers import LSTM, Dense, Input
from keras.models import Model

batch_size, input_timesteps, input_dims, num_neurons = 52, 20, 30, 128
rng = np.random.default_rng(0)
scales = np.geomspace(0.1, 5000, 30)  # 30 continuous features, as they were measured
X = (rng.normal(size=(100, 20, 30)) * scales + 2 * scales).astype("float32")
y = (X[:, -1, 3] > 2 * scales[3]).astype("float32")

input_layer = Input(batch_shape=(batch_size, input_timesteps, input_dims))
lstm1 = LSTM(num_neurons, activation="relu", dropout=0.0, stateful=False, return_sequences=True)(
    input_layer
)
lstm2 = LSTM(num_neurons, activation="relu", dropout=0.0, stateful=False, return_sequences=False)(
    lstm1
)
output_layer = Dense(1, activation="sigmoid")(lstm2)
model = Model(inputs=input_layer, outputs=output_layer)
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
# 4 * 128 * (30 + 128 + 1) = 81408, 4 * 128 * (128 + 128 + 1) = 131584, 128 + 1 = 129
assert [layer.count_params() for layer in model.layers] == [0, 81408, 131584, 129]
model.fit(X, y, batch_size=batch_size, epochs=2, verbose=0)
