"""What is known of shapes where no symbolic tensor tells them."""

import numpy as np
import pytest

from recurra import layers as L
from recurra.engine.known import built_for, guess, guesses, input_to_type


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        (lambda: L.LSTM(5), "(batch, units=5)"),
        (lambda: L.LSTM(5, return_sequences=True), "(batch, timesteps, units=5)"),
        (lambda: L.Dense(2), "(batch, ..., units=2)"),
        (lambda: L.Masking(), "(batch, ..., features)"),
        (lambda: L.Flatten(), "(batch, features)"),
    ],
)
def test_arguments_tell_of_an_output_before_the_input_is_known(layer, told):
    assert str(guess(layer())) == told


def test_a_chain_passes_on_what_is_known():
    chain = [L.LSTM(5, return_sequences=True), L.Dropout(0.1), L.Dense(2), L.Flatten()]
    assert list(map(str, guesses(chain))) == [
        "(batch, timesteps, units=5)",
        "(batch, timesteps, units=5)",
        "(batch, timesteps, units=2)",
        "(batch, features)",
    ]


def test_without_a_shape_rule_nothing_is_known():
    assert guesses([L.LSTM(5), L.Lambda(abs), L.Dense(2)])[1] is None
    assert str(guesses([L.LSTM(5), L.Lambda(abs), L.Dense(2)])[2]) == "(batch, ..., units=2)"


@pytest.mark.parametrize(
    ("layers", "typed"),
    [
        ([L.LSTM(5)], "Input((timesteps, features))"),
        ([L.Conv1D(5, 2, data_format="channels_first")], "Input((features, timesteps))"),
        ([L.Dense(5)], "Input((features,))"),
        ([L.Embedding(9, 2)], "Input((timesteps,))"),
        ([L.Flatten()], "Input((timesteps, features))"),
        ([L.Lambda(abs)], "Input((timesteps, features))"),
        ([], "Input((timesteps, features))"),
    ],
)
def test_the_input_that_a_chain_lacks(layers, typed):
    assert input_to_type(layers) == typed


def test_a_layer_that_was_called_on_arrays_tells_its_shapes_for_any_batch():
    layer = L.LSTM(3)
    assert built_for(layer) is None
    layer(np.ones((2, 5, 4), "float32"))
    given, made = built_for(layer)
    assert str(given.axes) == "(batch=None, timesteps=5, features=4)"
    assert str(made.axes) == "(batch=None, units=3)"
    carrying = L.LSTM(3, stateful=True)
    carrying(np.ones((2, 5, 4), "float32"))
    assert str(built_for(carrying)[1].axes) == "(batch=2, units=3)"
