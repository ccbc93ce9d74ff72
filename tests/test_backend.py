"""keras.backend as Keras 3 has it, live against Keras."""

import itertools
import os

import numpy as np
import pytest

os.environ["KERAS_BACKEND"] = "jax"

import keras

from recurra import backend
from recurra.engine.errors import ArgumentError
from recurra.layers import Dense, Input

TYPES = ("bool", "int8", "int32", "uint16", "float16", "bfloat16", "float32", int, float, None)


@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(TYPES, 2)))
def test_result_types(pair):
    assert backend.result_type(*pair) == keras.backend.result_type(*pair)


@pytest.mark.parametrize("dtype", (*TYPES, np.int64, np.dtype("float32")))
def test_names_of_types(dtype):
    for name in ("standardize_dtype", "is_int_dtype", "is_float_dtype"):
        assert getattr(backend, name)(dtype) == getattr(keras.backend, name)(dtype)


def test_an_unknown_type():
    with pytest.raises(ArgumentError) as caught:
        backend.standardize_dtype("flaot32")
    assert str(caught.value) == "there is no dtype 'flaot32'. Did you mean 'float32'?"


def test_image_data_format():
    assert backend.image_data_format() == "channels_last"
    backend.set_image_data_format("channels_first")
    assert backend.image_data_format() == "channels_first"
    backend.set_image_data_format("channels_last")
    with pytest.raises(ArgumentError) as caught:
        backend.set_image_data_format("th")
    assert str(caught.value) == (
        "image_data_format cannot be 'th': 'channels_last' or 'channels_first'."
    )


def test_clear_session_starts_names_anew():
    backend.clear_session()
    assert (Dense(1).name, Dense(1).name, backend.get_uid("a")) == ("dense", "dense_1", 1)
    backend.clear_session()
    assert (Dense(1).name, backend.get_uid("a")) == ("dense", 1)


def test_symbolic_tensors():
    assert backend.is_keras_tensor(Input((3,))) and not backend.is_keras_tensor(np.ones(3))
    assert backend.backend() == "jax"
