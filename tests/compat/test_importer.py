"""Import paths of ten years: each finds recurra's namesake, and nothing real is imported."""

import importlib
import sys

import numpy as np
import pytest

import recurra.layers
import recurra.models
import recurra.utils
from recurra.compat.importer import MissingModule, keras_means_recurra, namespaces_of
from recurra.compat.modules import MODULES, ROOTS
from recurra.compat.names import NAMES


@pytest.fixture(autouse=True)
def keras():
    with keras_means_recurra():
        yield importlib.import_module("keras")


@pytest.mark.parametrize(
    ("line", "today"),
    [
        ("from keras.layers import LSTM", recurra.layers.LSTM),
        ("from tensorflow.keras.layers import LSTM", recurra.layers.LSTM),
        ("from tensorflow.python.keras.layers import LSTM", recurra.layers.LSTM),
        ("from keras.layers.recurrent import LSTM", recurra.layers.LSTM),
        ("from keras.layers import CuDNNLSTM as LSTM", recurra.layers.LSTM),
        ("from keras.layers.core import Dense, Activation", recurra.layers.Dense),
        ("from keras.layers.convolutional import Convolution1D", recurra.layers.Conv1D),
        ("from keras.layers import Input", recurra.layers.Input),
        ("from keras import Input", recurra.layers.Input),
        ("from keras.engine.topology import Layer", recurra.layers.Layer),
        ("from keras.engine.base_layer import Layer", recurra.layers.Layer),
        ("from keras.engine import Model", recurra.models.Model),
        ("from keras.engine.topology import Network", recurra.models.Model),
        ("from keras.models import Sequential, Model", recurra.models.Sequential),
        ("from keras.utils.np_utils import to_categorical", recurra.utils.to_categorical),
        (
            "from keras.utils import np_utils; f = np_utils.to_categorical",
            recurra.utils.to_categorical,
        ),
        ("from keras.preprocessing.sequence import pad_sequences", recurra.utils.pad_sequences),
        ("from keras.preprocessing import sequence; f = sequence.pad_sequences",
         recurra.utils.pad_sequences),
        ("from keras.preprocessing.timeseries import timeseries_dataset_from_array",
         recurra.utils.timeseries_dataset_from_array),
        ("from keras.utils.visualize_util import plot", recurra.utils.plot_model),
        ("import keras; f = keras.layers.LSTM", recurra.layers.LSTM),
        ("import tensorflow as tf; f = tf.keras.layers.LSTM", recurra.layers.LSTM),
        ("import tensorflow as tf; f = tf.compat.v1.keras.layers.LSTM", recurra.layers.LSTM),
        ("import tensorflow.keras.layers as layers; f = layers.LSTM", recurra.layers.LSTM),
        ("from keras.optimizers import adam as f", recurra.optimizers.Adam),
        ("from keras.objectives import mse as f", recurra.losses.mean_squared_error),
    ],
)  # fmt: skip
def test_a_line_of_its_day(line, today):
    names = {}
    exec(line, names)
    del names["__builtins__"]
    assert any(value is today for value in names.values())


def test_everything_at_once(says):
    names = {}
    _, said = says(lambda: exec("from keras.layers import *", names))
    assert names["LSTM"] is recurra.layers.LSTM
    assert names["TimeDistributedDense"] is recurra.layers.Dense
    assert said == []


def test_nothing_real_was_imported(keras):
    importlib.import_module("tensorflow.keras.layers")
    ours = [m for name, m in sys.modules.items() if name.split(".")[0] in ("keras", "tensorflow")]
    assert ours and all(type(m).__name__ == "AliasModule" for m in ours)


def test_afterwards_all_is_as_before():
    outside = sys.modules["keras"]
    with keras_means_recurra():
        assert importlib.import_module("keras") is not outside
    assert sys.modules["keras"] is outside


def test_an_old_name_is_said(says):
    layer, said = says(lambda: importlib.import_module("keras.layers").CuDNNLSTM)
    assert layer is recurra.layers.LSTM
    assert said == ["`CuDNNLSTM` is now `LSTM`"]


def test_a_missing_name_is_an_import_error_with_a_suggestion():
    with pytest.raises(ImportError) as caught:
        exec("from keras.layers import LSMT")
    assert str(caught.value) == "keras.layers has no 'LSMT' in recurra. Did you mean 'LSTM'?"


def test_a_missing_attribute_is_an_attribute_error(keras):
    assert not hasattr(keras.layers, "LSMT")
    assert getattr(keras, "nothing_like_that", 3) == 3


def test_what_is_gone_says_what_to_write():
    with pytest.raises(MissingModule) as caught:
        exec("from keras.layers import MaxoutDense")
    assert str(caught.value) == (
        "keras.layers.MaxoutDense is gone. Write a Layer of your own: Dense(k * units), reshaped, "
        "and its maximum"
    )


def test_try_and_except_import_error_works():
    names = {}
    exec("try:\n  import keras.nowhere\nexcept ImportError:\n  found = False", names)
    assert names["found"] is False


@pytest.mark.parametrize(
    ("mode", "formula"),
    [
        ("sum", lambda a, b: a + b),
        ("mul", lambda a, b: a * b),
        ("ave", lambda a, b: (a + b) / 2),
        ("max", np.maximum),
        ("concat", lambda a, b: np.concatenate([a, b], -1)),
        ("dot", lambda a, b: (a * b).sum(-1, keepdims=True)),
        (lambda pair: pair[0] - pair[1], lambda a, b: a - b),
    ],
)
def test_merge_of_keras_1(mode, formula):
    names = {}
    exec("from keras.layers import merge", names)
    a, b = recurra.Input((3,)), recurra.Input((3,))
    model = recurra.Model([a, b], names["merge"]([a, b], mode=mode, name="both"))
    x, y = np.arange(6, dtype="float32").reshape(2, 3), np.ones((2, 3), "float32")
    np.testing.assert_allclose(model([x, y]), formula(x, y))
    assert model.layers[-1].name == "both"


def test_merge_says_the_layer(says):
    merge = importlib.import_module("keras.layers.merge")
    inputs = [recurra.Input((3,)), recurra.Input((3,))]
    _, said = says(lambda: merge(inputs, mode="concat"))
    assert said == ["`merge(..., mode='concat')` is now Concatenate()([...])"]
    with pytest.raises(recurra.ArgumentError) as caught:
        merge(inputs, mode="conact")
    assert str(caught.value) == "merge has no mode 'conact'. Did you mean 'concat'?"


def test_no_other_module_can_be_called(keras):
    with pytest.raises(TypeError, match=r"the module keras\.layers cannot be called"):
        keras.layers()


def test_versions(keras):
    tensorflow = importlib.import_module("tensorflow")
    assert keras.__version__ == "3.15.1" and tensorflow.__version__ == "2.20.0"
    assert tensorflow.keras.__version__ == "3.15.1"


def test_seeds_of_tensorflow():
    tensorflow = importlib.import_module("tensorflow")
    for set_seed in (tensorflow.random.set_seed, tensorflow.compat.v1.set_random_seed):
        set_seed(3)
        first = recurra.layers.Dense(2, input_shape=(4,))
        first.build((None, 4))
        set_seed(3)
        again = recurra.layers.Dense(2, input_shape=(4,))
        again.build((None, 4))
        assert (first.get_weights()[0] == again.get_weights()[0]).all()


def test_every_path_of_the_table_can_be_imported():
    for path in MODULES:
        for root in ROOTS:
            name = f"{root}.{path}".rstrip(".")
            assert namespaces_of(name) is not None
    for path in filter(None, MODULES):
        importlib.import_module(f"keras.{path}")


@pytest.mark.parametrize("namespace", NAMES)
def test_every_old_name_of_the_table_is_another_name_of_something(namespace):
    module = importlib.import_module(f"recurra.{namespace}".rstrip("."))
    for old, new in NAMES[namespace].items():
        assert hasattr(module, new) and not hasattr(module, old), old


def test_other_modules_are_left_alone():
    assert namespaces_of("tensorflow_datasets") is None
    assert importlib.import_module("json").loads("1") == 1
