"""A model of Keras 2.2.4 and a GRU with time_major=False, from their own JSON."""

import json

import numpy as np
from keras.models import model_from_json

old_lstm = {
    "class_name": "LSTM",
    "config": {
        "name": "lstm_1",
        "trainable": True,
        "batch_input_shape": [None, 5, 1],
        "dtype": "float32",
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "units": 4,
        "activation": "tanh",
        "recurrent_activation": "hard_sigmoid",
        "use_bias": True,
        "unit_forget_bias": True,
        "dropout": 0.0,
        "recurrent_dropout": 0.0,
        "implementation": 1,
    },
}
old_gru = {
    "class_name": "GRU",
    "config": {
        "name": "gru_1",
        "batch_input_shape": [None, 5, 1],
        "units": 4,
        "time_major": False,
        "reset_after": True,
    },
}
dense = {"class_name": "Dense", "config": {"name": "dense_1", "units": 1, "activation": "linear"}}


def by_hand(x, kernel, recurrent_kernel, bias):
    """The LSTM of Keras 2.2.4, whose hard_sigmoid is 0.2 z + 0.5."""
    h, c = np.zeros((len(x), 4)), np.zeros((len(x), 4))
    for t in range(x.shape[1]):
        z = np.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        i, f, o = (np.clip(0.2 * z[k] + 0.5, 0, 1) for k in (0, 1, 3))
        c = f * c + i * np.tanh(z[2])
        h = o * np.tanh(c)
    return h


models = []
for recurrent, parameters in ((old_lstm, 96), (old_gru, 84)):
    layers = {"name": "sequential_1", "layers": [recurrent, dense]}
    saved = {"class_name": "Sequential", "config": layers, "keras_version": "2.2.4"}
    model = model_from_json(json.dumps(saved))
    # LSTM: 4 * 4 * (1 + 4 + 1) = 96; GRU: 3 * 4 * (1 + 4 + 2) = 84; Dense: 4 + 1
    assert model.count_params() == parameters + 5
    assert model.predict(np.ones((2, 5, 1), "float32"), verbose=0).shape == (2, 1)
    models.append(model)

x = np.random.default_rng(0).normal(size=(3, 5, 1)).astype("float32")
*lstm, kernel, bias = models[0].get_weights()
expected = by_hand(x, *lstm) @ kernel + bias
assert np.allclose(models[0].predict(x, verbose=0), expected, atol=1e-5)
