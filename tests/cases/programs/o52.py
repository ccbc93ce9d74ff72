"""fit of a stateful LSTM, GRU and SimpleRNN: each trains, and goes on from its own state."""

import numpy as np
from keras.layers import GRU, LSTM, Dense, Input, SimpleRNN
from keras.models import Sequential

rng = np.random.default_rng(0)
series = np.sin(np.arange(201) / 5).astype("float32")
X, y = series[:200].reshape(20, 10, 1), series[1:].reshape(20, 10, 1)
for kind in (LSTM, GRU, SimpleRNN):
    model = Sequential(
        [Input(batch_shape=(1, 10, 1)), kind(8, stateful=True, return_sequences=True), Dense(1)]
    )
    model.compile(loss="mse", optimizer="adam")
    history = model.fit(X, y, batch_size=1, epochs=5, shuffle=False, verbose=0)
    assert history.history["loss"][-1] < 0.7 * history.history["loss"][0]
    whole = Sequential([Input(batch_shape=(1, 200, 1)), kind(8, return_sequences=True), Dense(1)])
    whole.set_weights(model.get_weights())
    model.layers[0].reset_state()
    piecewise = model.predict(X, batch_size=1, verbose=0).ravel()
    assert np.allclose(piecewise, whole.predict(X.reshape(1, 200, 1), verbose=0).ravel(), atol=1e-5)
