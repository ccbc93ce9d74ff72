"""By case: what the message has to hold, and what it makes of the program, old and new."""

FIXES: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "s1": (
        ["Dense in place of SimpleRNN", "x = x[..., 0], Input((64,))", "activation='sigmoid'"],
        [
            ("X = X.reshape((X.shape[0], X.shape[1], 1))\n", ""),
            (
                'SimpleRNN(64, activation="relu", batch_input_shape=(batch_size, X.shape[1], 1))',
                'Dense(64, activation="relu", input_shape=(64,))',
            ),
            ('Dense(1, activation="relu")', 'Dense(1, activation="sigmoid")'),
            ("model.layers[0].count_params() == 4224", "True"),
            ("model.count_params() == 4224", "4224 + 64 + 1 == 4224"),
        ],
    ),
    "s3": (
        ["x = (x - mean) / std", 'LSTM(128, activation="tanh")'],
        [
            (
                "input_layer = Input",
                "mean, std = X.mean((0, 1)), X.std((0, 1))\nX = (X - mean) / std\ninput_layer = Input",  # noqa: E501
            ),
            ('activation="relu"', 'activation="tanh"'),
            (
                "batch_shape=(batch_size, input_timesteps, input_dims)",
                "(input_timesteps, input_dims)",
            ),
        ],
    ),
    "s5": (["(1,) + input_shape[1:]"], [("shape=input_shape", "shape=(1,) + input_shape[1:]")]),
    "o1": (["activation='sigmoid'"], [('softmax"', 'sigmoid"')]),
    "o2": (["activation='sigmoid'"], [("Dense(1)", 'Dense(1, activation="sigmoid")')]),
    "o3": (
        ["categorical_crossentropy", "metrics=['accuracy']"],
        [
            ('"binary_crossentropy"', '"categorical_crossentropy"'),
            ('metrics=["binary_accuracy"]', 'metrics=["accuracy"]'),
            ("assert history", "# assert history"),
        ],
    ),
    "o4": (
        ["loss='binary_crossentropy'", "activation='sigmoid'"],
        [('loss="categorical', 'loss="binary'), ('softmax"', 'sigmoid"')],
    ),
    "o5": (["sparse_categorical_crossentropy"], [('"categorical', '"sparse_categorical')]),
    "o6": (["y.argmax(-1)"], [("model = Seq", "y = y.argmax(-1)\nmodel = Seq")]),
    "o7": (["y = y - 1"], [("model = Seq", "y = y - 1\nmodel = Seq")]),
    "o8": (['metrics=["mae"]'], [('metrics=["accuracy"]', 'metrics=["mae"]')]),
    "o9": (
        ["Input((9, 1))", "X[..., None]"],
        [
            ("input_shape=(9,)", "input_shape=(9, 1)"),
            ("model = Seq", "X = X[..., None]\nmodel = Seq"),
        ],
    ),
    "o10": (
        ["X.reshape(-1, 9, 4)"],
        [
            ("(size=(100, 36))", "(size=(100, 36)).reshape(-1, 9, 4)"),
            ("X.mean(axis=1)", "X.reshape(len(X), -1).mean(axis=1)"),
        ],
    ),
    "o11": (["LSTM(32, return_sequences=True)"], [("LSTM(32)", "LSTM(32, return_sequences=True)")]),
    "o12": (["X.shape[1:]"], [("input_shape=X.shape", "input_shape=X.shape[1:]")]),
    "o13": (
        ["(20, 1)"],
        [
            ("Input((20))", "Input((20, 1))"),
            ("Input(20)", "Input((20, 1))"),
            ("input_shape=(20)", "input_shape=(20, 1)"),
        ],
    ),
    "o14": (
        ["X.transpose(0, 2, 1)"],
        [
            ("sequential = ", "X = X.transpose(0, 2, 1)\nsequential = "),
            ("subclassed(X.transpose(0, 2, 1))", "subclassed(X)"),
        ],
    ),
    "o15": (
        ["x = x.transpose(0, 2, 1)"],
        [("model = Seq", "X = X.transpose(0, 2, 1)\nmodel = Seq")],
    ),
    "o16": (
        ["x = x.reshape(-1, 3, 200).transpose(0, 2, 1)"],
        [("model = Seq", "X = X.reshape(-1, 3, 200).transpose(0, 2, 1)\nmodel = Seq")],
    ),
    "o17": (
        ["GlobalAveragePooling1D()", "Input((None, 3))"],
        [
            ("Flatten", "GlobalAveragePooling1D"),
            ("Input((20, 3))", "Input((None, 3))"),
            ("(20 - 3 + 1) * 4 + 1", "4 + 1"),
        ],
    ),
    "o19": (["X[None]"], [("predict(x,", "predict(x[None],")]),
    "o21": (["x = np.stack(x)"], [("model = Seq", "x = np.stack(x)\nmodel = Seq")]),
    "o22": (["X = X[:99]"], [("model = Seq", "X = X[:99]\nmodel = Seq")]),
    "o25": (
        ["Input((64, 1))", "X[..., None]"],
        [
            ("input_shape=(64,)", "input_shape=(64, 1)"),
            ("model = Seq", "X = X[..., None]\nmodel = Seq"),
        ],
    ),
    "o26": (['padding="same"'], [("MaxPooling1D(2)", 'MaxPooling1D(2, padding="same")')]),
    "o29": (["LSTM(8"], [("LSTM(4, return_sequences=True)", "LSTM(8, return_sequences=True)")]),
    "o30": (['activation="tanh"'], [('activation="relu"', 'activation="tanh"')]),
    "o31": (
        ["keep = np.isfinite(x).all(axis=(1, 2))"],
        [
            (
                "model = Seq",
                "keep = np.isfinite(X).all(axis=(1, 2))\nX, y = X[keep], y[keep]\nmodel = Seq",
            )
        ],
    ),
    "o32": (
        ["x = (x - mean) / std", "y = (y - mean) / std"],
        [
            (
                "model = Seq",
                "X, y = (X - X.mean()) / X.std(), (y - y.mean()) / y.std()\nmodel = Seq",
            ),
            ("p.std() < 0.01", "p.std() > 0.5"),
        ],
    ),
    "o34": (["Dense(1), without relu"], [(', activation="relu"', "")]),
    "o35": (
        ["Dense(12) and Reshape((6, 2))"],
        [
            ("LSTM, Dense, Input", "LSTM, Dense, Input, Reshape"),
            ("Dense(outputs)]", "*outputs]"),
            (", 6), (", ", [Dense(12), Reshape((6, 2))]), ("),
            (")), 5))", ")), [Dense(3)]))"),
        ],
    ),
    "o36": (["padding='causal'"], [("Conv1D(8, 3)", 'Conv1D(8, 3, padding="causal")')]),
    "o37": (
        ["x = x.transpose(0, 2, 1)", "Input((8, 1))"],
        [
            ("model = Seq", "X = X.transpose(0, 2, 1)\nmodel = Seq"),
            ("input_shape=(1, 8)", "input_shape=(8, 1)"),
        ],
    ),
    "o38": (["shuffle=False"], [("random_state=0", "shuffle=False")]),
    "o40": (
        ["predict(x)[:, 0]"],
        [
            ("verbose=0) - y", "verbose=0)[:, 0] - y"),
            ("print(", "assert ("),
            ('"rmse right:", ', ""),
        ],
    ),
    "o44": (
        ["Masking()"],
        [
            ("LSTM, Dense, Input", "LSTM, Dense, Input, Masking"),
            ("Input(X.shape[1:]), ", "Input(X.shape[1:]), Masking(), "),
        ],
    ),
    "o46": (["(X != 0).any(axis=-1)"], [("np.ones((4, 6), bool)", "(x != 0).any(axis=-1)")]),
    "o47": (
        ["Input(batch_shape=(1, 5, 1))"],
        [("input_shape=(5, 1)", "batch_input_shape=(10, 5, 1)")],
    ),
    "o48": (
        ["batch_shape=(b, timesteps, features))  # b one of 1, 2, 5, 10, 25, 50"],
        [("batch_shape=(32,", "batch_shape=(25,"), ("batch_size=32", "batch_size=25")],
    ),
    "o50": (["shuffle=False"], [("epochs=2", "epochs=2, shuffle=False")]),
    "o57": (
        ["recurra.ops"],
        [
            ("import numpy as np\n", ""),
            ("from keras import Input, Model\n", "from keras import Input, Model, ops\n"),
            ("np.mean", "ops.mean"),
        ],
    ),
    "o64": (
        [
            "stepper = model.stepper()",
            "for x_t in window[0]: value = stepper(x_t)",
            "value = stepper(value)",
        ],
        [
            (
                "for _ in range(100):",
                "stepper = model.stepper()\nfor x_t in window[0]:\n    value = stepper(x_t)\nfor _ in range(100):",  # noqa: E501
            ),
            ("value = model.predict(window, verbose=0)", "forecast.append(value)"),
            ("forecast.append(value[0, 0])", "value = stepper(value)"),
            ("    window = np.concatenate([window[:, 1:], value[:, :, None]], axis=1)\n", ""),
        ],
    ),
    "o69": (
        ["model.fit(X, y)", "(x_val, y_val)"],
        [
            ("model.fit(X, verbose", "model.fit(X, y, verbose"),
            ("(x_val)", "(x_val, y[:16])"),
            ("X[:0]", "X"),
            ("model.fit(y, X,", "model.fit(X, y,"),
        ],
    ),
}
