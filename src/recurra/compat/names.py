"""Old names of classes and functions, by the namespace they are looked for in."""

from __future__ import annotations

from recurra.compat.said import say

#: What is called otherwise today.
NAMES: dict[str, dict[str, str]] = {
    "": {"Network": "Model", "Container": "Model", "Functional": "Model"},
    "layers": {
        "AtrousConvolution1D": "Conv1D",
        "AtrousConv1D": "Conv1D",
        "CuDNNLSTM": "LSTM",
        "CuDNNGRU": "GRU",
        "TimeDistributedDense": "Dense",
        "Recurrent": "RNN",
        "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
    },
    "models": {"Network": "Model", "Functional": "Model"},
    "losses": {
        "huber_loss": "huber",
        "logcosh": "log_cosh",
        "cosine_proximity": "cosine_similarity",
        "kullback_leibler_divergence": "kl_divergence",
    },
    "metrics": {
        "mse": "mean_squared_error",
        "mae": "mean_absolute_error",
    },
    "optimizers": {
        "adam": "Adam",
        "adamax": "Adamax",
        "adagrad": "Adagrad",
        "nadam": "Nadam",
        "rmsprop": "RMSprop",
        "sgd": "SGD",
    },
    "initializers": {
        "normal": "random_normal",
        "uniform": "random_uniform",
        "zero": "zeros",
        "one": "ones",
    },
    "regularizers": {"l1l2": "l1_l2", "WeightRegularizer": "L1L2", "ActivityRegularizer": "L1L2"},
    "utils": {"plot": "plot_model"},
    "constraints": {
        "maxnorm": "max_norm",
        "nonneg": "non_neg",
        "unitnorm": "unit_norm",
    },
}

#: What is gone, and what to write instead.
GONE: dict[str, dict[str, str]] = {
    "layers": {
        "Merge": "the functional API: Concatenate()([a, b]), Add()([a, b]), Multiply()([a, b])",
        "Highway": "a Layer of your own: t * Dense(x) + (1 - t) * x",
        "MaxoutDense": "a Layer of your own: Dense(k * units), reshaped, and its maximum",
        "LocallyConnected1D": "Conv1D, or a Layer of your own",
        "ThresholdedReLU": "ReLU(threshold=theta)",
        "AbstractRNNCell": "a Layer with `state_size` and `call(inputs, states)` under RNN(cell)",
        "PeepholeLSTMCell": "a Layer with `state_size` and `call(inputs, states)` under RNN(cell)",
    },
    "models": {
        "Graph": "Model(inputs, outputs)",
        "model_from_yaml": "Model.from_config(config)",
    },
    "utils": {
        "Sequence": "a generator: fit(batches(), steps_per_epoch=...)",
        "HDF5Matrix": "h5py.File(path)[name][:]",
        "multi_gpu_model": "the model itself: JAX sees all devices",
        "GeneratorEnqueuer": "fit(generator, steps_per_epoch=...)",
        "OrderedEnqueuer": "fit(generator, steps_per_epoch=...)",
    },
    "metrics": {
        "matthews_correlation": "a function (y_true, y_pred) in compile(metrics=[...])",
        "fmeasure": "a function (y_true, y_pred) in compile(metrics=[...])",
    },
    "wrappers": {
        "KerasClassifier": "model.fit and model.predict",
        "KerasRegressor": "model.fit and model.predict",
    },
}


def today(namespace: str, name: str) -> str | None:
    """What a name is called today, said once; None where it is not an old one."""
    new = NAMES.get(namespace, {}).get(name)
    if new is not None:
        say(f"`{name}` is now `{new}`")
    return new
