"""`K.something`: each function of the table against its formula in NumPy."""

import importlib
import re

import numpy as np
import pytest

from recurra.compat import backend as tables
from recurra.compat.importer import keras_means_recurra
from recurra.layers import Dense, Input
from recurra.models import Model

x = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], "float32")
b = np.arange(24, dtype="float32").reshape(2, 3, 4)


@pytest.fixture
def K():
    with keras_means_recurra():
        yield importlib.import_module("keras.backend")


# Each line: what a script writes, and its value in NumPy.
LINES = """
    K.sum(x, axis=1)                            x.sum(1)
    K.mean(x, axis=-1, keepdims=True)           x.mean(-1, keepdims=True)
    K.max(x, axis=0)                            x.max(0)
    K.square(x)                                 x ** 2
    K.pow(x, 3)                                 x ** 3
    K.clip(x, -1, 2)                            x.clip(-1, 2)
    K.argmax(x)                                 x.argmax(-1)
    K.cumsum(x)                                 x.cumsum(0)
    K.dot(b, b[0].T)                            b @ b[0].T
    K.batch_dot(b, b, axes=2)                   np.einsum('bij,bkj->bik', b, b)
    K.batch_dot(x, x, axes=1)                   (x * x).sum(1, keepdims=True)
    K.permute_dimensions(b, pattern=(0, 2, 1))  b.transpose(0, 2, 1)
    K.repeat_elements(b, 2, 1)                  b.repeat(2, 1)
    K.repeat(x, 5)                              np.stack([x] * 5, 1)
    K.reverse(b, axes=1)                        b[:, ::-1]
    K.gather(x, np.array([1, 0]))               x[[1, 0]]
    K.flatten(b)                                b.ravel()
    K.batch_flatten(b)                          b.reshape(2, 12)
    K.temporal_padding(b, (1, 0))               np.pad(b, ((0, 0), (1, 0), (0, 0)))
    K.bias_add(x, x[0])                         x + x[0]
    K.l2_normalize(x, axis=1)                   x / np.linalg.norm(x, axis=1, keepdims=True)
    K.expand_dims(x)                            x[..., None]
    K.concatenate([x, x])                       np.concatenate([x, x], -1)
    K.hard_sigmoid(x)                           (0.2 * x + 0.5).clip(0, 1)
    K.relu(x, alpha=0.5)                        np.where(x > 0, x, 0.5 * x)
    K.switch(x > 0, x, -x)                      abs(x)
    K.constant([1, 2])                          np.array([1.0, 2.0])
    K.get_value(K.variable(x))                  x
    K.zeros((2, 3)).numpy()                     0 * x
    K.in_train_phase(x, -x)                     -x
    K.in_train_phase(x, -x, training=True)      x
    K.int_shape(b)                              (2, 3, 4)
    K.ndim(b)                                   3
    K.count_params(b)                           24
    K.epsilon()                                 1e-7
    K.image_dim_ordering()                      'tf'
"""
PAIRS = [re.split(r"\s{2,}", line.strip()) for line in LINES.strip().splitlines()]


@pytest.mark.parametrize(("script", "formula"), PAIRS, ids=[script for script, _ in PAIRS])
def test_function(K, script, formula):
    value = eval(script, {"K": K, "x": x, "b": b, "np": np})
    wanted = eval(formula, {"x": x, "b": b, "np": np})
    if isinstance(wanted, (str, tuple)):
        assert value == wanted
    else:
        np.testing.assert_allclose(np.asarray(value), wanted, rtol=1e-6)


def test_what_it_is_today_is_said_once(K, says):
    _, said = says(lambda: [K.permute_dimensions(b, (0, 2, 1)), K.sum(x), K.sum(x)])
    assert said == [
        "`keras.backend.permute_dimensions` is now ops.transpose(x, axes)",
        "`keras.backend.sum` is now `ops.sum`",
    ]


def test_settings_of_keras_3_say_nothing(K, says):
    _, said = says(lambda: (K.floatx(), K.backend(), K.image_data_format(), K.clear_session()))
    assert said == []


def test_variables_are_assigned(K):
    v = K.variable([1.0, 2.0])
    K.set_value(v, [3.0, 4.0])
    K.update_add(v, [1.0, 1.0])
    assert K.eval(v).tolist() == [4.0, 5.0]
    assert K.batch_get_value([v])[0].tolist() == [4.0, 5.0]


def test_function_of_a_model(K):
    inputs = Input((3,))
    hidden = Dense(2)(inputs)
    model = Model(inputs, Dense(1)(hidden))
    (value,) = K.function([model.input, K.learning_phase()], [hidden])([x, 0])
    kernel, bias = model.layers[1].get_weights()
    np.testing.assert_allclose(value, x @ kernel + bias, rtol=1e-5)


def test_on_symbolic_tensors(K):
    inputs = Input((5, 3))
    assert K.int_shape(K.sum(inputs, axis=1)) == (None, 3)
    assert K.int_shape(K.batch_flatten(inputs)) == (None, 15)
    assert K.int_shape(K.dot(inputs, K.ones((3, 2)))) == (None, 5, 2)


def test_random_numbers(K):
    many = np.asarray(K.random_normal((20_000,), mean=3.0, stddev=0.5))
    assert abs(many.mean() - 3.0) < 0.02 and abs(many.std() - 0.5) < 0.02
    near = np.asarray(K.truncated_normal((2_000,), stddev=0.5))
    assert abs(near).max() <= 1.0
    flat = np.asarray(K.random_uniform((2_000,), 2.0, 4.0))
    assert flat.min() >= 2.0 and flat.max() <= 4.0 and abs(flat.mean() - 3.0) < 0.1
    tossed = np.asarray(K.random_binomial((4_000,), p=0.25))
    assert set(tossed.tolist()) == {0.0, 1.0} and abs(tossed.mean() - 0.25) < 0.05
    kept = np.asarray(K.dropout(np.ones(4_000, "float32"), 0.25))
    assert (
        set(kept.tolist()) == {0.0, np.float32(1 / 0.75)} and abs((kept == 0).mean() - 0.25) < 0.05
    )


def test_every_row_of_the_table_is_there(K):
    for name in dir(tables):
        assert callable(getattr(K, name)), name


def test_what_is_not_there_says_so(K):
    with pytest.raises(AttributeError) as caught:
        K.sumo
    assert str(caught.value) == "keras.backend has no 'sumo' in recurra. Did you mean 'sum'?"
