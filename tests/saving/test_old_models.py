"""Whole models in `.h5` files of Keras 2, written here as Keras 2.2.4 and 2.11 wrote them."""

import json
import warnings

import h5py
import numpy as np
import pytest

import recurra as rc
from recurra.engine.errors import FileError, RecurraError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 5, 1)).astype("float32")
Y = RNG.normal(size=(4, 1)).astype("float32")
KERNEL, RECURRENT, BIAS = (RNG.normal(size=s).astype("float32") for s in [(1, 8), (2, 8), (8,)])
HEAD, SHIFT = (RNG.normal(size=s).astype("float32") for s in [(2, 1), (1,)])


def lstm(**more):
    config = {
        "name": "lstm_1",
        "trainable": True,
        "batch_input_shape": [None, 5, 1],
        "dtype": "float32",
        "return_sequences": False,
        "return_state": False,
        "go_backwards": False,
        "stateful": False,
        "unroll": False,
        "units": 2,
        "activation": "tanh",
        "recurrent_activation": "hard_sigmoid",
        "use_bias": True,
        "kernel_initializer": {
            "class_name": "VarianceScaling",
            "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
        },
        "recurrent_initializer": {
            "class_name": "Orthogonal",
            "config": {"gain": 1.0, "seed": None},
        },
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "unit_forget_bias": True,
        "kernel_regularizer": None,
        "dropout": 0.0,
        "recurrent_dropout": 0.0,
        "implementation": 1,
    }
    return {"class_name": "LSTM", "config": config | more}


DENSE = {
    "class_name": "Dense",
    "config": {"name": "dense_1", "trainable": True, "units": 1, "activation": "linear"},
}
TRAINING = {
    "optimizer_config": {
        "class_name": "Adam",
        "config": {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "decay": 0.0, "epsilon": 1e-07},
    },
    "loss": "mean_squared_error",
    "metrics": ["mae"],
    "sample_weight_mode": None,
    "loss_weights": None,
}


def old_file(path, layers, training=None, version="2.2.4", state=False, as_list=False):
    config = layers if as_list else {"name": "sequential_1", "layers": layers}
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version.encode()
        file.attrs["backend"] = b"tensorflow"
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Sequential", "config": config}
        ).encode()
        if training is not None:
            file.attrs["training_config"] = json.dumps(training).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"lstm_1", b"dense_1"]
        arrays = {
            "lstm_1": {"kernel": KERNEL, "recurrent_kernel": RECURRENT, "bias": BIAS},
            "dense_1": {"kernel": HEAD, "bias": SHIFT},
        }
        for name, parts in arrays.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/{k}:0".encode() for k in parts]
            for k, value in parts.items():
                layer[f"{name}/{k}:0"] = value
        if state:
            file.create_group("optimizer_weights")["Adam/iterations:0"] = 7
    return path


def by_hand(gate):
    """The outputs of the network, step by step; `gate` is the activation of the gates."""
    h, c = np.zeros((4, 2)), np.zeros((4, 2))
    for t in range(5):
        i, f, g, o = np.split(X[:, t] @ KERNEL + h @ RECURRENT + BIAS, 4, axis=1)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
    return h @ HEAD + SHIFT


def of_keras_2(z):
    return np.clip(0.2 * z + 0.5, 0, 1)


@pytest.mark.parametrize("as_list", [False, True])
def test_a_model_of_keras_2_computes_what_it_did(tmp_path, as_list):
    path = old_file(tmp_path / "m.h5", [lstm(), DENSE], as_list=as_list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model = rc.models.load_model(path)
    np.testing.assert_allclose(model.predict(X, verbose=0), by_hand(of_keras_2), atol=1e-5)
    assert not model.compiled
    model.save(tmp_path / "m.keras")
    like = rc.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(like.predict(X, verbose=0), model.predict(X, verbose=0))


def test_what_later_versions_wrote_beside_is_taken(tmp_path):
    later = lstm(recurrent_activation="sigmoid", time_major=False)
    training = {
        **TRAINING,
        "loss": {
            "class_name": "MeanSquaredError",
            "config": {"reduction": "auto", "name": "mean_squared_error"},
        },
        "metrics": [[{"class_name": "MeanAbsoluteError", "config": {"name": "off"}}]],
        "optimizer_config": {
            "class_name": "RMSprop",
            "config": {"learning_rate": 0.01, "jit_compile": False, "is_legacy_optimizer": False},
        },
    }
    path = old_file(tmp_path / "m.hdf5", [later, DENSE], training, "2.11.0")
    model = rc.models.load_model(path)
    expected = by_hand(lambda z: 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(model.predict(X, verbose=0), expected, atol=1e-5)
    found = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert found["loss"] == pytest.approx(np.mean((expected - Y) ** 2), rel=1e-4)
    assert found["off"] == pytest.approx(np.mean(np.abs(expected - Y)), rel=1e-4)
    assert type(model.optimizer) is rc.optimizers.RMSprop


def test_the_optimizers_state_is_left_with_one_warning(tmp_path):
    path = old_file(tmp_path / "m.h5", [lstm(), DENSE], TRAINING, state=True)
    with pytest.warns(UserWarning) as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model = rc.models.load_model(path)
    about = [w for w in caught if "state" in str(w.message)]
    assert [str(w.message) for w in about] == [
        f"{path}: the optimizer's state in a file of Keras 2 is not read; training goes on with "
        "the weights and a new state."
    ]
    assert about[0].filename == __file__
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    assert int(model.optimizer.iterations) == 0


def test_a_training_that_is_not_known_leaves_the_model_uncompiled(tmp_path):
    path = old_file(tmp_path / "m.h5", [lstm(), DENSE], {**TRAINING, "loss": "my_loss"})
    with pytest.warns(UserWarning, match="The model is not compiled: call compile") as caught:
        model = rc.models.load_model(path)
    assert not model.compiled
    assert f"{path}: there is no loss 'my_loss'" in str(caught[-1].message)


def test_layers_that_are_not_known_are_named(tmp_path):
    own = {"class_name": "Scale", "config": {"name": "lstm_1"}}
    with pytest.raises(RecurraError) as caught:
        rc.models.load_model(old_file(tmp_path / "m.h5", [own, DENSE]))
    assert caught.value.problem.startswith(f"{tmp_path / 'm.h5'}: there is no layer 'Scale'")
    assert caught.value.fixes == (
        f"load_model({str(tmp_path / 'm.h5')!r}, custom_objects={{'Scale': Scale}})",
    )


def test_a_small_file_cannot_ask_for_much_memory(tmp_path):
    path = old_file(tmp_path / "m.h5", [lstm(units=10**9), DENSE])
    with pytest.raises(FileError) as caught:
        rc.models.load_model(path)
    assert caught.value.problem.startswith(f"{path}: its configuration asks for an array of shape")
