"""What a call takes, and what `call` sees of it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from recurra.engine.errors import ArgumentError, DataError
from recurra.engine.layer import Layer
from recurra.layers import Dense, Input
from tests.engine.said import problem

X = np.ones((2, 3), "float32")


class Seeing(Layer):
    """Keeps what its `call` was given."""

    def call(self, x, other=None, training=None, mask=None):
        self.seen = (x, other, training, mask)
        return x


# Arrays -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([[1, 2], [3, 4]], "int32"),
        ([[1.5, 2]], "float32"),
        ([np.float32(1), np.int64(2)], "float32"),
        ([True, False], "bool"),
        (np.ones(3), "float32"),
        (np.ones(3, "float16"), "float32"),
        (np.arange(3), "int32"),
        (np.ones((2, 2), "uint8"), "uint8"),
        (jnp.ones(3, jnp.bfloat16), "float32"),
    ],
)
def test_lists_and_arrays_become_arrays_of_jax(given, dtype):
    layer = Seeing()
    layer(given)
    assert isinstance(layer.seen[0], jax.Array) and layer.seen[0].dtype == dtype


def test_the_layer_s_dtype_is_that_of_its_floats():
    layer = Seeing(dtype="float16")
    assert layer(X).dtype == jnp.float16
    assert layer(np.arange(3)).dtype == jnp.int32


def test_trees_are_kept_and_other_things_pass():
    layer = Seeing()
    layer({"a": X, "b": [X, (np.arange(2), None)]})
    seen = layer.seen[0]
    assert seen["b"][1][1] is None and seen["b"][1][0].dtype == jnp.int32
    layer("text")
    assert layer.seen[0] == "text"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            [[1, 2, 3], [4]],
            "Dense 'dense': `inputs` holds sequences of different lengths, 1, 3, and an array "
            "needs one length.",
        ),
        ([[1, 2, None]], "Dense 'dense': `inputs` holds Python objects (dtype object)."),
        (np.array([["a"]]), "Dense 'dense': `inputs` holds text (dtype <U1)."),
        (X + 1j, "Dense 'dense': `inputs` holds complex numbers (dtype complex64)."),
    ],
)
def test_arrays_that_hold_no_numbers(given, words):
    layer = Dense(1)
    assert problem(DataError, layer, given) == words
    assert layer(X).shape == (2, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "Dense 'dense': `inputs` has to be an array, not None."),
        (3.0, "Dense 'dense': `inputs` has to be an array, not 3.0."),
        ("abc", "Dense 'dense': `inputs` has to be an array, not 'abc'."),
        ([X, X], "Dense 'dense': `inputs` has to be one array, not a list of 2."),
        ({"a": X}, "Dense 'dense': `inputs` has to be one array, not a dict of 1."),
        ((), "Dense 'dense': `inputs` has to be one array, not a tuple of 0."),
        ([Input((3,))], "Dense 'dense': `inputs` has to be one array, not a list of 1."),
    ],
)
def test_what_is_no_array(given, words):
    layer = Dense(1)
    assert problem(ArgumentError, layer, given) == words
    assert layer(X).shape == (2, 1)


# Arguments --------------------------------------------------------------------------------------


def test_arguments_by_place_and_by_name():
    layer = Seeing()
    layer(X, 1, True, "m")
    assert layer.seen[1:] == (1, True, "m")
    layer(x=X, other=2)
    assert layer.seen[1:] == (2, False, None)
    assert layer(x=Input((3,))).shape == (None, 3)
    assert layer.input.shape == (None, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: s(), "Seeing 'seeing' was called without `x`."),
        (
            lambda s: s(X, 1, 2, 3, 4),
            "Seeing 'seeing' was called with 5 values, and its `call` takes 4 "
            "(x, other, training, mask).",
        ),
        (lambda s: s(X, x=X), "Seeing 'seeing' was called with two values for `x`."),
        (
            lambda s: s(X, trainig=True),
            "Seeing 'seeing' was called with `trainig`, which its `call` does not take "
            "(x, other, training, mask). Did you mean 'training'?",
        ),
    ],
)
def test_mistakes_in_arguments(call, words):
    layer = Seeing()
    assert problem(ArgumentError, call, layer) == words
    assert not layer.built
    layer(X)


def test_calls_of_any_signature():
    class Free(Layer):
        def call(self, *xs, **more):
            self.seen = len(xs), more
            return xs[0]

    class Bare(Layer):
        def call(self):
            return jnp.ones(3)

    free = Free()
    free(X, X, a=1)
    assert free.seen == (2, {"a": 1})
    assert free(Input((3,)), Input((3,))).shape == (None, 3)
    assert Bare()().shape == (3,)
    assert problem(ArgumentError, Bare(), X) == (
        "Bare 'bare_1' was called with 1 values, and its `call` takes 0 ()."
    )
